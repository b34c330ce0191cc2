import Controllers
import EnvironmentKit
import Layers
import Randomness
import Tensors
import Testing

/// A network of fresh numbers before a segment of random steps, some of which end episodes.
private struct Example {
  static let (steps, slots, actions) = (5, 4, 3)
  let network: any ActorCriticNetwork
  let segment: Segment
  let numbers: OwnedBuffer<Float>
  let shape: [Int]

  init(_ settings: PPOSettings, shape: [Int]) {
    var settings = settings
    (settings.environments, settings.horizon, settings.minibatch) = (4, 5, 20)
    self.shape = shape
    let room = LearnerRoom(
      observation: ObservationSpace([ObservationField("frame", shape: shape)]),
      actions: .discrete(["a", "b", "c"]), rootSeed: 2)
    network = settings.network(in: room, learns: true)
    let width = shape.reduce(1, *)
    segment = Segment(
      steps: Self.steps, slots: Self.slots, width: width, memoryWidth: network.memoryWidth,
      isWhole: network.needsWholeRows)
    var stream = RandomStream(seed: 5)
    numbers = OwnedBuffer(network.layout.count, zero: 0)
    for entry in network.layout.entries {
      for row in 0..<entry.rows {
        for place in entry.row(row) {
          numbers.elements[place] = Float(0.4 * stream.standardNormal())
        }
      }
    }
    network.load(numbers.elements.begin)
    fill(width, &stream)
  }

  private func fill(_ width: Int, _ stream: inout RandomStream) {
    segment.count = Self.steps * Self.slots
    let seen = (0..<segment.count * width).map { _ in Float(stream.standardNormal()) }
    seen.withUnsafeBufferPointer { seen in
      segment.observations.begin(like: seen)
      for row in 0..<segment.count {
        segment.observations.append(
          UnsafeBufferPointer(rebasing: seen[row * width..<(row + 1) * width]))
      }
    }
    for place in 0..<Self.slots * network.memoryWidth {
      segment.memory[place] = Float(0.5 * stream.standardNormal())
    }
    for row in 0..<segment.count {
      segment.ended[row] = row % 7 == 3
      segment.choices[row] = Int32(stream.integers(in: 0..<3))
      segment.logProbabilities[row] = Float(-1.1 + 0.2 * stream.standardNormal())
      segment.advantages[row] = Float(stream.standardNormal())
      segment.returns[row] = Float(stream.standardNormal())
    }
  }

  var loss: SampleLoss {
    var terms = PolicyLoss(clip: 0.2, entropyWeight: 0.02, valueWeight: 0.5)
    terms.scale = 1 / Float(segment.count)
    return SampleLoss(
      terms: terms,
      samples: PolicySamples(
        choices: segment.choices, rows: segment.drawn,
        logProbabilities: segment.logProbabilities, advantages: segment.advantages,
        returns: segment.returns),
      logDeviations: UnsafePointer(numbers.elements.begin))
  }

  /// The gradient as the network computes it, by the names of the layout.
  func gradient() -> [String: [Float]] {
    var flat = [Float](repeating: 9, count: network.layout.count)
    let samples = network.memoryWidth > 0 ? Self.slots : segment.count
    // In another order than rows have.
    let chosen = (0..<Int32(samples)).reversed().map { $0 }
    _ = chosen.withUnsafeBufferPointer {
      network.gradient(segment, samples: $0, of: loss, into: &flat)
    }
    var found: [String: [Float]] = [:]
    for entry in network.layout.entries {
      found[entry.name] = (0..<entry.rows).flatMap { flat[entry.row($0)] }
    }
    return found
  }

  /// A tensor of the network.
  func tensor(_ name: String) -> Tensor {
    let entry = network.layout[name]
    return Tensor((0..<entry.rows).flatMap { numbers.elements[entry.row($0)] }, shape: entry.shape)
  }

  /// What was seen, a row each.
  var seen: Tensor {
    let width = shape.reduce(1, *)
    guard let whole = segment.observations.whole else { preconditionFailure("rows are whole") }
    return Tensor(
      Array(UnsafeBufferPointer(start: whole.pointer, count: segment.count * width)),
      shape: [segment.count] + shape)
  }

  /// What must be multiplied with outputs, `[row, actions]` and `[row, 1]`, so that the sum has the loss's gradient.
  func gradients(_ logits: Tensor, _ values: Tensor) -> (Tensor, Tensor) {
    let heads = network.heads
    var outputs = [Float](repeating: 0, count: segment.count * heads.width)
    let (choice, value) = (logits.scalars, values.scalars)
    for row in 0..<segment.count {
      for action in 0..<3 { outputs[row * heads.width + action] = choice[row * 3 + action] }
      outputs[row * heads.width + heads.valuePlace] = value[row]
    }
    var gradient = outputs
    var unused: Float = 0
    let rows = (0..<Int32(segment.count)).map { $0 }
    _ = rows.withUnsafeBufferPointer {
      loss.evaluate(
        outputs, heads, rows: segment.count, samples: $0, deviationGradient: &unused,
        gradient: &gradient)
    }
    return (
      Tensor(
        (0..<segment.count).flatMap { gradient[$0 * heads.width..<$0 * heads.width + 3] },
        shape: [segment.count, 3]),
      Tensor(
        (0..<segment.count).map { gradient[$0 * heads.width + heads.valuePlace] },
        shape: [segment.count, 1])
    )
  }

