import EnvironmentKit
import Files

/// Where things lie in the memory that a worker shares: an array per thing, an element or a row per environment.
struct WorkerLayout {
  /// What an environment is to do.
  enum Command: UInt8 {
    /// Nothing.
    case idle
    /// Take its action.
    case step
    /// Start an episode with its seed.
    case seed
    /// Start an episode without a seed.
    case goOn
  }

  let slots: Int
  /// Bytes that the worker writes of one observation.
  let observationBytes: Int
  /// Components of a row of actions; 0 for choices.
  let rowWidth: Int
  let facts: Int
  /// Bytes of the picture for people.
  let pictureBytes: Int

  private(set) var places: [(name: String, start: Int)] = []
  /// All bytes.
  private(set) var size = 0
  private(set) var commands = 0
  private(set) var seeds = 0
  private(set) var actions = 0
  private(set) var rewards = 0
  private(set) var terminated = 0
  private(set) var truncated = 0
  private(set) var factValues = 0
  private(set) var observations = 0
  private(set) var finalObservations = 0
  private(set) var picture = 0

  /// Lays out the memory of so many environments.
  init(_ description: WorldDescription, _ way: WorldDescription.Way, slots: Int) {
    self.slots = slots
    observationBytes = way.workerBytes
    rowWidth = description.actions.rowWidth
    facts = description.facts.count
    pictureBytes = description.rendered?.reduce(1, *) ?? 0
    commands = place("commands", 1)
    seeds = place("seeds", 8)
    actions = place("actions", 4 * max(1, rowWidth))
    rewards = place("rewards", 4)
    terminated = place("terminated", 1)
    truncated = place("truncated", 1)
    factValues = place("facts", 4 * facts)
    observations = place("observations", observationBytes)
    finalObservations = place("finalObservations", observationBytes)
    picture = size
    places.append(("picture", size))
    size += max(1, pictureBytes)
  }

  /// Room for a thing of so many bytes per environment, on cache lines of its own.
  private mutating func place(_ name: String, _ bytes: Int) -> Int {
    let start = size
    places.append((name, start))
    size += (slots * bytes + 63) / 64 * 64
    return start
  }

  /// What the worker is told to make.
  func order(
    _ name: GymnasiumName, _ way: WorldDescription.Way, _ autoreset: AutoresetMode, observes: Bool
  ) -> JSONValue {
    [
      "name": .string(name.text), "slots": .integer(slots),
      "observation": .string(way.kind.rawValue), "autoreset": .string(autoreset.rawValue),
      "observes": .bool(observes), "observationBytes": .integer(observationBytes),
      "pictureBytes": .integer(pictureBytes),
      "places": .object(places.map { JSONValue.Member($0.name, .integer($0.start)) }),
    ]
  }
}
