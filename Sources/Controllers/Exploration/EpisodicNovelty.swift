import EnvironmentKit
import Files
import Randomness

/// How unlike all that its episode has shown a step's outcome is: in the autoencoder's latents, or in features that
/// a network drawn at random makes of what is seen.
///
/// 1 / (√(Σ K) + c) over the nearest neighbours, K = ε / (d²/d̄² + ε), d̄² the running mean of their squared distances;
/// 0 where that root is above 8, and for the first step of an episode, which is compared with nothing.
///
/// - SeeAlso: A. P. Badia et al., "Never Give Up: Learning Directed Exploration Strategies" (2020), equation 2 and
///   algorithm 1; Y. Seo et al., "State Entropy Maximization with Random Encoders" (2021), for the features.
final class EpisodicNovelty: ExplorationBonus {
  private let network: FeatureNetwork?
  private let neighbours: Int
  private let width: Int
  private var memory: EpisodeMemory
  /// `[row, width]`.
  private let features: OwnedBuffer<Float>
  /// The distances to the nearest, ascending.
  private var nearest: [Float] = []
  /// The running mean of squared distances to the nearest, and of how many.
  private var distances = (count: 0.0, mean: 0.0)

  private static let (epsilon, constant): (Double, Double) = (1e-3, 1e-3)
  private static let (cluster, mostAlike): (Double, Double) = (8e-3, 8)

  init(_ room: BonusRoom) {
    neighbours = room.settings.neighbours
    let isLatent = room.settings.input == .latent
    width = isLatent ? room.width : room.settings.features
    network =
      isLatent
      ? nil
      : FeatureNetwork(
        inputs: room.width, widths: room.settings.hiddenSizes + [width],
        lanes: room.microbatches, rows: 0)
    network?.drawOrthogonal(
      RandomStream(root: room.rootSeed, name: "controller/exploration/features"))
    memory = EpisodeMemory(slots: room.slots, width: width)
    features = OwnedBuffer(room.rows * width, zero: 0)
    nearest.reserveCapacity(neighbours + 1)
  }

  func judge(_ path: ExploredPath, into bonuses: UnsafeMutableBufferPointer<Float>) {
    write(path.after, path.count)
    for row in 0..<path.count {
      let slot = row % path.slots
      let outcome = features.row(row, width)
      bonuses[row] = novelty(outcome, slot)
      memory.append(outcome, to: slot)
      if path.ended[row] { memory.forget(slot) }
    }
  }

  private func write(_ store: ObservationStore, _ rows: Int) {
    if let network { return network.features(of: store, rows: rows, into: features.elements) }
    for row in 0..<rows { store.read(row, into: features.row(row, width)) }
  }

  private func novelty(_ row: UnsafeMutableBufferPointer<Float>, _ slot: Int) -> Float {
    nearest.removeAll(keepingCapacity: true)
    memory.forEachSquaredDistance(of: row, in: slot) { _, distance in
      guard nearest.count < neighbours || distance < nearest[nearest.count - 1] else { return }
      let place = nearest.firstIndex { distance < $0 } ?? nearest.count
      nearest.insert(distance, at: place)
      if nearest.count > neighbours { nearest.removeLast() }
    }
    guard !nearest.isEmpty else { return 0 }
    for distance in nearest {
      distances.count += 1
      distances.mean += (Double(distance) - distances.mean) / distances.count
    }
    let scale = max(distances.mean, .leastNormalMagnitude)
    let kernels = nearest.reduce(0.0) {
      $0 + Self.epsilon / (max(0, Double($1) / scale - Self.cluster) + Self.epsilon)
    }
    let alike = kernels.squareRoot() + Self.constant
    return alike > Self.mostAlike ? 0 : Float(1 / alike)
  }

  func abandonEpisodes() { memory.forgetAll() }

  func save(in file: inout TensorFile) {
    memory.save(as: "exploration/episodes", in: &file)
    file.entries["exploration/distances"] = TensorEntry([distances.count, distances.mean])
  }

  func restore(_ file: TensorFile) throws(FileError) {
    try memory.restore("exploration/episodes", in: file)
    let saved = try file.values(
      "exploration/distances", as: Double.self, shape: [2], finite: true)
    distances = (saved[0], saved[1])
  }
}
