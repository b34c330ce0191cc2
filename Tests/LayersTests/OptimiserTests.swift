import Layers
import Randomness
import Tensors
import TestSupport
import Testing

private struct TwoLayers: Parameterized {
  var first: Dense
  var second: Dense

  init() {
    var stream = RandomStream(seed: 4)
    first = Dense(inputs: 3, outputs: 5, activation: .tanh, stream: &stream)
    second = Dense(inputs: 5, outputs: 2, stream: &stream)
  }

  mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    first.visitParameters(under: "first", visit)
    second.visitParameters(under: "second", visit)
  }
}

@Suite struct OptimiserTests {
  @Test func `Parameters are listed and counted in order`() {
    let model = TwoLayers()
    #expect(
      model.parameterShapes.map(\.name) == [
        "first.weight", "first.bias", "second.weight", "second.bias",
      ])
    #expect(model.parameterShapes.map(\.shape) == [[3, 5], [5], [5, 2], [2]])
    #expect(model.parameterCount == 32)
  }

  @Test func `Flattened parameters come back unchanged`() {
    var model = TwoLayers()
    let flat = (0..<32).map { Float($0) / 7 }
    model.setFlattenedParameters(flat)
    #expect(model.flattenedParameters == flat)
    #expect(model.second.bias.scalars == Array(flat.suffix(2)))
  }

  @Test func `Fresh weights lie within one over the root of the fan-in`() {
    var stream = RandomStream(seed: 1)
    let layer = Convolution2D(inputs: 3, outputs: 64, kernel: 4, stream: &stream)
    let bound = 1 / Float(48).squareRoot()
    #expect(layer.weight.scalars.allSatisfy { abs($0) <= bound })
    // 3072 uniform numbers: the largest lies within 1 % of the bound but for one case in 10^13.
    #expect(layer.weight.scalars.map(abs).max() ?? 0 > 0.99 * bound)
  }

  @Test func `Adam's steps are those of its definition in double precision`() {
    var model = TwoLayers()
    var optimiser = Adam(learningRate: 0.01)
    var exact = model.flattenedParameters.map(Double.init)
    var (first, second) = ([Double](repeating: 0, count: 32), [Double](repeating: 0, count: 32))
    var stream = RandomStream(seed: 9)
    for step in 1...20 {
      let flat = (0..<32).map { _ in Float(stream.uniform(-2, 2)) }
      var gradient = model
      gradient.setFlattenedParameters(flat)
      optimiser.update(&model, gradients: Gradients(gradient).tensors, scale: 0.5)
      for index in flat.indices {
        let g = 0.5 * Double(flat[index])
        first[index] = 0.9 * first[index] + 0.1 * g
        second[index] = 0.999 * second[index] + 0.001 * g * g
        let mean = first[index] / (1 - power(0.9, step))
        let root = (second[index] / (1 - power(0.999, step))).squareRoot()
        exact[index] -= 0.01 * mean / (root + 1e-8)
      }
    }
    // Twenty float steps: rounding of 1 − β to float, a few units in the last place each.
    #expect(model.flattenedParameters.relativeError(to: exact.map { Float($0) }) < 1e-5)
  }

  @Test func `Parts add up in order and the norm is that of all parameters`() {
    var model = TwoLayers()
    model.setFlattenedParameters((0..<32).map(Float.init))
    let gradients = Gradients(sumOf: [Gradients(model), Gradients(model)])
    #expect(gradients.tensors[1].scalars == [30, 32, 34, 36, 38])
    // √ Σ (2i)², i below 32, is √ 41664.
    #expect(abs(gradients.norm - 41664.squareRoot()) < 1e-3)
    #expect(Gradients.clippingScale(norm: 8, limit: 2) == 0.25)
    #expect(Gradients.clippingScale(norm: 1, limit: 2) == 1)
    #expect(Gradients.clippingScale(norm: 8, limit: nil) == 1)
    var clipped = gradients
    clipped.clip(byValue: 33)
    #expect(clipped.tensors[1].scalars == [30, 32, 33, 33, 33])
  }

  @Test func `A small network learns exclusive or`() {
    var model = TwoLayers()
    var optimiser = Adam(learningRate: 0.05)
    let inputs = Tensor([0, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1], shape: [4, 3])
    let targets = Tensor([0, 1, 1, 0, 1, 0, 0, 1], shape: [4, 2])
    var loss: Float = .infinity
    for _ in 0..<300 {
      let (value, gradient) = valueAndGradient(of: model) { model in
        model.second(model.first(inputs)).squaredError(to: targets)
      }
      loss = value.scalar
      optimiser.update(&model, gradients: Gradients(gradient).tensors)
    }
    #expect(loss < 0.01)
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { product, _ in product * base }
  }
}
