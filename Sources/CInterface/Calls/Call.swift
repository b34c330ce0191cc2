import Foundation
import Threads

/// Does the work of one call from C: no Swift error leaves it, only a number and a text to be asked for.
func call(_ work: () throws -> Void) -> Int32 {
  do {
    try work()
    return Outcome.done.rawValue
  } catch {
    let (outcome, text) = Outcome.of(error)
    LastError.keep(text)
    return outcome.rawValue
  }
}

/// Does numeric work as the program does it, with denormals flushed to zero, and leaves the caller's thread
/// as it was.
func asInProgram<Result>(_ work: () throws -> Result) rethrows -> Result {
  var before = fenv_t()
  fegetenv(&before)
  defer { fesetenv(&before) }
  prepareThreadForKernels()
  return try work()
}

/// Writes a text into memory of the caller, as far as it fits, without a zero behind it.
///
/// - Parameter length: written: the bytes of the whole text, which is how much room it takes.
func write(
  _ text: String, to target: UnsafeMutablePointer<CChar>?, _ capacity: Int64,
  _ length: UnsafeMutablePointer<Int64>?
) {
  var text = text
  text.withUTF8 { bytes in
    length?.pointee = Int64(bytes.count)
    guard let target, let base = bytes.baseAddress, capacity > 0 else { return }
    UnsafeMutableRawPointer(target).copyMemory(
      from: base, byteCount: min(bytes.count, Int(capacity)))
  }
}

/// A text that the caller gives, ended by a zero.
///
/// - Throws: where there is none, or it is not UTF-8.
func text(_ pointer: UnsafePointer<CChar>?, _ name: String) throws -> String {
  guard let pointer else { throw CallError.invalid("\(name): there is none; give a text") }
  guard let text = String(validatingCString: pointer) else {
    throw CallError.invalid("\(name): it is not UTF-8; give a text")
  }
  return text
}

/// A number that must lie in a range.
func checked<Number: BinaryInteger>(
  _ number: Number, _ name: String, in range: ClosedRange<Int>
) throws -> Int {
  guard let value = Int(exactly: number), range.contains(value) else {
    throw CallError.invalid(
      "\(name): \(number) given; give \(range.lowerBound) to \(range.upperBound)")
  }
  return value
}

/// Refuses an array of another length than is needed.
func checkLength(_ found: Int64, _ name: String, needs wanted: Int) throws {
  guard found == Int64(wanted) else {
    throw CallError.invalid("\(name): \(found) given; give \(wanted)")
  }
}
