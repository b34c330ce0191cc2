/// A layer with frozen weights: any thread may apply it, and the bits of an example do not depend on the
/// others.
package protocol FrozenLayer: Sendable {
  /// Numbers of an example of the result.
  var outputCount: Int { get }

  /// The layer's output for some examples, on the calling thread.
  func apply(
    _ input: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>)

  /// The layer's output for one example, cut into parts for the pool's threads where that pays; the same
  /// bits.
  func applyInParts(_ input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>)
}

extension FrozenLayer {
  /// On the calling thread.
  package func applyInParts(
    _ input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>
  ) {
    apply(input, count: 1, into: output)
  }
}

extension FrozenConvolution: FrozenLayer {}
extension FrozenTransposedConvolution: FrozenLayer {}

extension FrozenDense: FrozenLayer {
  /// Numbers of a row of the result.
  package var outputCount: Int { outputs }

  /// The layer's output for some rows.
  package func apply(
    _ input: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>
  ) {
    apply(input, rows: count, into: output)
  }
}

/// x + T(relu(C(relu(x)))) with frozen weights.
package final class FrozenResidual: FrozenLayer {
  private let narrow: FrozenConvolution
  private let widen: FrozenTransposedConvolution

  /// - Parameters:
  ///   - narrow: C, with the ReLU behind it.
  ///   - widen: T, which leads back to the size that C takes.
  package init(_ narrow: FrozenConvolution, _ widen: FrozenTransposedConvolution) {
    (self.narrow, self.widen) = (narrow, widen)
  }

  package var outputCount: Int { widen.outputCount }

  package func apply(
    _ input: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>
  ) {
    let numbers = count * outputCount
    let positive = WorkingFloats(numbers)
    let map = WorkingFloats(count * narrow.outputCount)
    for index in 0..<numbers { positive.pointer[index] = max(0, input[index]) }
    narrow.apply(positive.pointer, count: count, into: map.pointer)
    widen.apply(map.pointer, count: count, into: output)
    for index in 0..<numbers { output[index] += input[index] }
  }
}
