import Controllers
import EnvironmentKit
import Layers
import Randomness
import Tensors
import Testing

/// One tower of layers, as the tape differentiates it.
private struct Tower: Parameterized {
  var layers: [Dense]

  func callAsFunction(_ x: Tensor) -> Tensor { layers.reduce(x) { $1($0) } }

  mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    for index in layers.indices { layers[index].visitParameters(under: "\(index)", visit) }
  }
}

/// Some rows with all that a loss needs, and networks of fresh numbers.
private struct Case {
  static let rows = 37
  static let inputs = 30
  let shape: DenseShape
  let network: DenseNetwork
  let numbers: OwnedBuffer<Float>
  let segment = Segment(steps: rows, slots: 1, width: inputs)
  var store: ObservationStore { segment.observations }
  let chosen: [Int32]
  let actions: [Int32]
  var numbersOfSamples: [[Float]] = []
  let seen: [Float]

  init(isShared: Bool, isSparse: Bool, hidden: [Int] = [20, 16], hasBonus: Bool = false) {
    var stream = RandomStream(seed: 9)
    shape = DenseShape(
      inputs: Self.inputs, hidden: hidden, actions: 5, isShared: isShared, hasBonus: hasBonus)
    numbers = OwnedBuffer(shape.layout.count, zero: 0)
    for entry in shape.layout.entries {
      for row in 0..<entry.rows {
        for place in entry.row(row) {
          numbers.elements[place] = Float(0.3 * stream.standardNormal())
        }
      }
    }
    network = DenseNetwork(shape, rows: Self.rows, microbatches: 4)
    network.load(numbers.elements.begin)
    var seen: [Float] = (0..<Self.rows * Self.inputs).map { place in
      isSparse && place % 6 != 0 ? 0 : Float(stream.standardNormal())
    }
    // Some rows are alike.
    for row in stride(from: 3, to: Self.rows, by: 4) {
      for place in 0..<Self.inputs { seen[row * Self.inputs + place] = seen[place] }
    }
    self.seen = seen
    let store = segment.observations
    segment.count = Self.rows
    seen.withUnsafeBufferPointer { seen in
      store.begin(like: seen)
      for row in 0..<Self.rows {
        store.append(
          UnsafeBufferPointer(rebasing: seen[row * Self.inputs..<(row + 1) * Self.inputs]))
      }
    }
    var chosen = stream.permutation(Self.rows).map(Int32.init)
    chosen.withUnsafeMutableBufferPointer { store.group($0) }
    self.chosen = chosen
    actions = (0..<Self.rows).map { _ in Int32(stream.integers(in: 0..<5)) }
    numbersOfSamples = (0..<3).map { kind in
      (0..<Self.rows).map { _ in Float(stream.standardNormal() - (kind == 0 ? 1.5 : 0)) }
    }
  }

  /// Lends the loss.
  func withLoss<Result>(_ body: (SampleLoss) -> Result) -> Result {
    var terms = PolicyLoss(clip: 0.2, entropyWeight: 0.02, valueWeight: 0.5)
    terms.scale = 1 / Float(Self.rows)
    return actions.withUnsafeBufferPointer { actions in
      numbersOfSamples[0].withUnsafeBufferPointer { old in
        numbersOfSamples[1].withUnsafeBufferPointer { advantages in
          numbersOfSamples[2].withUnsafeBufferPointer { returns in
            body(
              SampleLoss(
                terms: terms,
                samples: PolicySamples(
                  choices: actions.begin, rows: old.begin,
                  logProbabilities: old.begin, advantages: advantages.begin,
                  returns: returns.begin,
                  bonusReturns: shape.heads.hasBonus ? advantages.begin : nil),
                logDeviations: old.begin))
          }
        }
      }
    }
  }

  /// The gradient as the network computes it.
  func gradient() -> [Float] {
    // Rows that are never used keep what they hold, in use 0.
    var flat = [Float](repeating: 0, count: shape.layout.count)
    withLoss { loss in
      chosen.withUnsafeBufferPointer { rows in
        _ = network.gradient(segment, samples: rows, of: loss, into: &flat)
      }
    }
    return flat
  }

  /// The layers of a tower as tensors.
  func tower(_ name: String) -> Tower {
    var stream = RandomStream(seed: 0)
    var layers: [Dense] = []
    while let weight = shape.layout.entries.first(where: {
      $0.name == "\(name).\(layers.count).weight"
    }) {
      let bias = shape.layout["\(name).\(layers.count).bias"]
      var layer = Dense(inputs: 1, outputs: 1, activation: .tanh, stream: &stream)
      layer.weight = Tensor(
        (0..<weight.rows).flatMap { numbers.elements[weight.row($0)] }, shape: weight.shape)
      layer.bias = Tensor(Array(numbers.elements[bias.row(0)]), shape: bias.shape)
      layers.append(layer)
    }
    layers[layers.count - 1].activation = .none
    return Tower(layers: layers)
  }

