import Controllers
import EnvironmentKit
import Tensors
import Testing

/// Says that everything is worth 5, and always chooses the action 0.
private final class Certain: ActorCriticNetwork {
  let layout = ParameterLayout()
  let heads = PolicyHeads(actions: 3, areRows: false, valuePlace: 3, width: 4)
  let deviations = 0
  let firstMatrix = (inputs: 0, columns: 0)
  let memoryWidth = 0

  func load(_ numbers: UnsafePointer<Float>) {}
  func evaluate(
    _ store: ObservationStore, rows: UnsafeBufferPointer<Int32>,
    memory: UnsafeMutablePointer<Float>, into outputs: UnsafeMutablePointer<Float>
  ) {
    for row in rows.indices {
      (outputs[4 * row], outputs[4 * row + 1], outputs[4 * row + 2]) = (50, 0, 0)
      outputs[4 * row + 3] = 5
    }
  }
  func gradient(
    _ segment: Segment, samples: UnsafeBufferPointer<Int32>, of loss: SampleLoss,
    into gradient: UnsafeMutablePointer<Float>
  ) -> PolicySums { PolicySums() }
}

/// Two slots in which everything is certain.
private func certainCollector(
  of runner: EpisodeRunner<Float>, steps: Int, _ change: (inout PPOSettings) -> Void = { _ in }
) -> SegmentCollector {
  var settings = PPOSettings()
  (settings.environments, settings.horizon) = (2, steps)
  change(&settings)
  return SegmentCollector(
    settings, Certain(), numbers: runner.buffers.rewards.begin, runner.batch.actionSpace,
    inputs: runner.batch.observationSpace.count, rootSeed: 1)
}

@Suite("Advantages")
struct AdvantageTests {
  @Test("are those of generalised advantage estimation, and stop where an episode ends")
  func estimation() {
    let segment = Segment(steps: 4, slots: 1, width: 1)
    segment.count = 4
    for step in 0..<4 {
      segment.rewards[step] = Float(step + 1)
      segment.values[step] = 10
      segment.nextValues[step] = 10
    }
    segment.ended[1] = true
    segment.nextValues[1] = 0
    segment.estimateAdvantages(discount: 0.5, decay: 0.5)
    // δ: 1 + 5 − 10, 2 − 10, 3 + 5 − 10, 4 + 5 − 10; each the later one times 1/4, but not over the end.
    #expect((0..<4).map { segment.advantages[$0] } == [-6, -8, -2.25, -1])
    #expect((0..<4).map { segment.returns[$0] } == [4, 2, 7.75, 9])
  }

  @Test("reach beyond an episode that was cut off, never beyond one that ended")
  func truncation() throws {
    // The world cuts episodes off after 5 steps; it ends where the target is reached, which action 0, staying, never does.
    let runner = EpisodeRunner(
      FloatView(WorldBatch(ReachWorld(limit: 5), count: 2, autoreset: .disabled)))
    let collector = certainCollector(of: runner, steps: 12)
    let segment = Segment(steps: 12, slots: 2, width: 3)
    let ended = try collector.collect(
      12, on: runner, drawing: .init(seed: 1), into: segment)
    #expect(ended.count == 4)
    #expect((0..<12).map { segment.ended[2 * $0] } == (1...12).map { $0 % 5 == 0 })
    #expect((0..<24).allSatisfy { segment.nextValues[$0] == 5 })

    let bandit = tinyRunner(BanditWorld(), 2)
    let pulls = certainCollector(of: bandit, steps: 3)
    let pulled = Segment(steps: 3, slots: 2, width: 1)
    _ = try pulls.collect(3, on: bandit, drawing: .init(seed: 1), into: pulled)
    #expect((0..<6).allSatisfy { pulled.ended[$0] && pulled.nextValues[$0] == 0 })
  }

  @Test("reach beyond the steps that the settings give an episode")
  func ownLimit() throws {
    let runner = tinyRunner(ReachWorld(), 2)
    let collector = certainCollector(of: runner, steps: 6) { $0.maximumSteps = 3 }
    let segment = Segment(steps: 6, slots: 2, width: 3)
    let ended = try collector.collect(
      6, on: runner, drawing: .init(seed: 1), into: segment)
    #expect(ended.count == 4 && ended.length == 12)
    #expect((0..<12).allSatisfy { segment.nextValues[$0] == 5 })
  }
}
