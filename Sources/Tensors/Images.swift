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

/// Writes bytes divided by 255.
package func bytesToUnit(
  _ bytes: UnsafePointer<UInt8>, _ floats: UnsafeMutablePointer<Float>, _ count: Int
) {
  umwelt_bytes_to_unit(bytes, floats, Int64(count))
}

/// Writes floats, cut to 0...1, as bytes 0...255.
package func unitToBytes(
  _ floats: UnsafePointer<Float>, _ bytes: UnsafeMutablePointer<UInt8>, _ count: Int
) {
  umwelt_unit_to_bytes(floats, bytes, Int64(count))
}

/// Replaces floats by their logistic function.
package func sigmoid(_ floats: UnsafeMutablePointer<Float>, _ count: Int) {
  umwelt_unary(UmweltSigmoid, floats, floats, Int64(count))
}
