import Foundation
import Synchronization

/// What went wrong last on each thread.
enum LastError {
  private static let texts = Mutex<[pthread_t: String]>([:])

  /// Keeps what is to be said of the calling thread's last call.
  static func keep(_ text: String) { texts.withLock { $0[pthread_self()] = text } }

  /// What the calling thread was told last; empty where nothing went wrong.
  static var text: String { texts.withLock { $0[pthread_self()] ?? "" } }
}

/// The version of these functions: a caller that was written for another one must not go on.
@c(umwelt_abi_version)
public func abiVersion() -> Int32 { 1 }

/// Writes what went wrong in the last call of this thread that did not return 0.
///
/// - Parameters:
///   - target: written, at most `capacity` bytes of UTF-8, without a zero behind them; or null.
///   - capacity: bytes that there is room for.
/// - Returns: the bytes of the whole text.
@c(umwelt_last_error)
public func lastError(_ target: UnsafeMutablePointer<CChar>?, _ capacity: Int64) -> Int64 {
  var length: Int64 = 0
  write(LastError.text, to: target, capacity, &length)
  return length
}
