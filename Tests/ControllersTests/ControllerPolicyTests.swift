import Controllers
import EnvironmentKit
import Foundation
import Randomness
import Testing
import Threads

@Suite("Controller")
struct ControllerPolicyTests {
  private let actions = ActionSpace.discrete(["stay", "left", "right"])

  private func shape(
    _ inputs: Int, actions: ActionSpace? = nil, _ change: (inout ControllerConfiguration) -> Void
  ) throws -> ControllerShape {
    var configuration = ControllerConfiguration()
    change(&configuration)
    return try ControllerShape(
      configuration, observation: ObservationSpace([ObservationField("latent", shape: [inputs])]),
      actions: actions ?? self.actions)
  }

  @Test("has as many parameters as World Models' controllers")
  func parameterCounts() throws {
    #expect(try shape(32 + 256) { _ in }.parameterCount == 867)
    let doom = try shape(64 + 512 + 512) {
      $0.bias = false
      $0.readout = .parts
    }
    #expect(doom.parameterCount == 1_088)
    #expect(try shape(32) { $0.hiddenUnits = 16 }.parameterCount == 33 * 16 + 17 * 3)
  }

  @Test("sampled actions come with softmax's frequencies, and equal seeds draw equal actions")
  func sampled() throws {
    let shape = try shape(1) {
      $0.readout = .sampled
      $0.bias = false
    }
    let policy = ControllerPolicy(shape)
    policy.load([0, 1, -1])
    let batch = StillBatch(1, inputs: 1, actions: 3)
    func draws(_ seed: UInt64, _ count: Int) -> [Int32] {
      policy.prepare(for: batch)
      policy.begin(EpisodeRequest(seed: seed), in: 0)
      let actions = batch.makeActions()
      return (0..<count).map { _ in
        [Float](repeating: 1, count: 1).withUnsafeBufferPointer { seen in
          [true].withUnsafeBufferPointer { active in
            policy.act(in: batch, seeing: seen, active: active, into: actions)
          }
        }
        return actions.indices[0]
      }
    }
    let taken = draws(5, 20_000)
    let total = 1 + exp(1.0) + exp(-1.0)
    for (action, weight) in [1, exp(1.0), exp(-1.0)].enumerated() {
      let share = Double(taken.count { $0 == Int32(action) }) / 20_000
      // Five standard deviations of a share of 20,000 draws are below 0.018.
      #expect(abs(share - weight / total) < 0.018)
    }
    #expect(draws(5, 50) == draws(5, 50))
    #expect(draws(5, 50) != draws(6, 50))
  }

  /// The actions for rows of observations, one slot a row, one candidate a row.
  private func act(
    _ policy: ControllerPolicy, _ rows: [[Float]], candidates: [Int]? = nil
  ) -> [Int32] {
    let batch = StillBatch(rows.count, inputs: rows[0].count, actions: policy.shape.actionCount)
    let actions = batch.makeActions()
    actions.indices.update(repeating: -1)
    act(policy, rows, candidates, batch, actions)
    return Array(actions.indices)
  }

  private func act(
    _ policy: ControllerPolicy, _ rows: [[Float]], _ candidates: [Int]?, _ batch: StillBatch,
    _ actions: ActionStorage
  ) {
    policy.prepare(for: batch)
    for slot in rows.indices {
      policy.begin(EpisodeRequest(seed: 0, candidate: candidates?[slot] ?? 0), in: slot)
    }
    rows.flatMap { $0 }.withUnsafeBufferPointer { seen in
      [Bool](repeating: true, count: rows.count).withUnsafeBufferPointer { active in
        policy.act(in: batch, seeing: seen, active: active, into: actions)
      }
    }
  }

