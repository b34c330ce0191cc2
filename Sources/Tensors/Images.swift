import CKernels

extension Tensor {
  /// Creates a tensor of bytes divided by 255.
  ///
  /// - Parameter bytes: as many as the shape has elements.
  public init(bytes: UnsafeBufferPointer<UInt8>, shape: [Int]) {
    self.init(uninitialized: shape)
    precondition(
      bytes.count == count, "Tensor(bytes:shape:): \(bytes.count) bytes for shape \(shape)")
    guard let base = bytes.baseAddress else { return }
    umwelt_bytes_to_unit(base, mutablePointer, Int64(count))
  }

  /// Writes the elements, cut to 0...1, as bytes 0...255.
  public func writeBytes(into bytes: UnsafeMutableBufferPointer<UInt8>) {
    precondition(
      bytes.count == count, "writeBytes: \(bytes.count) bytes for shape \(shape)")
    guard let base = bytes.baseAddress else { return }
    umwelt_unit_to_bytes(pointer, base, Int64(count))
  }
}

extension Tensor {
  /// Writes bytes divided by 255 into one place of the first axis.
  package mutating func setRow(_ row: Int, bytes: UnsafeBufferPointer<UInt8>) {
    let width = count / max(1, shape.first ?? 1)
    precondition(
      bytes.count == width && row >= 0 && row < shape[0],
      "setRow: \(bytes.count) bytes for row \(row) of shape \(shape)")
    withUnsafeMutableBuffer { buffer in
      guard let from = bytes.baseAddress, let to = buffer.baseAddress else { return }
      umwelt_bytes_to_unit(from, to + row * width, Int64(width))
    }
  }
}
