import Foundation

extension RegularFile {
  /// The bytes of a range.
  ///
  /// - Throws: also where the file has become shorter.
  package func read(_ range: Range<Int>, path: String) throws(FileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: range.count)
    let count = try bytes.withUnsafeMutableBufferPointer { buffer throws(FileError) in
      try read(into: UnsafeMutableRawBufferPointer(buffer), from: range.lowerBound, path: path)
    }
    guard count == range.count else {
      throw FileError(
        operation: "read", place: path, cause: "the file became shorter while it was read",
        remedy: "let no other program write it, and try again")
    }
    return bytes
  }
}

/// Reads a whole regular file.
///
/// - Parameters:
///   - operation: what errors say was being done.
///   - most: bytes beyond which it cannot be what is meant.
package func readFile(
  _ path: String, operation: String = "read", atMost most: Int = 1 << 30
) throws(FileError) -> [UInt8] {
  do throws(FileError) {
    let url = URL(fileURLWithPath: path)
    guard let bytes = try RegularFile.contents(of: url, atMost: most) else {
      throw FileError(operation: operation, path: path, code: ENOENT)
    }
    return bytes
  } catch {
    var error = error
    error.operation = operation
    throw error
  }
}