  @Test("of actions that are numbers every output is a component, stretched over its bounds")
  func components() throws {
    let space = ActionSpace.continuous([-1...1, 0...10])
    let shape = try shape(1, actions: space) { $0.bias = false }
    #expect(shape.outputCount == 2 && shape.parameterCount == 2)
    let policy = ControllerPolicy(shape)
    policy.load([1, -2])
    let rows: [[Float]] = [[0], [0.5], [99], [-99], [.nan]]
    let batch = StillBatch(rows.count, inputs: 1, space)
    let actions = batch.makeActions()
    act(policy, rows, nil, batch, actions)
    let half = Float(tanh(0.5))
    let expected: [[Float]] = [
      [0, 5], [half, 5 * (1 - Float(tanh(1.0)))], [1, 0], [-1, 10], [0, 5],
    ]
    for (slot, row) in expected.enumerated() {
      for (found, wanted) in zip(actions.row(of: slot), row) {
        // Two roundings of single precision.
        #expect(abs(found - wanted) <= 2e-6, "slot \(slot)")
      }
    }
    for slot in rows.indices { #expect(space.contains(actions.value(of: slot))) }
  }

  @Test(
    "a readout that chooses is refused where actions are numbers",
    arguments: [
      ActionReadout.sampled, .parts,
    ])
  func readoutOfNumbers(readout: ActionReadout) {
    #expect {
      try shape(1, actions: .continuous([0...1])) { $0.readout = readout }
    } throws: {
      ($0 as? ControllerError)?.place == "learner.readout"
    }
  }

  @Test("takes the greatest output, computed as in Double", arguments: [0, 5], [true, false])
  func greatest(hidden: Int, bias: Bool) throws {
    let shape = try shape(19) {
      $0.hiddenUnits = hidden
      $0.bias = bias
    }
    var stream = RandomStream(seed: 4)
    let parameters = (0..<3 * shape.parameterCount).map { _ in stream.uniform(-1, 1) }
    let rows = (0..<60).map { _ in (0..<19).map { _ in Float(stream.uniform(-1, 1)) } }
    let policy = ControllerPolicy(shape)
    policy.load(Population(count: 3, dimension: shape.parameterCount, values: parameters))
    let candidates = rows.indices.map { $0 % 3 }
    let expected = rows.indices.map { row in
      oracle(
        rows[row].map(Double.init), shape,
        Array(
          parameters[
            candidates[row] * shape.parameterCount..<(candidates[row] + 1) * shape.parameterCount]))
    }
    #expect(act(policy, rows, candidates: candidates) == expected)
    #expect(Set(expected).count == 3)
  }

  /// The layers in Double, written in the most obvious way.
  private func oracle(_ x: [Double], _ shape: ControllerShape, _ parameters: [Double]) -> Int32 {
    var rest = parameters[...]
    func layer(_ x: [Double], _ units: Int) -> [Double] {
      let weights = rest.prefix(units * x.count)
      rest = rest.dropFirst(units * x.count)
      let biases = shape.bias ? Array(rest.prefix(units)) : [Double](repeating: 0, count: units)
      rest = rest.dropFirst(shape.bias ? units : 0)
      return (0..<units).map { unit in
        zip(x, weights.dropFirst(unit * x.count)).reduce(biases[unit]) { $0 + $1.0 * $1.1 }
      }
    }
    var values = x
    if shape.hiddenUnits > 0 { values = layer(values, shape.hiddenUnits).map { tanh($0) } }
    let outputs = layer(values, shape.outputCount)
    return Int32(outputs.indices.max { outputs[$0] < outputs[$1] } ?? 0)
  }

  @Test("cuts one output in thirds, in the order that the configuration names")
  func thirds() throws {
    let shape = try shape(1) {
      $0.readout = .parts
      $0.bias = false
      $0.partActions = [1, 0, 2]
    }
    let policy = ControllerPolicy(shape)
    policy.load([1])
    // tanh 0.34 = 0.327 and tanh 0.35 = 0.336 lie on both sides of one third.
    let rows: [[Float]] = [[-9], [-0.35], [-0.34], [0], [0.34], [0.35], [9], [.nan]]
    #expect(act(policy, rows) == [1, 1, 0, 0, 0, 2, 2, 1])
  }

