import EnvironmentKit
import Files
import Foundation

/// The files that a worker and this process share, before it is started.
struct WorkerFiles {
  /// Both ends: this process's and the worker's.
  let socket: (near: Int32, far: Int32)
  /// The end that this process holds and the one that the worker watches.
  let life: (near: Int32, far: Int32)
  /// Memory, which at first holds the worker's program.
  let memory: Int32
  /// What the worker prints.
  let log: Int32

  /// Where the worker finds them.
  private static let (socketPlace, lifePlace, memoryPlace): (Int32, Int32, Int32) = (3, 4, 5)
  /// Files of this process lie above these places, so that putting one in its place overwrites no other.
  private static let least: Int32 = 16

  /// Reads the program out of the memory and runs it.
  private static let loader =
    "import os; exec(compile(os.pread(5, os.fstat(5).st_size, 0), 'umwelt-worker', 'exec'), "
    + "{'__name__': '__main__', '__file__': 'umwelt-worker'})"

  /// Makes the files.
  init() throws(EnvironmentError) {
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else {
      throw Self.failed("a socket")
    }
    socket = (try Self.raised(ends[0]), try Self.raised(ends[1]))
    guard pipe(&ends) == 0 else { throw Self.failed("a pipe") }
    life = (try Self.raised(ends[1]), try Self.raised(ends[0]))
    memory = try Self.namelessFile(flags: 0)
    log = try Self.namelessFile(flags: O_APPEND)
    let program = PackageResources.worker_py
    guard program.withUnsafeBytes({ write(memory, $0.baseAddress, $0.count) }) == program.count
    else { throw Self.failed("the worker's program") }
  }

  func closeFarEnds() { for file in [socket.far, life.far] { close(file) } }

  func closeAll() {
    closeFarEnds()
    for file in [socket.near, life.near, memory, log] { close(file) }
  }

  private static func failed(_ what: String) -> EnvironmentError {
    EnvironmentError(
      operation: "start", place: "a worker of Gymnasium",
      cause: "\(what) cannot be made: \(String(cString: strerror(errno)))",
      remedy: "see what the machine lacks: room for temporary files, or files that may be open")
  }

  /// The same file under a higher number, which no other process inherits.
  private static func raised(_ file: Int32) throws(EnvironmentError) -> Int32 {
    let higher = fcntl(file, F_DUPFD_CLOEXEC, least)
    guard higher >= 0 else { throw failed("a file") }
    close(file)
    return higher
  }

  /// A file without a name: in memory where there is room, else among the temporary files.
  private static func namelessFile(flags: Int32) throws(EnvironmentError) -> Int32 {
    var room = statvfs()
    let isRoomy =
      statvfs("/dev/shm", &room) == 0 && UInt64(room.f_bavail) * UInt64(room.f_frsize) > 1 << 28
    let folders = (isRoomy ? ["/dev/shm"] : []) + [NSTemporaryDirectory()]
    for folder in folders {
      guard let file = NamelessFile.open(in: folder) else { continue }
      guard fcntl(file, F_SETFL, flags) == 0 else { throw failed("a temporary file") }
      return try raised(file)
    }
    throw failed("a temporary file in \(NSTemporaryDirectory())")
  }

  /// Words as C takes them, to be freed.
  private static func words(_ words: [String]) -> [UnsafeMutablePointer<CChar>?] {
    words.map { strdup($0) } + [nil]
  }

  /// Starts Python on the worker's program.
  ///
  /// In a process group of its own, as Ctrl-C is for this process alone.
  func start(_ python: String) throws(EnvironmentError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    for (file, place) in [
      (log, STDOUT_FILENO), (log, STDERR_FILENO), (socket.far, Self.socketPlace),
      (life.far, Self.lifePlace), (memory, Self.memoryPlace),
    ] {
      posix_spawn_file_actions_adddup2(&actions, file, place)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (none, all) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
    posix_spawnattr_setflags(&attributes, Int16(flags))
    let arguments = Self.words([python, "-u", "-c", Self.loader])
    let variables = Self.words(ProcessInfo.processInfo.environment.map { "\($0)=\($1)" })
    defer { for word in arguments + variables { free(word) } }
    var identifier: pid_t = 0
    let problem = posix_spawnp(&identifier, python, &actions, &attributes, arguments, variables)
    guard problem == 0 else {
      throw EnvironmentError(
        operation: "start", place: python,
        cause: "this Python cannot be started: \(String(cString: strerror(problem)))",
        remedy: "name one that has gymnasium by --python PATH or UMWELT_PYTHON")
    }
    return identifier
  }
}
