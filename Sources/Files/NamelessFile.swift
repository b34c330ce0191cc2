import Foundation

/// Files without a name: they are gone with the last process that holds them, whatever ends it.
package enum NamelessFile {
  /// Creates one on the disk of a folder, to read and to write; programs that are started do not inherit it.
  ///
  /// - Returns: its descriptor, to be closed; nil where it cannot be made, with `errno`.
  package static func open(in folder: String) -> Int32? {
    var path = Array((folder + "/.umwelt-scratch-XXXXXX").utf8CString)
    let descriptor = mkstemp(&path)
    guard descriptor >= 0 else { return nil }
    unlink(path)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    return descriptor
  }
}