  @Test("standardises and cuts its inputs")
  func scaling() throws {
    let shape = try shape(2, actions: .discrete(["a", "b"])) { $0.bias = false }
    let samples: [Float] = [1, 7, 3, 7, 5, 7]
    let scaling = samples.withUnsafeBufferPointer {
      InputScaling(fitting: $0, count: 2, limit: 1.5)
    }
    #expect(scaling.mean == [3, 7])
    #expect(scaling.factor[1] == 0)
    // The deviation of 1, 3, 5 is √(8/3).
    #expect(abs(scaling.factor[0] - Float((3.0 / 8).squareRoot())) < 1e-6)
    let policy = ControllerPolicy(shape, scaling: scaling)
    policy.load([1, 1, -1, 1])
    #expect(act(policy, [[4, 900], [2, -900]]) == [0, 1])
  }

  @Test("cuts standardised inputs at the limit")
  func limit() throws {
    let shape = try shape(2, actions: .discrete(["a", "b"])) { $0.bias = false }
    func first(limit: Float) -> Int32 {
      let policy = ControllerPolicy(
        shape, scaling: InputScaling(mean: [0, 0], factor: [1, 1], limit: limit))
      policy.load([1, -2, 0, 0])
      return act(policy, [[10, 1]])[0]
    }
    // 10 − 2 · 1 is above 0, 1.5 − 2 · 1 is below.
    #expect(first(limit: 0) == 0)
    #expect(first(limit: 1.5) == 1)
  }

  @Test("reads the fields that the configuration names, and refuses others")
  func fields() throws {
    let space = ObservationSpace([
      ObservationField("latent", shape: [2]), ObservationField("memory", shape: [3]),
    ])
    var configuration = ControllerConfiguration()
    configuration.inputs = ["memory"]
    let shape = try ControllerShape(configuration, observation: space, actions: actions)
    #expect(shape.inputRanges == [2..<5])
    configuration.inputs = ["memories"]
    #expect(throws: ControllerError.self) {
      try ControllerShape(configuration, observation: space, actions: actions)
    }
  }

  @Test("refuses settings out of range, naming them")
  func settings() {
    var configuration = ControllerConfiguration()
    configuration.populationSize = 2
    #expect { try configuration.validate() } throws: {
      ($0 as? ControllerError)?.place == "learner.populationSize"
    }
  }

  @Test("gives equal actions on one thread and on two")
  func threads() throws {
    let shape = try shape(300) { $0.hiddenUnits = 8 }
    var stream = RandomStream(seed: 4)
    let policy = ControllerPolicy(shape)
    policy.load((0..<shape.parameterCount).map { _ in stream.uniform(-1, 1) })
    let rows = (0..<200).map { _ in (0..<300).map { _ in Float(stream.uniform(-1, 1)) } }
    let before = ThreadCount.current
    defer { ThreadCount.current = before }
    ThreadCount.current = 1
    let one = act(policy, rows)
    ThreadCount.current = 2
    #expect(act(policy, rows) == one)
    #expect(!one.contains(-1))
    #expect(act(policy, [rows[7]]) == [one[7]])
  }
}

/// A batch that has spaces and nothing else.
final class StillBatch: EnvironmentBatch {
  typealias Element = Float
  let count: Int
  let specification: WorldSpecification
  let actionSpace: ActionSpace
  let autoreset = AutoresetMode.disabled
  var observationSpace: ObservationSpace { specification.observation }

  convenience init(_ count: Int, inputs: Int, actions: Int) {
    self.init(count, inputs: inputs, .discrete((0..<actions).map(String.init)))
  }

  init(_ count: Int, inputs: Int, _ actions: ActionSpace) {
    self.count = count
    actionSpace = actions
    specification = WorldSpecification(
      id: "Still", observation: ObservationSpace([ObservationField("latent", shape: [inputs])]),
      maximumSteps: 1, rewardRange: 0...1, facts: [], stepsPerSecond: 1)
  }

  func reset(seeds: [UInt64?], mask: [Bool]?, into buffers: BatchBuffers<Float>) {}
  func step(
    _ actions: ActionBuffer, active: UnsafeBufferPointer<Bool>?, into buffers: BatchBuffers<Float>
  ) {}
  func state(of slot: Int) -> any Sendable { 0 }
  func setState(_ state: any Sendable, of slot: Int) {}
  func draw(_ slot: Int, into frame: inout Frame) {}
  func facts(of slot: Int, into values: UnsafeMutableBufferPointer<Float>) {}
  func mission(of slot: Int) -> String { "" }
}
