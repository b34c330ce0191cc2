import CZlib

/// Unpacks a stream of deflated bytes.
final class Inflation {
  /// Whether the stream's last byte has been unpacked.
  private(set) var isAtEnd = false
  private let stream: UnsafeMutablePointer<z_stream>
  private var input: [UInt8] = []
  private var consumed = 0

  /// Begins a stream.
  ///
  /// - Parameter isGzip: whether it has gzip's head and end; else it is bare, as in zip files.
  init(isGzip: Bool, path: String) throws(FileError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let windowBits: Int32 = isGzip ? 15 + 16 : -15
    let code = inflateInit2_(
      stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else {
      throw FileError(
        operation: "unpack", place: path, cause: "zlib does not start (\(code))",
        remedy: "free memory, then try again")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Whether there is nothing left to unpack.
  var isHungry: Bool { consumed == input.count }

  /// Gives it the packed bytes that follow.
  func feed(_ bytes: ArraySlice<UInt8>) { (input, consumed) = (Array(bytes), 0) }

  /// Unpacks as much as there is and fits.
  ///
  /// - Returns: bytes written.
  func inflate(
    into buffer: UnsafeMutableRawBufferPointer, path: String
  ) throws(FileError) -> Int {
    let space = min(buffer.count, 1 << 30)
    let code = input.withUnsafeMutableBufferPointer { bytes -> Int32 in
      stream.pointee.next_in = bytes.baseAddress.map { $0 + consumed }
      stream.pointee.avail_in = UInt32(bytes.count - consumed)
      stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = UInt32(space)
      return CZlib.inflate(stream, Z_NO_FLUSH)
    }
    consumed = input.count - Int(stream.pointee.avail_in)
    isAtEnd = code == Z_STREAM_END
    guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else {
      throw FileError(
        place: path, cause: "its packed bytes are damaged", remedy: "copy it again whole")
    }
    return space - Int(stream.pointee.avail_out)
  }
}
