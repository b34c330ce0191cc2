import Foundation
import Synchronization

/// Standard output and standard error, written to without ever stopping the program.
///
/// What cannot be shown of progress is lost; what cannot be shown of results is an error that the
/// caller gets. Control characters that a name or a file brought along are shown, not obeyed.
public enum StandardStream: Int32, Sendable {
  /// Results.
  case output = 1
  /// Progress and errors.
  case error = 2

  private static let wasClosed = Atomic<Bool>(false)
  private static let pipesStop = Atomic<Bool>(false)

  /// Prepares the streams; called once, first of all.
  ///
  /// Those that whoever started the program had closed are opened on nothing, so that no file takes
  /// their place; and a pipe that nobody reads any more is an error of writing, not the end.
  public static func prepare() {
    for descriptor in 0...2 as ClosedRange<Int32>
    where fcntl(descriptor, F_GETFD) == -1 && errno == EBADF {
      // The wrong way round: whoever reads or writes is told that it was closed.
      if open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY) == output.rawValue {
        wasClosed.store(true, ordering: .relaxed)
      }
    }
    let before = signal(SIGPIPE, SIG_IGN)
    let ignored = unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    pipesStop.store(!ignored, ordering: .relaxed)
  }

  /// Whether standard output was closed when the program was started.
  public static var outputWasClosed: Bool { wasClosed.load(ordering: .relaxed) }

  /// Columns of the terminal now; nil where it is none, or one that cannot rewrite a line.
  public var columns: Int? {
    guard isatty(rawValue) == 1, let kind = getenv("TERM"), strcmp(kind, "dumb") != 0 else {
      return nil
    }
    var size = winsize()
    guard ioctl(rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Writes text, all of it.
  ///
  /// - Throws: where it cannot be written. Where its reader has gone, the program ends by SIGPIPE, as
  ///   others do, unless it was started with that signal ignored.
  public func write(_ text: String) throws(FileError) {
    do throws(FileError) {
      try send(Self.visible(text))
    } catch {
      if error.code == EPIPE, Self.pipesStop.load(ordering: .relaxed) {
        signal(SIGPIPE, SIG_DFL)
        raise(SIGPIPE)
      }
      throw Self.explained(error)
    }
  }

  /// Writes text that may be lost.
  public func tell(_ text: String) {
    try? send(Self.visible(text))
  }

  /// Replaces the terminal's last line by a text that may be lost.
  public func rewriteLine(_ text: String) {
    try? send("\r\u{1B}[K" + Self.visible(text))
  }

  private func send(_ text: String) throws(FileError) {
    let name = self == .output ? "standard output" : "standard error"
    try Array(text.utf8).withUnsafeBufferPointer { bytes throws(FileError) in
      try writeFully(UnsafeRawBufferPointer(bytes), to: rawValue, path: name)
    }
  }

  private static func explained(_ error: FileError) -> FileError {
    var error = error
    error.operation = "cannot be written"
    switch error.code {
    case EBADF: (error.cause, error.remedy) = ("it is closed", "let it lead to a file or program")
    case EPIPE: error.remedy = "its reader has gone: let it lead to a file"
    default: break
    }
    return error
  }

  /// The text with control characters other than line ends and tabs in words, such as `\u{1B}`.
  static func visible(_ text: String) -> String {
    func obeyed(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
    }
    guard text.unicodeScalars.contains(where: obeyed) else { return text }
    return text.unicodeScalars.reduce(into: "") { shown, scalar in
      if obeyed(scalar) {
        shown += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      } else {
        shown.unicodeScalars.append(scalar)
      }
    }
  }
}
