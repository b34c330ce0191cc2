import Randomness

extension Tensor {
  /// Creates a tensor of uniform numbers in `low..<high`.
  public init(uniform range: Range<Float>, shape: [Int], stream: inout RandomStream) {
    var source = stream
    self.init(shape: shape) { buffer in
      let (low, high) = (Double(range.lowerBound), Double(range.upperBound))
      for index in buffer.indices { buffer[index] = Float(source.uniform(low, high)) }
    }
    stream = source
  }

  /// Creates a tensor of standard normal numbers; NumPy's `standard_normal(shape, dtype=float32)`.
  public init(normal shape: [Int], stream: inout RandomStream) {
    var source = stream
    self.init(shape: shape) { source.fillStandardNormal($0) }
    stream = source
  }
}
