import Foundation
import Synchronization

/// Files mapped into memory, so that one which somebody cuts short while it is read ends the program with
/// a message, as all other damage does: the system says so by the signal SIGBUS alone.
enum MappedFiles {
  private struct Entry {
    var start: UInt
    var end: UInt
    var message: UnsafeMutablePointer<CChar>
  }

  /// Read by the handler without a lock: entries are only ever replaced whole, the end last.
  private nonisolated(unsafe) static let entries: UnsafeMutablePointer<Entry> = {
    let entries = UnsafeMutablePointer<Entry>.allocate(capacity: capacity)
    guard let empty = strdup("") else { preconditionFailure("MappedFiles: no memory") }
    entries.initialize(repeating: Entry(start: 0, end: 0, message: empty), count: capacity)
    return entries
  }()
  private static let capacity = 4096
  private static let free = Mutex(Array((0..<capacity).reversed()))

  /// Notes a mapping.
  ///
  /// - Returns: its place, nil where there are too many to be noted.
  static func add(_ bytes: UnsafeRawBufferPointer, path: String) -> Int? {
    _ = handler
    let text =
      "error: \(path): was cut short while it was being read; leave files of a data set alone while "
      + "the program runs, then collect the data again\n"
    return free.withLock { free in
      guard let place = free.popLast(), let message = strdup(text) else { return nil }
      let start = UInt(bitPattern: bytes.baseAddress)
      entries[place] = Entry(start: start, end: start + UInt(bytes.count), message: message)
      return place
    }
  }

  /// Forgets a mapping.
  static func remove(_ place: Int?) {
    guard let place else { return }
    free.withLock { free in
      entries[place].end = 0
      // The message stays: a handler might just be reading it.
      free.append(place)
    }
  }

  /// Installed with the first mapping, unless the program handles the signal itself.
  private static let handler: Void = {
    _ = entries
    var before = sigaction()
    guard sigaction(SIGBUS, nil, &before) == 0, before.__sigaction_handler.sa_handler == nil else {
      return
    }
    var action = sigaction()
    action.sa_flags = SA_SIGINFO
    action.__sigaction_handler.sa_sigaction = { _, info, _ in
      MappedFiles.end(at: UInt(bitPattern: info?.pointee._sifields._sigfault.si_addr))
    }
    sigaction(SIGBUS, &action, nil)
  }()

  /// Ends the program where the address is one of a mapping; else lets the signal have its way.
  private static func end(at address: UInt) {
    for place in 0..<capacity where entries[place].start <= address && address < entries[place].end
    {
      _ = write(STDERR_FILENO, entries[place].message, strlen(entries[place].message))
      _exit(1)
    }
    signal(SIGBUS, SIG_DFL)
  }
}
