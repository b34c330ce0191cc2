import EnvironmentKit
import Randomness

/// The dream: a world model alone, as environments like any other.
///
/// An episode starts from the model's view of a real first frame. A step lets the model imagine on;
/// reward and end are what it foretells: where it foretells none, 1 per step and no end but truncation.
/// Observations are those of `LatentEnvironments` with the same input, in fields, order and meaning.
///
/// All that happens in a slot depends on its seed and actions alone. Three streams of the seed serve
/// it: `dream/start` chooses and samples the start, `dream/noise` samples what is imagined, and
/// `dream/end` gives one number in 0..<1 per step where ends are sampled.
///
/// - SeeAlso: D. Ha, J. Schmidhuber, "World Models" (2018), learning inside of a dream.
public final class DreamEnvironments: EnvironmentBatch {
  /// Features are floats.
  public typealias Element = Float

  /// Who dreams.
  public let model: any WorldModel
  /// How it is dreamt in.
  public internal(set) var settings: DreamSettings
  /// Number of slots.
  public let count: Int
  /// What an agent may do: what it may in the real world.
  public let actionSpace: ActionSpace
  /// What happens to a slot whose episode has ended.
  public let autoreset: AutoresetMode
  /// The real world's, with the dream's observation, steps and rewards, and without facts.
  public let specification: WorldSpecification

  let starts: DreamStarts
  let imagination: Imagination
  let state: any WorldModelState
  let input: AgentInput
  let slots: DreamSlots
  let picture: FramePicture

  /// The features that the agent asked for.
  public var observationSpace: ObservationSpace { input.space }

  /// τ, above 0, from the next step on.
  public var temperature: Float {
    get { settings.temperature }
    set {
      precondition(newValue > 0, "temperature: \(newValue); give more than 0")
      settings.temperature = newValue
    }
  }

  /// Dreams of a world.
  ///
  /// - Parameters:
  ///   - model: who dreams; it must imagine.
  ///   - starts: what episodes begin at: the model's view of first frames.
  ///   - world: the real world's specification.
  ///   - actions: what an agent may do there.
  ///   - names: the features that an agent is shown, in order.
  ///   - settings: temperature, ends, length.
  ///   - count: slots, 1 or more.
  ///   - autoreset: what happens when an episode ends.
  /// - Throws: where the model imagines nothing, has no such feature, or the settings are out of bounds.
  public init(
    _ model: any WorldModel, starts: DreamStarts, world: WorldSpecification,
    actions: ActionSpace, input names: [String], settings: DreamSettings = .init(), count: Int,
    autoreset: AutoresetMode = .disabled
  ) throws {
    precondition(count >= 1, "DreamEnvironments: \(count) slots; give 1 or more")
    let place = "the dream of \(world.id)"
    imagination = try settings.checked(for: model, place: place)
    input = try AgentInput(names, of: model, place: place)
    (self.model, self.starts, self.settings) = (model, starts, settings)
    (self.count, self.autoreset, actionSpace) = (count, autoreset, actions)
    state = model.makeState(slots: count, showing: names)
    slots = DreamSlots(count)
    picture = FramePicture(shape: model.frameShape)
    var specification = world
    specification.observation = input.space
    specification.facts = []
    if settings.maximumSteps > 0 { specification.maximumSteps = settings.maximumSteps }
    if !imagination.predictsReward { specification.rewardRange = 1...1 }
    self.specification = specification
  }

  /// Dreams of a world, begun at what `model.starts(at:count:)` gave for first frames, 1 or more.
  public convenience init(
    _ model: any WorldModel, starts: [any Sendable], world: WorldSpecification,
    actions: ActionSpace, input names: [String], settings: DreamSettings = .init(), count: Int,
    autoreset: AutoresetMode = .disabled
  ) throws {
    try self.init(
      model, starts: DreamStarts(starts), world: world, actions: actions, input: names,
      settings: settings, count: count, autoreset: autoreset)
  }

  /// Starts episodes.
  public func reset(
    seeds: [UInt64?], mask: [Bool]?, into buffers: BatchBuffers<Float>
  ) throws {
    precondition(seeds.count == count, "reset: \(seeds.count) seeds for \(count) slots")
    for slot in 0..<count where mask?[slot] ?? true {
      if let seed = seeds[slot] { slots.seed(slot, seed) }
      start(slot, buffers)
    }
  }
}
