import Controllers
import EnvironmentKit
import WorldModels

/// A run's policy with the model through which it sees, as C code holds both.
final class PolicyRoom: Held, @unchecked Sendable {
  let run: RunRoom
  let seeing: ModelStateRoom
  private let policy: any Policy<Float>
  private let batch: LatentEnvironments
  private let input: [String]
  /// `[slot, feature]`: what the policy is shown.
  private let shown: OwnedBuffer<Float>
  /// `[slot]`: whether an episode has begun.
  private var hasBegun: [Bool]

  /// Numbers that the policy is shown of a slot.
  var width: Int { batch.observationSpace.count }
  var slots: Int { batch.count }

  /// Makes a policy for some slots.
  init(_ run: RunRoom, slots: Int) throws {
    let found = try run.agentRun()
    (self.run, seeing) = (run, try ModelStateRoom(run, slots: slots))
    policy = found.policy()
    batch = try run.working { try found.latentEnvironments(count: slots) }
    input = found.configuration.agent.input
    shown = OwnedBuffer(slots * batch.observationSpace.count, zero: 0)
    hasBegun = [Bool](repeating: false, count: slots)
    policy.prepare(for: batch)
  }

  /// Begins episodes.
  func begin(seeds: [UInt64], mask: [Bool]) throws {
    try run.working {
      try seeing.state.begin(seeds: seeds.map { Optional($0) }, mask: mask)
      for slot in 0..<slots where mask[slot] {
        policy.begin(EpisodeRequest(seed: seeds[slot]), in: slot)
        hasBegun[slot] = true
      }
    }
  }

  /// Chooses actions on frames, which the model looks at first; its last actions led to them.
  func act(
    on frames: UnsafePointer<UInt8>?, bytes: Int64, mask: [Bool],
    into target: UnsafeMutableRawPointer
  ) throws {
    try checkBegun(mask)
    let done = seeing.actions
    try withUnsafeTemporaryAllocation(
      byteCount: slots * done.actionBytes, alignment: 8
    ) { last in
      guard let last = last.baseAddress else { return }
      done.write(to: last) { seeing.state.readsAction($0, mask: mask) }
      try seeing.observe(frames, bytes: bytes, after: UnsafeRawPointer(last), mask: mask)
    }
    for slot in 0..<slots where mask[slot] {
      guard let row = shown.row(slot, width).baseAddress else { continue }
      seeing.state.writeFeatures(input, of: slot, into: row)
    }
    act(mask, into: target)
  }

  /// Chooses actions on features, such as a dream shows them.
  func act(
    onFeatures features: UnsafePointer<Float>, mask: [Bool], into target: UnsafeMutableRawPointer
  ) throws {
    try checkBegun(mask)
    for slot in 0..<slots where mask[slot] {
      for number in 0..<width {
        let value = features[slot * width + number]
        guard value.isFinite else {
          throw CallError.invalid(
            "slot \(slot): feature \(number) is \(value); give finite numbers")
        }
        shown.elements[slot * width + number] = value
      }
    }
    act(mask, into: target)
  }

  private func checkBegun(_ mask: [Bool]) throws {
    guard let slot = (0..<slots).first(where: { mask[$0] && !hasBegun[$0] }) else { return }
    throw CallError.invalid("slot \(slot): no episode has begun; begin one first")
  }

  private func act(_ mask: [Bool], into target: UnsafeMutableRawPointer) {
    run.working {
      mask.withUnsafeBufferPointer {
        policy.act(
          in: batch, seeing: UnsafeBufferPointer(shown.elements), active: $0,
          into: seeing.actions.written)
      }
    }
    seeing.actions.write(to: target) { mask[$0] }
  }
}
