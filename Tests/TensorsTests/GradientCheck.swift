import Randomness
import Tensors
import TestSupport
import Testing

/// Expects an operation's value and gradients to be those of a double-precision oracle.
///
/// The gradient of Σ weight · operation is compared with central differences of the oracle: their own
/// error is about 1e-9; float sums of some hundred terms differ by less than 2e-5 of the norm.
func expectGradients(
  _ shapes: [[Int]], range: Range<Float> = -1..<1, seed: UInt64 = 1, tolerance: Double = 2e-5,
  location: SourceLocation = #_sourceLocation, of operation: ([Tensor]) -> Tensor,
  oracle: ([OracleArray]) -> OracleArray
) {
  var stream = RandomStream(root: seed, name: "gradients")
  let inputs = shapes.map { Tensor(uniform: range, shape: $0, stream: &stream) }
  let exactInputs = inputs.map(\.oracle)
  let value = operation(inputs)
  let exact = oracle(exactInputs)
  #expect(value.shape == exact.shape, "shape", sourceLocation: location)
  guard value.shape == exact.shape else { return }
  #expect(
    value.scalars.relativeError(to: exact.values.map { Float($0) }) < tolerance, "value",
    sourceLocation: location)

  let weight = Tensor(uniform: -1..<1, shape: value.shape, stream: &stream)
  let exactWeight = weight.oracle
  let gradients = valueAndGradients(of: inputs) { (operation($0) * weight).sum() }.gradients
  let exactGradients = OracleArray.gradients(at: exactInputs) { arrays in
    zip(oracle(arrays).values, exactWeight.values).reduce(0) { $0 + $1.0 * $1.1 }
  }
  for (index, (found, exact)) in zip(gradients, exactGradients).enumerated() {
    #expect(found.shape == exact.shape, "gradient \(index)", sourceLocation: location)
    #expect(
      found.scalars.relativeError(to: exact.values.map { Float($0) }) < tolerance,
      "gradient \(index) of \(shapes)", sourceLocation: location)
  }
}

extension Tensor {
  /// The same elements in double precision.
  var oracle: OracleArray { OracleArray(scalars.map(Double.init), shape: shape) }
}
