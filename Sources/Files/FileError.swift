import Foundation

/// What went wrong with a file, said once and in full.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was being done, such as `read`; empty where the cause says it.
  public var operation: String
  /// Where: the file or folder, and the part of it where one is meant.
  public var place: String
  /// What was found.
  public var cause: String
  /// What to do about it.
  public var remedy: String
  /// The system's error number where a system call failed, else 0.
  public var code: Int32

  /// Creates an error of its parts.
  public init(
    operation: String = "", place: String, cause: String, remedy: String, code: Int32 = 0
  ) {
    self.operation = operation
    self.place = place
    self.cause = cause
    self.remedy = remedy
    self.code = code
  }

  /// Creates an error of a system call that did not succeed.
  package init(operation: String, path: String, code: Int32 = errno) {
    self.init(
      operation: operation, place: path, cause: String(cString: strerror(code)),
      remedy: Self.remedy(for: code), code: code)
  }

  /// One line: place, operation, cause; remedy.
  ///
  /// Empty parts are left out.
  public var description: String {
    [place, operation, cause].filter { !$0.isEmpty }.joined(separator: ": ")
      + (remedy.isEmpty ? "" : "; \(remedy)")
  }

  private static func remedy(for code: Int32) -> String {
    switch code {
    case ENOSPC, EDQUOT: "free space on that disk, then give the same command again to go on"
    case EACCES, EPERM, EROFS: "make it writable for this user, or choose another folder"
    case ENOENT: "check the path: the file or its folder does not exist"
    case ENOTDIR, EISDIR: "check the path: a folder stands where a file is meant, or the reverse"
    default: "mend that, then give the same command again"
    }
  }
}
