import Files

/// Writes the XXH64 of bytes with seed 0, by which files of data sets are told to be whole.
///
/// - Parameters:
///   - bytes: the bytes; may be null where there are none.
///   - count: how many, 0 or more.
///   - checksum: written.
@c(umwelt_checksum)
public func checksum(
  _ bytes: UnsafeRawPointer?, _ count: Int64, _ checksum: UnsafeMutablePointer<UInt64>?
) -> Int32 {
  call {
    let count = try checked(count, "count", in: 0...(.max))
    guard let checksum, bytes != nil || count == 0 else {
      throw CallError.invalid("bytes or checksum: there is no place; give one")
    }
    checksum.pointee = Checksum(of: UnsafeRawBufferPointer(start: bytes, count: count)).value
  }
}
