import EnvironmentKit
import Randomness

/// A line of 2 · `reach` + 1 cells: go to the target, on the left or on the right.
///
/// +1 at the target, −0.02 a step. The observation is three bytes: 128 + 4 · (target − position),
/// then noise, then the position.
struct ReachWorld: World {
  enum Action: Int32, DiscreteAction { case stay, left, right }

  static let reach = 8
  private var stream = RandomStream(seed: 0)
  private var position = 0
  private var target = 1
  private var noise: UInt8 = 0
  private var steps = 0
  private let limit: Int

  init(limit: Int = 40) { self.limit = limit }

  var specification: WorldSpecification {
    WorldSpecification(
      id: "Reach", observation: ObservationSpace([ObservationField("symbols", shape: [3])]),
      maximumSteps: limit, rewardRange: -0.02...1, facts: [Fact("offset"), Fact("steps")],
      stepsPerSecond: 10)
  }

  mutating func reset(seed: UInt64?) {
    if let seed { stream = RandomStream(seed: seed) }
    position = 0
    noise = 0
    steps = 0
    let distance = stream.integers(in: 2..<Self.reach + 1)
    target = stream.integers(in: 0..<2) == 0 ? -distance : distance
  }

  mutating func step(_ action: Action) -> Step {
    steps += 1
    noise = UInt8(stream.integers(in: 0..<256))
    if action != .stay { position += action == .left ? -1 : 1 }
    position = max(-Self.reach, min(Self.reach, position))
    let there = position == target
    return Step(
      reward: there ? 1 : -0.02, terminated: there, truncated: !there && steps >= limit)
  }

  func observe(into writer: inout ObservationWriter) {
    writer.write(UInt8(128 + 4 * (target - position)))
    writer.write(noise)
    writer.write(UInt8(128 + position))
  }

  func facts(into values: UnsafeMutableBufferPointer<Float>) {
    values[0] = Float(target - position)
    values[1] = Float(steps)
  }

  func draw(into canvas: Canvas) { canvas.fill(Color(0, 0, 0)) }
}

/// A batch of bytes as a batch of floats in −1…1: the simplest of latent environments.
final class FloatView: EnvironmentBatch {
  typealias Element = Float
  let world: any EnvironmentBatch<UInt8>
  private let bytes: BatchBuffers<UInt8>
  /// Slot steps taken, to see that inactive slots cost nothing.
  private(set) var slotSteps = 0

  init(_ world: any EnvironmentBatch<UInt8>) {
    self.world = world
    bytes = world.makeBuffers()
  }

  var count: Int { world.count }
  var observationSpace: ObservationSpace { world.observationSpace }
  var actionSpace: ActionSpace { world.actionSpace }
  var specification: WorldSpecification { world.specification }
  var autoreset: AutoresetMode { world.autoreset }

  func reset(seeds: [UInt64?], mask: [Bool]?, into buffers: BatchBuffers<Float>) throws {
    try world.reset(seeds: seeds, mask: mask, into: bytes)
    for slot in 0..<count where mask?[slot] ?? true { copy(slot, buffers) }
  }

  func step(
    _ actions: ActionBuffer, active: UnsafeBufferPointer<Bool>?, into buffers: BatchBuffers<Float>
  ) throws {
    try world.step(actions, active: active, into: bytes)
    for slot in 0..<count where active?[slot] ?? true {
      slotSteps += 1
      copy(slot, buffers)
    }
  }

  private func copy(_ slot: Int, _ buffers: BatchBuffers<Float>) {
    let source = bytes.observation(slot)
    let target = buffers.observation(slot)
    for index in source.indices { target[index] = (Float(source[index]) - 128) / 128 }
    buffers.rewards[slot] = bytes.rewards[slot]
    buffers.terminated[slot] = bytes.terminated[slot]
    buffers.truncated[slot] = bytes.truncated[slot]
  }

  func state(of slot: Int) -> any Sendable { world.state(of: slot) }
  func setState(_ state: any Sendable, of slot: Int) throws {
    try world.setState(state, of: slot)
  }
  func draw(_ slot: Int, into frame: inout Frame) { world.draw(slot, into: &frame) }
  func facts(of slot: Int, into values: UnsafeMutableBufferPointer<Float>) {
    world.facts(of: slot, into: values)
  }
  func mission(of slot: Int) -> String { "" }
}

/// Batches of the toy world.
func reachBatch(_ count: Int, _ mode: AutoresetMode = .disabled) -> WorldBatch<ReachWorld> {
  WorldBatch(ReachWorld(), count: count, autoreset: mode)
}