  /// The gradient by a tower's numbers as the tape computes it, given the gradient by its outputs.
  func taped(_ name: String, by outputs: Tensor) -> [Float] {
    let x = Tensor(
      chosen.flatMap { seen[Int($0) * Self.inputs..<(Int($0) + 1) * Self.inputs] },
      shape: [Self.rows, Self.inputs])
    return valueAndGradient(of: tower(name)) { ($0(x) * outputs).sum() }.gradient
      .flattenedParameters
  }

  /// The loss's gradient by the heads, `[row, width]`.
  func headGradient() -> [Float] {
    let width = shape.heads.width
    var heads = [Float](repeating: 0, count: Self.rows * width)
    var gradient = heads
    chosen.withUnsafeBufferPointer { rows in
      var unused: Float = 0
      network.evaluate(store, rows: rows, memory: &unused, into: &heads)
      withLoss { loss in
        _ = loss.evaluate(
          heads, shape.heads, rows: rows.count, samples: rows, deviationGradient: &unused,
          gradient: &gradient)
      }
    }
    return gradient
  }
}

@Suite("Networks worked by hand")
struct DenseNetworkTests {
  @Test(
    "have the gradients of the tape, whole rows or sparse ones, shared layers or not",
    arguments: [(false, false), (false, true), (true, false), (true, true)], [false, true])
  func gradients(_ form: (isShared: Bool, isSparse: Bool), hasBonus: Bool) {
    let (isShared, isSparse) = form
    let example = Case(isShared: isShared, isSparse: isSparse, hasBonus: hasBonus)
    #expect((example.store.sparse != nil) == isSparse)
    let flat = example.gradient()
    let (heads, width) = (example.headGradient(), example.shape.heads.width)
    func columns(_ range: Range<Int>) -> Tensor {
      Tensor(
        (0..<Case.rows).flatMap {
          heads[$0 * width + range.lowerBound..<$0 * width + range.upperBound]
        },
        shape: [Case.rows, range.count])
    }
    let values = hasBonus ? 2 : 1
    let towers =
      isShared
      ? [("both", columns(0..<5 + values))]
      : [("actor", columns(0..<5)), ("critic", columns(16..<16 + values))]
    for (name, outputs) in towers {
      let wanted = example.taped(name, by: outputs)
      let found = example.shape.layout.entries.filter { $0.name.hasPrefix(name) }.flatMap { entry in
        (0..<entry.rows).flatMap { flat[entry.row($0)] }
      }
      #expect(found.count == wanted.count)
      let error = zip(found, wanted).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
      let size = wanted.reduce(0.0) { $0 + Double($1 * $1) }
      // Sums of 37 rows in floats, in another order.
      #expect((error / size).squareRoot() < 2e-6)
    }
  }

  @Test("leave padding alone")
  func padding() {
    let example = Case(isShared: false, isSparse: true)
    let flat = example.gradient()
    var isLearned = [Bool](repeating: false, count: flat.count)
    for entry in example.shape.layout.entries {
      for row in 0..<entry.rows { for place in entry.row(row) { isLearned[place] = true } }
    }
    #expect(zip(flat, isLearned).allSatisfy { $1 || $0 == 0 })
  }

  @Test("start from orthogonal weights")
  func orthogonal() throws {
    let room = LearnerRoom(
      observation: ObservationSpace([ObservationField("frame", shape: [40])]),
      actions: .discrete(["a", "b", "c"]), rootSeed: 4)
    var settings = PPOSettings()
    settings.hiddenSizes = [24]
    let file = try settings.makeLearner(in: room).save()
    func squares(_ name: String, _ shape: [Int]) throws -> [Double] {
      let values = try file.values("model/\(name)", as: Float.self, shape: shape)
      return (0..<shape[1] * shape[1]).map { pair in
        let (a, b) = (pair / shape[1], pair % shape[1])
        return (0..<shape[0]).reduce(0) {
          $0 + Double(values[$1 * shape[1] + a]) * Double(values[$1 * shape[1] + b])
        }
      }
    }
    func isDiagonal(_ matrix: [Double], _ n: Int, of square: Double) -> Bool {
      matrix.indices.allSatisfy {
        abs(matrix[$0] - ($0 % (n + 1) == 0 ? square : 0)) < 1e-5 * max(1, square)
      }
    }
    #expect(isDiagonal(try squares("actor.0.weight", [40, 24]), 24, of: 2))
    #expect(isDiagonal(try squares("critic.0.weight", [40, 24]), 24, of: 2))
    #expect(isDiagonal(try squares("actor.1.weight", [24, 3]), 3, of: 1e-4))
    #expect(isDiagonal(try squares("critic.1.weight", [24, 1]), 1, of: 1))
    #expect(try file.values("model/actor.0.bias", as: Float.self).allSatisfy { $0 == 0 })
  }
}
