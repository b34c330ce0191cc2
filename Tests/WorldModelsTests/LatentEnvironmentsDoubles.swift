import EnvironmentKit
import Randomness
import Synchronization
import WorldModels

/// A square picture of one colour, which the seed chooses and every step changes; ends by chance.
struct ColorWorld: World {
  enum Action: Int32, DiscreteAction { case keep, brighten }

  private var stream = RandomStream(seed: 0)
  private var level = 0
  private var steps = 0
  /// Whether the observation has a field besides the picture.
  let hasCompass: Bool
  /// Width and height of the picture.
  let side: Int

  init(hasCompass: Bool = false, side: Int = 4) {
    self.hasCompass = hasCompass
    self.side = side
  }

  var specification: WorldSpecification {
    let image = ObservationField("image", shape: [side, side, 3])
    let compass = ObservationField("direction", shape: [1])
    return WorldSpecification(
      id: "Color", observation: ObservationSpace(hasCompass ? [compass, image] : [image]),
      maximumSteps: 30, rewardRange: 0...1, facts: [Fact("level")], stepsPerSecond: 10)
  }

  var mission: String { "be bright" }

  mutating func reset(seed: UInt64?) {
    if let seed { stream = RandomStream(seed: seed) }
    level = stream.integers(in: 0..<100)
    steps = 0
  }

  mutating func step(_ action: Action) -> Step {
    steps += 1
    level += stream.integers(in: 0..<3) + (action == .brighten ? 2 : 0)
    let ends = stream.integers(in: 0..<12) == 0
    return Step(reward: Float(level) / 300, terminated: ends, truncated: !ends && steps >= 30)
  }

  func observe(into writer: inout ObservationWriter) {
    if hasCompass { writer.write(7) }
    for _ in 0..<side * side * 3 { writer.write(UInt8(level)) }
  }

  func facts(into values: UnsafeMutableBufferPointer<Float>) { values[0] = Float(level) }
  func draw(into canvas: Canvas) { canvas.fill(Color(UInt8(level), 0, 0)) }
}

/// The mean of the first channel, and of the last row; counts what it encodes.
final class MeanColor: FrameEncoder {
  let frameShape = [4, 4, 3]
  let latentSize = 2
  let encoded = Atomic<Int>(0)

  func encodeSlots(
    _ frames: UnsafeBufferPointer<UInt8>, slots: [Int], mean: UnsafeMutableBufferPointer<Float>,
    logVariance: UnsafeMutableBufferPointer<Float>?
  ) {
    encoded.add(slots.count, ordering: .relaxed)
    for slot in slots {
      let picture = frames[slot * 48..<(slot + 1) * 48]
      mean[slot * 2] = Float(picture.reduce(0) { $0 + Int($1) }) / 48
      mean[slot * 2 + 1] = Float(picture.suffix(12).reduce(0) { $0 + Int($1) }) / 12
      logVariance?[slot * 2] = -2
      logVariance?[slot * 2 + 1] = -20
    }
  }
}

/// Latents and results of one slot, over the steps of an episode.
struct LatentTrace: Equatable {
  var latents: [[Float]] = []
  var finals: [[Float]] = []
  var rewards: [Float] = []
  var facts: [Float] = []
  /// The step at which the first episode ended.
  var firstEnd: Int?
}

/// Plays one seed in one slot of a batch, the other slots with other seeds.
func trace(
  _ batch: LatentEnvironments, slot: Int, seed: UInt64, neighbours: Bool, steps: Int = 40
) throws -> LatentTrace {
  let buffers = batch.makeBuffers()
  let seeds = (0..<batch.count).map { $0 == slot ? seed : UInt64(1_000 + $0) }
  try batch.reset(seeds: seeds, mask: nil, into: buffers)
  var trace = LatentTrace(latents: [Array(buffers.observation(slot))])
  let active = (0..<batch.count).map { neighbours || $0 == slot }
  for step in 0..<steps {
    let actions = [Int32](repeating: Int32(step % 2), count: batch.count)
    try actions.withUnsafeBufferPointer { actions in
      try active.withUnsafeBufferPointer {
        try batch.step(.indices(actions), active: $0, into: buffers)
      }
    }
    trace.latents.append(Array(buffers.observation(slot)))
    trace.rewards.append(buffers.rewards[slot])
    trace.facts.append(batch.facts(of: slot)[0])
    if buffers.terminated[slot] || buffers.truncated[slot] {
      trace.firstEnd = trace.firstEnd ?? step
      trace.finals.append(Array(buffers.finalObservation(slot)))
    }
  }
  return trace
}