  /// Compares with a function of the same numbers that a tape differentiates.
  func check(_ names: [String], _ outputs: ([String: Tensor]) -> (Tensor, Tensor)) {
    let found = gradient()
    let (_, wanted) = valueAndGradients(of: names.map(tensor)) { tensors in
      let (logits, values) = outputs(Dictionary(uniqueKeysWithValues: zip(names, tensors)))
      let (byLogits, byValues) = gradients(logits.detached, values.detached)
      return (logits * byLogits).sum() + (values * byValues).sum()
    }
    #expect(Set(names) == Set(network.layout.entries.map(\.name)))
    for (name, tensor) in zip(names, wanted) {
      let (a, b) = (found[name] ?? [], tensor.scalars)
      let error = zip(a, b).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
      let size = b.reduce(0.0) { $0 + Double($1 * $1) }
      // Sums of floats in another order, five steps deep.
      #expect((error / size).squareRoot() < 1e-5, "\(name)")
    }
  }
}

@Suite("Gradients of networks")
struct NetworkGradientTests {
  @Test("through a memory are those of the tape, over the ends of episodes")
  func recurrent() {
    var settings = PPOSettings()
    (settings.hiddenSizes, settings.memoryUnits) = ([10, 12], 16)
    let example = Example(settings, shape: [7])
    let (steps, slots) = (Example.steps, Example.slots)
    let keeps = Tensor(
      (0..<steps * slots).map { row in
        row >= slots && example.segment.ended[row - slots] ? 0 : 1
      }, shape: [steps, slots])
    let memory = (0..<slots * 32).map { example.segment.memory[$0] }
    func state(_ first: Int) -> Tensor {
      Tensor(
        (0..<slots).flatMap { memory[$0 * 32 + first..<$0 * 32 + first + 16] }, shape: [slots, 16])
    }
    let start = RecurrentState(hidden: state(0), cell: state(16))
    let names = [
      "encoder.0.weight", "encoder.0.bias", "encoder.1.weight", "encoder.1.bias", "memory.input",
      "memory.recurrent", "memory.bias", "actor.weight", "actor.bias", "critic.weight",
      "critic.bias",
    ]
    example.check(names) { tensors in
      func dense(_ x: Tensor, _ name: String, _ activation: Activation) -> Tensor {
        x.dense(
          weight: tensors["\(name).weight"]!, bias: tensors["\(name).bias"]!,
          activation: activation)
      }
      let encoded = dense(dense(example.seen, "encoder.0", .tanh), "encoder.1", .tanh)
      let hidden = encoded.reshaped(to: [steps, slots, 12]).longShortTermMemory(
        RecurrenceWeights(
          input: tensors["memory.input"]!, recurrent: tensors["memory.recurrent"]!,
          bias: tensors["memory.bias"]!), from: start, keeps: keeps
      ).hidden.reshaped(to: [steps * slots, 16])
      return (dense(hidden, "actor", .none), dense(hidden, "critic", .none))
    }
  }

  @Test(
    "through a board's convolution, worked by hand, are those of the tape",
    arguments: [(5, 3, [7, 6, 3]), (16, 2, [5, 9, 4]), (19, 4, [4, 4, 1]), (2, 1, [3, 2, 2])])
  func boards(channels: Int, kernel: Int, shape: [Int]) {
    var settings = PPOSettings()
    (settings.hiddenSizes, settings.convolutions) = ([10], [channels])
    (settings.convolutionKernel, settings.convolutionStride) = (kernel, 1)
    let example = Example(settings, shape: shape)
    let names =
      ["actor", "critic"].flatMap { name in
        ["0", "1"].flatMap { ["\(name).\($0).weight", "\(name).\($0).bias"] }
      } + ["pictures.0.weight", "pictures.0.bias"]
    example.check(names) { tensors in
      func dense(_ x: Tensor, _ name: String, _ activation: Activation) -> Tensor {
        x.dense(
          weight: tensors["\(name).weight"]!, bias: tensors["\(name).bias"]!,
          activation: activation)
      }
      let map = example.seen.convolution(
        weight: tensors["pictures.0.weight"]!, bias: tensors["pictures.0.bias"]!, stride: 1,
        activation: .relu)
      let features = map.reshaped(to: [map.shape[0], map.count / map.shape[0]])
      return (
        dense(dense(features, "actor.0", .tanh), "actor.1", .none),
        dense(dense(features, "critic.0", .tanh), "critic.1", .none)
      )
    }
  }

  @Test("through pictures are those of the tape")
  func pictures() {
    var settings = PPOSettings()
    (settings.hiddenSizes, settings.convolutions) = ([10], [6, 5])
    let example = Example(settings, shape: [16, 14, 3])
    let names =
      ["actor", "critic"].flatMap { name in
        ["0", "1"].flatMap { ["\(name).\($0).weight", "\(name).\($0).bias"] }
      } + ["0", "1"].flatMap { ["pictures.\($0).weight", "pictures.\($0).bias"] }
    example.check(names) { tensors in
      func dense(_ x: Tensor, _ name: String, _ activation: Activation) -> Tensor {
        x.dense(
          weight: tensors["\(name).weight"]!, bias: tensors["\(name).bias"]!,
          activation: activation)
      }
      var map = example.seen
      for layer in 0..<2 {
        map = map.convolution(
          weight: tensors["pictures.\(layer).weight"]!, bias: tensors["pictures.\(layer).bias"]!,
          stride: 2, activation: .relu)
      }
      let features = map.reshaped(to: [map.shape[0], map.count / map.shape[0]])
      return (
        dense(dense(features, "actor.0", .tanh), "actor.1", .none),
        dense(dense(features, "critic.0", .tanh), "critic.1", .none)
      )
    }
  }
}
