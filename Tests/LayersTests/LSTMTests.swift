import Layers
import Randomness
import Tensors
import TestSupport
import Testing

@Suite struct LSTMTests {
  @Test func `Parameters have the documented shapes and forget gates start open`() {
    var stream = RandomStream(seed: 3)
    let layer = LSTM(inputs: 5, hidden: 4, forgetBias: 2, stream: &stream)
    #expect(layer.parameterShapes.map(\.name) == ["input_weight", "recurrent_weight", "bias"])
    #expect(layer.parameterShapes.map(\.shape) == [[5, 16], [4, 16], [16]])
    let bias = layer.bias.scalars
    // Weights lie within 1/√hidden = 0.5.
    #expect(bias[4..<8].allSatisfy { (1.5...2.5).contains($0) })
    #expect((bias[..<4] + bias[8...]).allSatisfy { abs($0) <= 0.5 })
  }

  @Test func `Packed weights give the bits of plain ones`() {
    var stream = RandomStream(seed: 3)
    let layer = LSTM(inputs: 5, hidden: 21, stream: &stream)
    let x = Tensor(normal: [4, 3, 5], stream: &stream)
    #expect(layer(x, packed: layer.packed()).hidden.scalars == layer(x).hidden.scalars)
  }

  @Test func `A layer learns to hold the first number of a sequence to its end`() {
    var stream = RandomStream(seed: 3)
    var layer = LSTM(inputs: 1, hidden: 8, stream: &stream)
    var optimiser = Adam(learningRate: 0.03)
    let target = Tensor(uniform: -0.8..<0.8, shape: [1, 12], stream: &stream)
    let rest = Tensor(uniform: -0.8..<0.8, shape: [7, 12], stream: &stream)
    let x = Tensor.concatenated([target, rest], axis: 0).reshaped(to: [8, 12, 1])
    var loss: Float = .infinity
    for _ in 0..<400 {
      let (value, gradient) = valueAndGradient(of: layer) { layer in
        let last = layer(x).hidden.sliced(axis: 0, 7..<8).sliced(axis: 2, 0..<1)
        return last.reshaped(to: [1, 12]).squaredError(to: target)
      }
      loss = value.scalar
      optimiser.update(&layer, gradients: Gradients(gradient).tensors)
    }
    // Twelve numbers of variance 0.2: 2.6 without memory.
    #expect(loss < 0.05)
  }
}
