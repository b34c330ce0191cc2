import Foundation

/// Files of a run folder, replaced whole or not at all.
public enum DurableFile {
  /// Replaces a file: at every moment the old or the new content is there, whole.
  ///
  /// The bytes go to a temporary name in the same folder, are synced and renamed over the file. On
  /// failure the old file is as it was, and the temporary one is removed.
  ///
  /// - Throws: `FileError` saying what failed, where, and what to do.
  public static func write(_ bytes: [UInt8], to url: URL) throws {
    try writeDurably(bytes, to: url.path)
  }

  /// Replaces a file by a text, in UTF-8.
  public static func write(_ text: String, to url: URL) throws {
    try write([UInt8](text.utf8), to: url)
  }

  /// Creates a folder and those above it, where they are lacking.
  public static func createFolder(_ url: URL) throws {
    if mkdir(url.path, 0o777) == 0 { return }
    var code = errno
    if code == ENOENT, url.path != "/" {
      try createFolder(url.deletingLastPathComponent())
      code = mkdir(url.path, 0o777) == 0 ? 0 : errno
    }
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
    guard exists && isFolder.boolValue else {
      throw FileError(operation: "create folder", path: url.path, code: code)
    }
  }

  /// Creates a folder of a name that nothing has yet, and those above it where they are lacking.
  ///
  /// - Returns: false where something of that name is there already.
  public static func createNewFolder(_ url: URL) throws -> Bool {
    try createFolder(url.deletingLastPathComponent())
    if mkdir(url.path, 0o777) == 0 { return true }
    guard errno == EEXIST else { throw FileError(operation: "create folder", path: url.path) }
    return false
  }

  /// Removes a file or folder, where it is there.
  public static func remove(_ url: URL) throws {
    do {
      try FileManager.default.removeItem(at: url)
    } catch CocoaError.fileNoSuchFile {
      return
    } catch {
      throw FileError(
        place: url.path, cause: "cannot be removed: \(error.localizedDescription)",
        remedy: "check its permissions")
    }
  }
}
