import EnvironmentKit
import Files
import Foundation

/// A Python process that steps environments, and the three ways to it: a socket, a pipe that ends it, and memory.
///
/// Nothing of it has a name in the file system once it has begun: the memory and what it prints are files without
/// names, so that nothing is left behind, however this process ends. The kernel ends the worker when this process's
/// end of the pipe is closed.
///
/// One thread at a time may use it.
final class WorkerProcess {
  /// The Python that it was started with.
  let python: String
  let identifier: pid_t
  /// Memory shared with it, of the size of the last `resize`.
  private(set) var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  private let socket: Int32
  private let life: Int32
  private let memoryFile: Int32
  private let log: Int32
  private var ending: Int32?
  /// Whether an answer is still to come that nobody waits for.
  private var owesAnswer = false

  /// Seconds that starting Python, importing Gymnasium and making environments may take.
  static let startTimeout = 300.0

  /// Starts Python; `greet` comes next.
  ///
  /// - Parameter python: a path, or a name to be looked for in `PATH`.
  /// - Throws: where there is no such Python.
  init(python: String) throws(EnvironmentError) {
    self.python = python
    let pipes = try WorkerFiles()
    (socket, life, memoryFile, log) = (
      pipes.socket.near, pipes.life.near, pipes.memory, pipes.log
    )
    do {
      identifier = try pipes.start(python)
      pipes.closeFarEnds()
    } catch {
      pipes.closeAll()
      throw error
    }
  }

  deinit {
    end(gracefully: true)
    if let base = memory.baseAddress { munmap(base, memory.count) }
    for file in [memoryFile, log] { close(file) }
  }

  /// Waits until it has imported Gymnasium.
  ///
  /// - Throws: where it has none.
  func greet() throws(EnvironmentError) {
    let answer: JSONValue
    do {
      answer = try answerOfWorker(within: Self.startTimeout)
    } catch .refused(let reason) {
      throw EnvironmentError(
        operation: "start", place: python,
        cause: "this Python has no Gymnasium 1.0 or later (\(reason["missing"]?.asString ?? ""))",
        remedy: "install it by: \(python) -m pip install gymnasium; or name another Python by "
          + "--python PATH or UMWELT_PYTHON")
    } catch {
      throw EnvironmentError(
        operation: "start", place: python, cause: "it \(error.text)",
        remedy: "name a Python 3.10 or later that has gymnasium, by --python PATH or UMWELT_PYTHON"
          + lastWords)
    }
    guard answer["protocol"]?.asInteger == 1 else {
      throw EnvironmentError(
        operation: "start", place: python, cause: "the worker speaks another protocol",
        remedy: "build the program anew")
    }
  }

  // MARK: Requests

  /// Why no answer came.
  enum Failure: Error {
    /// The worker says what went wrong.
    case refused(JSONValue)
    /// The process has ended: how.
    case ended(String)
    /// It did not answer in time.
    case late(Double)

    /// What the worker did, behind its name.
    var text: String {
      switch self {
      case .refused(let reason): "says: \(reason["cause"]?.asString ?? "no")"
      case .ended(let how): how
      case .late(let seconds): "did not answer for \(NumberText.seconds(seconds))"
      }
    }
  }

  /// Asks for something and waits for the answer.
  func ask(_ order: JSONValue, within seconds: Double) throws(Failure) -> JSONValue {
    try begin(order)
    return try answerOfWorker(within: seconds)
  }

  /// Asks for something whose answer is waited for later.
  func begin(_ order: JSONValue) throws(Failure) {
    try settle()
    send(Self.framed("J", order))
  }

  /// Asks for something whose answer nobody waits for.
  func tell(_ order: JSONValue) {
    send(Self.framed("J", order))
    owesAnswer = true
  }

  /// Has the environments do what the shared memory says.
  func go() { send([UInt8(ascii: "G")]) }

  /// Has a picture of an environment drawn into the shared memory.
  func drawPicture(of slot: Int) {
    send([UInt8(ascii: "P")] + withUnsafeBytes(of: UInt32(slot).littleEndian) { Array($0) })
  }

  /// Waits until what was asked for by `go` or `drawPicture` is done.
  func finish(within seconds: Double) throws(Failure) {
    _ = try answerOfWorker(within: seconds)
  }

  /// Takes the answer that nobody waited for.
  private func settle() throws(Failure) {
    guard owesAnswer else { return }
    owesAnswer = false
    _ = try answerOfWorker(within: Self.startTimeout)
  }

  private static func framed(_ mark: Character, _ order: JSONValue) -> [UInt8] {
    let text = Array(order.line.utf8)
    let length = withUnsafeBytes(of: UInt32(text.count).littleEndian) { Array($0) }
    return [mark.asciiValue ?? 0] + length + text
  }

