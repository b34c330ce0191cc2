import Randomness
import Ranks
import Tensors
import Testing

@Suite("Tensors from rank to rank")
struct TransmissionTests {
  private func sent(_ tensors: [Tensor]) -> [Tensor] {
    var writer = ByteWriter()
    for tensor in tensors { tensor.write(to: &writer) }
    var reader = ByteReader(writer.bytes)
    defer { #expect(reader.isAtEnd) }
    return tensors.map { _ in Tensor(from: &reader) }
  }

  @Test("arrive as they were, of any shape")
  func shapes() {
    var stream = RandomStream(seed: 3)
    let tensors = (0..<40).map { _ -> Tensor in
      let shape = (0..<stream.integers(in: 0..<5)).map { _ in stream.integers(in: 0..<6) }
      return Tensor(normal: shape, stream: &stream)
    }
    for (tensor, arrived) in zip(tensors, sent(tensors)) {
      #expect(arrived.shape == tensor.shape && arrived.scalars == tensor.scalars)
    }
  }

  @Test("a gradient that waits as a product is summed to the same bits on either side")
  func products() {
    var stream = RandomStream(root: 7, name: "transmission")
    let weight = Tensor(normal: [5, 5, 48, 64], stream: &stream)
    let bias = Tensor(repeating: 0, shape: [48])
    let gradients = (0..<3).map { _ -> Tensor in
      let inputs = [Tensor(normal: [3, 1, 1, 64], stream: &stream), weight, bias]
      let seed = Tensor(normal: [3, 5, 5, 48], stream: &stream)
      return valueAndGradients(of: inputs) {
        ($0[0].transposedConvolution(weight: $0[1], bias: $0[2], stride: 2) * seed).sum()
      }.gradients[1]
    }
    let arrived = sent(gradients)
    let (here, there) = (Tensor.sum(of: gradients), Tensor.sum(of: arrived))
    #expect(here.sum.scalars == there.sum.scalars && here.squares == there.squares)
    // Once looked at, it goes as numbers.
    let numbers = Tensor.sum(of: sent(gradients.map { Tensor($0.scalars, shape: $0.shape) }))
    #expect(numbers.sum.shape == here.sum.shape)
  }
}
