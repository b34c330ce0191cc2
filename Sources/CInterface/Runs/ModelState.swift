import EnvironmentKit
import FinishedRuns
import WorldModels

/// What a run's world model keeps of some slots, moved on by frames or by itself.
///
/// Frames move the model's own state; imagination goes on in a dream of the same model that never ends,
/// begun at what was seen last. A slot is where it was moved last.
final class ModelState {
  let model: any WorldModel
  let actions: ActionSpace
  let slots: Int
  private let seen: any WorldModelState
  private let dream: DreamEnvironments?
  private let dreamt: BatchBuffers<Float>?
  /// `[slot]`: whether the dream has moved the slot last.
  private var isDreamt: [Bool]
  /// `[slot]`: whether the slot's episode has had a frame.
  private var hasFrame: [Bool]

  /// Makes states of slots that have seen nothing.
  init(_ run: FinishedRun, slots: Int) throws {
    let model = run.model
    self.model = model
    actions = run.entry.actions
    self.slots = slots
    seen = model.makeState(slots: slots)
    isDreamt = [Bool](repeating: false, count: slots)
    hasFrame = isDreamt
    guard model.imagination != nil else {
      (dream, dreamt) = (nil, nil)
      return
    }
    var settings = DreamSettings()
    // No probability is above 1: nothing ends but what the caller ends.
    (settings.ending, settings.endThreshold, settings.maximumSteps) = (.threshold, 1, .max)
    let blank = [UInt8](repeating: 0, count: model.frameShape.reduce(1, *))
    let starts = blank.withUnsafeBufferPointer { model.starts(at: $0, count: 1) }
    let dream = try DreamEnvironments(
      model, starts: starts,
      world: run.entry.specification(run.configuration.agent.observation), actions: actions,
      input: model.features.map(\.name), settings: settings, count: slots)
    self.dream = dream
    dreamt = dream.makeBuffers()
  }

  /// Lets slots forget.
  ///
  /// - Parameter seeds: restart a slot's streams; nil goes on with them.
  func begin(seeds: [UInt64?], mask: [Bool]) throws {
    for slot in 0..<slots where mask[slot] {
      seen.begin(slot, seed: seeds[slot])
      (isDreamt[slot], hasFrame[slot]) = (false, false)
    }
    if let dream, let dreamt { try dream.reset(seeds: seeds, mask: mask, into: dreamt) }
  }

  /// Moves slots on to their next frame.
  ///
  /// - Parameters:
  ///   - frames: `[slot, frame]`.
  ///   - actions: what was done before it; not read in slots that had no frame.
  func observe(
    _ frames: UnsafeBufferPointer<UInt8>, after actions: ActionBuffer, mask: [Bool]
  ) throws {
    let chosen = (0..<slots).filter { mask[$0] }
    guard !chosen.isEmpty else { return }
    for slot in chosen { try comeBack(slot) }
    seen.observe(frames, after: actions, slots: chosen)
    for slot in chosen { hasFrame[slot] = true }
  }

  /// Whether an action before a slot's next frame counts.
  func readsAction(_ slot: Int, mask: [Bool]) -> Bool { mask[slot] && hasFrame[slot] }

  /// Moves slots on by themselves.
  ///
  /// - Parameters:
  ///   - temperature: above 0.
  ///   - rewards: `[slot]`, written; 1 where the model foretells none.
  ///   - ends: `[slot]`, written: the probability of an end as the model says it; 0 where it foretells none.
  func imagine(
    after actions: ActionBuffer, mask: [Bool], temperature: Float,
    rewards: UnsafeMutablePointer<Float>, ends: UnsafeMutablePointer<Float>
  ) throws {
    guard let dream, let dreamt else {
      throw CallError.invalid("the model imagines nothing; give a run of one that dreams")
    }
    for slot in 0..<slots where mask[slot] {
      guard hasFrame[slot] else {
        throw CallError.invalid("slot \(slot): it has seen no frame; observe one first")
      }
      if !isDreamt[slot] { try dream.begin(slot: slot, at: seen.snapshot(of: slot)) }
      isDreamt[slot] = true
    }
    dream.temperature = temperature
    try mask.withUnsafeBufferPointer { try dream.step(actions, active: $0, into: dreamt) }
    for slot in 0..<slots where mask[slot] {
      rewards[slot] = dreamt.rewards[slot]
      ends[slot] = dream.endProbability(of: slot)
    }
  }

  /// Numbers of all features of a slot.
  var width: Int { model.features.reduce(0) { $0 + $1.count } }

  /// Writes the features of a slot that are named, in order, one after the other.
  func writeFeatures(_ names: [String], of slot: Int, into target: UnsafeMutablePointer<Float>) {
    var place = target
    for name in names {
      guard let numbers = feature(name, of: slot), let base = numbers.baseAddress else { continue }
      place.update(from: base, count: numbers.count)
      place += numbers.count
    }
  }

  private func feature(_ name: String, of slot: Int) -> UnsafeBufferPointer<Float>? {
    if isDreamt[slot] { return dream?.feature(name, of: slot) }
    return model.features.firstIndex { $0.name == name }.map { seen.feature($0, of: slot) }
  }

  /// Writes what the model makes of a slot as a frame.
  func decode(_ slot: Int, into frame: UnsafeMutableBufferPointer<UInt8>) throws {
    guard hasFrame[slot] else {
      throw CallError.invalid("slot \(slot): it has seen no frame; observe one first")
    }
    if isDreamt[slot], let dream { try seen.restore(dream.modelSnapshot(of: slot), to: slot) }
    seen.decode(slot, into: frame)
  }

  /// A copy of a slot, streams included.
  func snapshot(of slot: Int) -> ModelSnapshot {
    ModelSnapshot(
      seen: seen.snapshot(of: slot), dream: dream?.state(of: slot), isDreamt: isDreamt[slot],
      hasFrame: hasFrame[slot])
  }

  /// Puts a copy back.
  func restore(_ snapshot: ModelSnapshot, to slot: Int) throws {
    try seen.restore(snapshot.seen, to: slot)
    if let dream, let state = snapshot.dream { try dream.setState(state, of: slot) }
    (isDreamt[slot], hasFrame[slot]) = (snapshot.isDreamt, snapshot.hasFrame)
  }

  /// Leaves the dream with what was dreamt.
  private func comeBack(_ slot: Int) throws {
    guard isDreamt[slot], let dream else { return }
    try seen.restore(dream.modelSnapshot(of: slot), to: slot)
    isDreamt[slot] = false
  }
}

/// A copy of one slot of a `ModelState`.
struct ModelSnapshot: Sendable {
  let seen: any Sendable
  let dream: (any Sendable)?
  let isDreamt, hasFrame: Bool
}