  /// A worker that has ended takes nothing; that is found out when its answer is waited for.
  private func send(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(
          socket, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL)
        )
      }
      if count > 0 { sent += count } else if errno != EINTR { return }
    }
  }

  /// Waits for the answer to what was asked.
  func answerOfWorker(within seconds: Double) throws(Failure) -> JSONValue {
    let end = ContinuousClock.now + .seconds(seconds)
    let mark = try receive(1, until: end, seconds)[0]
    guard mark != UInt8(ascii: ".") else { return .null }
    let length = try receive(4, until: end, seconds).reversed().reduce(0) { $0 << 8 | Int($1) }
    let text = try receive(length, until: end, seconds)
    let value = (try? JSONValue(reading: text)) ?? .null
    guard mark == UInt8(ascii: "=") else { throw .refused(value) }
    return value
  }

  private func receive(
    _ count: Int, until end: ContinuousClock.Instant, _ seconds: Double
  ) throws(Failure) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var got = 0
    while got < count {
      let left = ContinuousClock.now.duration(to: end) / Duration.milliseconds(1)
      guard left > 0 else { throw .late(seconds) }
      var request = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
      let ready = poll(&request, 1, Int32(min(left.rounded(.up), 1e9)))
      if ready == 0 || (ready < 0 && errno == EINTR) { continue }
      let read = bytes.withUnsafeMutableBytes {
        recv(socket, $0.baseAddress.map { $0 + got }, count - got, 0)
      }
      if read > 0 {
        got += read
      } else if read == 0 || errno != EINTR {
        throw .ended(howItEnded())
      }
    }
    return bytes
  }

  // MARK: Memory

  /// Makes the shared memory so large, filled with zeros, and maps it anew.
  ///
  /// - Throws: where there is not so much room.
  func resize(to bytes: Int, place: String) throws(EnvironmentError) {
    if let base = memory.baseAddress { munmap(base, memory.count) }
    memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    var problem = ftruncate(memoryFile, 0) == 0 ? 0 : errno
    if problem == 0 { problem = posix_fallocate(memoryFile, 0, off_t(bytes)) }
    let mapped =
      problem == 0
      ? mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, memoryFile, 0) : MAP_FAILED
    guard let mapped, mapped != MAP_FAILED else {
      if problem == 0 { problem = errno }
      throw EnvironmentError(
        operation: "start", place: place,
        cause: "\(bytes) bytes of memory to share with a worker cannot be had: "
          + String(cString: strerror(problem)),
        remedy:
          "make room in /dev/shm or the folder of temporary files, or step fewer environments together"
      )
    }
    memory = UnsafeMutableRawBufferPointer(start: mapped, count: bytes)
  }

  // MARK: The end

  /// Has a worker that hangs write down where, into what `lastWords` shows.
  func dumpWhereItHangs() {
    guard ending == nil else { return }
    kill(identifier, SIGUSR1)
    usleep(300_000)
  }

  /// How the process ended, which it has or does now.
  private func howItEnded() -> String {
    let status = end(gracefully: true)
    let signal = status & 0x7f
    guard signal == 0 else {
      return "was ended by signal \(signal) (\(String(cString: strsignal(signal))))"
    }
    return "ended with exit code \(status >> 8 & 0xff)"
  }

  /// Lets it end by itself, as nothing will be asked any more.
  func hangUp() { shutdown(socket, Int32(SHUT_WR)) }

  /// Ends the process: after a moment to close its environments, or at once.
  @discardableResult
  func end(gracefully: Bool) -> Int32 {
    if let ending { return ending }
    close(socket)
    var status: Int32 = 0
    var waits = gracefully ? 200 : 0
    while waits > 0, waitpid(identifier, &status, WNOHANG) == 0 {
      usleep(10_000)
      waits -= 1
    }
    if waits == 0 {
      kill(identifier, SIGKILL)
      while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
    }
    close(life)
    ending = status
    return status
  }

  /// Lines below a title, as the end of a message; empty where there are none.
  static func listing(_ title: String, _ lines: [String]) -> String {
    lines.isEmpty ? "" : "; \(title):\n  " + lines.joined(separator: "\n  ")
  }

  /// The last lines that the process printed, below a title; empty where there are none.
  var lastWords: String {
    let most = 4096
    var bytes = [UInt8](repeating: 0, count: most)
    let size = Int(lseek(log, 0, SEEK_END))
    let count = pread(log, &bytes, most, off_t(max(0, size - most)))
    let lines = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
      .split(whereSeparator: \.isNewline).suffix(12)
    return Self.listing("the last that it printed", lines.map(String.init))
  }
}

/// Numbers in messages.
enum NumberText {
  /// Seconds, in as few digits as they need.
  static func seconds(_ value: Double) -> String {
    (value == value.rounded() ? "\(Int(value))" : "\(value)") + " seconds"
  }
}
