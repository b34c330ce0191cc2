import Ranks

/// A tensor goes from rank to rank as it is kept: a product that waits as its factors, so that sums of such come to
/// the same bits wherever they are computed.
extension Tensor: Transmissible {
  /// Writes shape and numbers, or factors.
  public func write(to writer: inout ByteWriter) {
    writer.write(shape)
    guard let product = storage.waiting else {
      writer.write(false)
      return withUnsafeBuffer { writer.write($0) }
    }
    writer.write(true)
    writer.write((product.rows, product.columns))
    for factor in [product.left, product.right] { factor.write(to: &writer) }
  }

  /// Reads what `write` wrote.
  public init(from reader: inout ByteReader) {
    let shape = reader.readArray(of: Int.self)
    guard reader.read(Bool.self) else {
      self.init(uninitialized: shape)
      reader.read(
        into: UnsafeMutableBufferPointer(start: storage.pointer, count: storage.count))
      return
    }
    let (rows, columns) = reader.read((Int, Int).self)
    let (left, right) = (Tensor(from: &reader), Tensor(from: &reader))
    self.init(
      shape: shape,
      sharing: Storage(WaitingProduct(left: left, right: right, rows: rows, columns: columns)))
  }
}
