import Foundation

/// A file opened to be read, known to be a regular one: no pipe to wait for, no device without end.
package struct RegularFile: ~Copyable {
  /// The open file.
  package let descriptor: Int32
  /// Its bytes.
  package let size: Int

  /// Opens a file.
  ///
  /// - Throws: where it is not there, may not be read, or is something else.
  package init(_ url: URL) throws(FileError) {
    // Without O_NONBLOCK a pipe that nobody writes to would be waited for.
    let descriptor = open(url.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError(operation: "open", path: url.path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let error = FileError(operation: "examine", path: url.path)
      close(descriptor)
      throw error
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw FileError(
        place: url.path, cause: "is no regular file, but a folder, pipe or device",
        remedy: "put the file itself there")
    }
    self.descriptor = descriptor
    size = Int(status.st_size)
  }

  /// Takes over an open file, and closes it in the end.
  init(adopting descriptor: Int32, size: Int) {
    (self.descriptor, self.size) = (descriptor, size)
  }

  deinit { close(descriptor) }

  /// The whole contents of a file that is small by its nature.
  ///
  /// - Parameters:
  ///   - url: the file.
  ///   - most: bytes that such a file has at most.
  /// - Returns: nil where there is none.
  /// - Throws: where it cannot be read, is no regular file, or is larger.
  package static func contents(of url: URL, atMost most: Int) throws(FileError) -> [UInt8]? {
    do throws(FileError) {
      let file = try RegularFile(url)
      return try file.contents(atMost: most, path: url.path)
    } catch {
      if error.code == ENOENT { return nil }
      throw error
    }
  }

  private func contents(atMost most: Int, path: String) throws(FileError) -> [UInt8] {
    guard size <= most else {
      throw FileError(
        place: path, cause: "has \(size) bytes, such files have \(most) at most",
        remedy: "put the right file there")
    }
    var bytes = [UInt8](repeating: 0, count: size)
    let count = try bytes.withUnsafeMutableBufferPointer { buffer throws(FileError) in
      try read(into: UnsafeMutableRawBufferPointer(buffer), from: 0, path: path)
    }
    bytes.removeLast(bytes.count - count)
    return bytes
  }

  /// Reads bytes from a place on, as many as there are and fit.
  ///
  /// - Returns: how many were read.
  package func read(
    into buffer: UnsafeMutableRawBufferPointer, from offset: Int, path: String
  ) throws(FileError) -> Int {
    var done = 0
    while done < buffer.count {
      let part = pread(
        descriptor, UnsafeMutableRawBufferPointer(rebasing: buffer[done...]).baseAddress,
        buffer.count - done, off_t(offset + done))
      if part < 0 && errno == EINTR { continue }
      guard part >= 0 else { throw FileError(operation: "read", path: path) }
      if part == 0 { break }
      done += part
    }
    return done
  }

  /// The checksum of all bytes from a place on, read a piece at a time.
  ///
  /// - Parameter end: the place after the last byte; nil for all of them.
  package func checksum(
    from offset: Int, to end: Int? = nil, path: String
  ) throws(FileError) -> Checksum {
    var (checksum, place) = (Checksum(), offset)
    let end = min(size, end ?? size)
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    while place < end {
      let count = try piece.withUnsafeMutableBufferPointer { buffer throws(FileError) in
        try read(
          into: UnsafeMutableRawBufferPointer(
            UnsafeMutableBufferPointer(rebasing: buffer[..<min(buffer.count, end - place)])),
          from: place, path: path)
      }
      guard count > 0 else { break }
      piece.withUnsafeBytes { checksum.add(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
      place += count
    }
    return checksum
  }
}
