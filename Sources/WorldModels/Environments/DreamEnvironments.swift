import EnvironmentKit
import Randomness

/// The dream: M alone, as environments like any other.
///
/// An episode starts from the stored latent of a real first frame, with M's state 0. A step lets M
/// consume the latent and the action and samples the next latent; reward and end are what M's heads
/// say: where it has none, 1 a step and no end but truncation. Observations are those of
/// `LatentEnvironments` with the same agent's input, in fields, order and meaning.
///
/// All that happens in a slot depends on its seed and actions alone. Three streams of the seed serve
/// it: `dream/start` chooses and samples the start, `dream/noise` samples M's mixtures, and
/// `dream/end` gives one number in 0..<1 a step where ends are sampled.
///
/// - SeeAlso: D. Ha, J. Schmidhuber, "World Models" (2018), learning inside of a dream.
public final class DreamEnvironments: EnvironmentBatch {
  /// Latents are floats.
  public typealias Element = Float

  /// M.
  public let memory: FrozenMemory
  /// Where episodes start.
  public let starts: DreamStarts
  /// How M is dreamt in.
  public internal(set) var settings: DreamSettings
  /// Number of slots.
  public let count: Int
  /// What an agent may do: what it may in the real world.
  public let actionSpace: ActionSpace
  /// What happens to a slot whose episode has ended.
  public let autoreset: AutoresetMode
  /// The real world's, with the dream's observation, steps and rewards, and without facts.
  public let specification: WorldSpecification

  let track: MemoryTrack
  let slots: DreamSlots
  let picture: DreamPicture

  /// `latent`, and the fields of M's state that the agent's input has.
  public var observationSpace: ObservationSpace { track.observationSpace }

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
  ///   - memory: M.
  ///   - starts: latents of the size that M reads.
  ///   - world: the real world's specification.
  ///   - actions: what an agent may do there.
  ///   - actionEncoding: how M was given actions when it was trained.
  ///   - input: what the agent is shown.
  ///   - settings: temperature, ends, length.
  ///   - count: slots, 1 or more.
  ///   - autoreset: what happens when an episode ends.
  ///   - decoder: draws latents for people; nil draws darkness.
  /// - Throws: where sizes do not fit together or the settings are out of bounds.
  public init(
    memory: FrozenMemory, starts: DreamStarts, world: WorldSpecification, actions: ActionSpace,
    actionEncoding: ActionEncoding = .oneHot, input: AgentInput, settings: DreamSettings = .init(),
    count: Int, autoreset: AutoresetMode = .disabled, decoder: FrozenVision? = nil
  ) throws {
    precondition(count >= 1, "DreamEnvironments: count \(count); give 1 or more")
    let place = "the dream of \(world.id)"
    try Self.check(settings, memory.configuration, decoder, place)
    track = try MemoryTrack(
      slots: count, latentSize: starts.latentSize, memory: memory, input: input, actions: actions,
      encoding: actionEncoding, place: place)
    self.memory = memory
    self.starts = starts
    self.settings = settings
    self.count = count
    self.autoreset = autoreset
    actionSpace = actions
    slots = DreamSlots(count)
    picture = DreamPicture(decoder)
    var specification = world
    specification.observation = track.observationSpace
    specification.facts = []
    if settings.maximumSteps > 0 { specification.maximumSteps = settings.maximumSteps }
    if !memory.configuration.predictsReward { specification.rewardRange = 1...1 }
    self.specification = specification
  }

  private static func check(
    _ settings: DreamSettings, _ memory: MemoryConfiguration, _ decoder: FrozenVision?,
    _ place: String
  ) throws {
    func refuse(_ cause: String, _ remedy: String) -> EnvironmentError {
      EnvironmentError(operation: "dream", place: place, cause: cause, remedy: remedy)
    }
    guard settings.temperature > 0, settings.temperature.isFinite else {
      throw refuse("the temperature is \(settings.temperature)", "give a number above 0")
    }
    guard settings.maximumSteps >= 0, (0...1).contains(settings.endThreshold) else {
      throw refuse(
        "maximumSteps is \(settings.maximumSteps), endThreshold \(settings.endThreshold)",
        "give steps of 0 or more and a threshold in 0...1")
    }
    let weight = memory.terminationWeight
    guard settings.ending != .sampled || !memory.predictsTermination || weight > 0 else {
      throw refuse(
        "ends cannot be sampled of a memory trained with terminationWeight \(weight)",
        "end by threshold, or train with a weight above 0")
    }
    if let decoder, decoder.latentSize != memory.latentSize {
      throw refuse(
        "the decoder draws latents of \(decoder.latentSize), the memory's are of \(memory.latentSize)",
        "give the vision that the memory was trained with")
    }
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
