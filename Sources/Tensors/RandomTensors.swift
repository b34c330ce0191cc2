import Randomness

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

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

  /// Creates a tensor of standard normal numbers, by the method of Box and Muller.
  public init(normal shape: [Int], stream: inout RandomStream) {
    var source = stream
    self.init(shape: shape) { buffer in
      for index in stride(from: 0, to: buffer.count, by: 2) {
        let (first, second) = normalPair(&source)
        buffer[index] = first
        if index + 1 < buffer.count { buffer[index + 1] = second }
      }
    }
    stream = source
  }
}

private func normalPair(_ stream: inout RandomStream) -> (Float, Float) {
  let radius = (-2 * log(1 - stream.random())).squareRoot()
  let angle = 2 * Double.pi * stream.random()
  return (Float(radius * cos(angle)), Float(radius * sin(angle)))
}
