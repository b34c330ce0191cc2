import EnvironmentKit
import Files
import Randomness

/// DEIR: how unlike all that its episode has shown a step's outcome is, in features that are learned by telling apart
/// what actions lead to.
///
/// A network sees (e, a, e′) and says whether a led from e to e′ or e′ is from somewhere else in the segment; its
/// gradient trains the features e. The bonus is the least of ‖e′ − eᵢ‖² / (‖h − hᵢ‖ + 10⁻⁶) over the episode's
/// earlier steps i, and of ‖e′ − e‖² of the step itself: what differs only because the way there did counts
/// less. What no action decides, such as noise, tells nothing apart, and so it should not be in the features.
/// Two things are simpler than in the paper: h is a fading mean of features instead of a recurrent network's
/// state, and what is not from there is drawn from the segment instead of a longer queue.
///
/// - SeeAlso: S. Wan et al., "DEIR: Efficient and Robust Exploration through Discriminative-Model-Based Episodic
///   Intrinsic Rewards" (2023), equation 6 and section 3.3.
final class DiscriminatedNovelty: ExplorationBonus {
  private let settings: ExplorationSettings
  private let discriminator: TransitionDiscriminator
  /// Features and what was remembered with them, by slot.
  private var episodes: EpisodeMemory
  private var courses: EpisodeMemory
  /// `[slot, features]`: the fading mean.
  private let remembered: OwnedBuffer<Float>
  private let featuresBefore: OwnedBuffer<Float>
  private let featuresAfter: OwnedBuffer<Float>
  private var accuracy = Double.nan

  /// How much of the mean each step leaves.
  private static let keeping: Float = 0.9

  init(_ room: BonusRoom) {
    settings = room.settings
    discriminator = TransitionDiscriminator(room)
    let width = settings.features
    episodes = EpisodeMemory(slots: room.slots, width: width)
    courses = EpisodeMemory(slots: room.slots, width: width)
    remembered = OwnedBuffer(room.slots * width, zero: 0)
    featuresBefore = OwnedBuffer(room.rows * width, zero: 0)
    featuresAfter = OwnedBuffer(room.rows * width, zero: 0)
  }

  func judge(_ path: ExploredPath, into bonuses: UnsafeMutableBufferPointer<Float>) {
    let encoder = discriminator.encoder
    encoder.features(of: path.before, rows: path.count, into: featuresBefore.elements)
    encoder.features(of: path.after, rows: path.count, into: featuresAfter.elements)
    for row in 0..<path.count { bonuses[row] = novelty(row, row % path.slots, path.ended[row]) }
    accuracy = discriminator.learn(from: path)
  }

  private func novelty(_ row: Int, _ slot: Int, _ isLast: Bool) -> Float {
    let width = settings.features
    let (here, outcome) = (featuresBefore.row(row, width), featuresAfter.row(row, width))
    let course = remembered.row(slot, width)
    let isFirst = episodes.count(slot) == 0
    for place in 0..<width {
      course[place] =
        isFirst
        ? here[place] : Self.keeping * course[place] + (1 - Self.keeping) * here[place]
    }
    var least = Self.squaredDistance(outcome, here)
    episodes.forEachSquaredDistance(of: outcome, in: slot) { number, distance in
      let apart = courses.squaredDistance(of: course, in: slot, number).squareRoot()
      least = min(least, distance / (apart + 1e-6))
    }
    episodes.append(here, to: slot)
    courses.append(course, to: slot)
    if isLast {
      episodes.forget(slot)
      courses.forget(slot)
    }
    return least
  }

  private static func squaredDistance(
    _ a: UnsafeMutableBufferPointer<Float>, _ b: UnsafeMutableBufferPointer<Float>
  ) -> Float {
    a.indices.reduce(0) { $0 + (a[$1] - b[$1]) * (a[$1] - b[$1]) }
  }

  var metrics: [Metric] { [Metric("controller/bonusAccuracy", accuracy)] }

  func abandonEpisodes() {
    episodes.forgetAll()
    courses.forgetAll()
  }

  func save(in file: inout TensorFile) {
    discriminator.save(in: &file)
    episodes.save(as: "exploration/episodes", in: &file)
    courses.save(as: "exploration/courses", in: &file)
    file.entries["exploration/remembered"] = TensorEntry(Array(remembered.elements))
  }

  func restore(_ file: TensorFile) throws(FileError) {
    try discriminator.restore(file)
    try episodes.restore("exploration/episodes", in: file)
    try courses.restore("exploration/courses", in: file)
    let saved = try file.values(
      "exploration/remembered", as: Float.self, shape: [remembered.elements.count], finite: true)
    _ = remembered.elements.update(fromContentsOf: saved)
  }
}
