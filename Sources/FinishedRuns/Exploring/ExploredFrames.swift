import Datasets
import EnvironmentKit
import Experiments
import LongWork
import Pictures
import Randomness
import Settings
import WorldModels

/// The frames that an exploration starts from, and the autoencoder that sees them.
struct ExploredFrames {
  /// Draws frames and latents.
  let pictures: RunPictures
  /// Where the frames lie.
  let source: any FrameSource
  /// The numbers of those that were held out.
  let heldOut: [Int]
  /// Where in a frame lies what matters, by its facts; nil where nobody says.
  private let regions: FactsRegions?

  /// Facts of a frame that are told at most.
  private static let mostFacts = 3

  /// Joins frames and what sees them.
  ///
  /// - Throws: where no frame is held out.
  init(
    _ pictures: RunPictures, _ source: any FrameSource, heldOut: [Int], regions: FactsRegions?,
    of folder: RunFolder
  ) throws {
    guard !heldOut.isEmpty else {
      throw ExperimentError(
        place: folder.data.path, cause: "the data set is empty",
        remedy: "go on with: \(folder.goOnCommand)")
    }
    (self.pictures, self.source, self.heldOut) = (pictures, source, heldOut)
    self.regions = regions
  }

  /// A place among the held-out frames, some on from another; after the last comes the first.
  func place(_ place: Int, movedBy offset: Int) -> Int {
    let count = heldOut.count
    return ((place + offset) % count + count) % count
  }

  /// The bytes of a held-out frame, and what is known of it in words.
  ///
  /// - Throws: where it can no longer be read.
  func frame(_ place: Int) throws -> (bytes: [UInt8], label: String) {
    (try source.frames([heldOut[place]]), try label(heldOut[place]))
  }

  /// Labels of frames that stand alone; a world shows its facts.
  private func label(_ frame: Int) throws -> String {
    guard source.frameGroups.isEmpty, !source.frameFacts.isEmpty else { return "" }
    let known = zip(source.frameFacts, try source.readFacts(frame)).filter { $1.isFinite }
      .prefix(Self.mostFacts).map { "\($0.name) \(NumberText.short(Double($1)))" }
    return known.isEmpty ? "" : ": " + known.joined(separator: ", ")
  }

  /// The place of a frame in which something moves, where the world tells; of any frame, where not.
  func firstPlace(seed: UInt64) throws -> Int {
    var stream = RandomStream(root: seed, name: "explore/frame")
    var choice = Array(heldOut.indices)
    if let regions {
      let shown = try choice.filter { place in
        try source.readFacts(heldOut[place]).withUnsafeBufferPointer { !regions($0).isEmpty }
      }
      if !shown.isEmpty { choice = shown }
    }
    return choice[Int(stream.nextUInt64() % UInt64(choice.count))]
  }
}

extension FinishedRun {
  /// The run's latent space to be explored.
  ///
  /// - Parameter seed: what draws from the prior, and the first frame to start from, depend on.
  /// - Throws: where the run's data set is missing or damaged.
  public func latentExplorer(seed: UInt64) throws -> LatentExplorer {
    let dataset = try folder.dataset(of: identity, configuration)
    let frames = configuration.split(dataset).heldOutFrames
    guard let vision = (model as? any SeesThroughAutoencoder)?.vision else {
      throw ExperimentError(
        place: folder.url.path,
        cause: "its model is of kind '\(configuration.model.kind)', which has no autoencoder",
        remedy: "give a run with model.kind=autoencoder or mixtureMemory")
    }
    let explored = try ExploredFrames(
      RunPictures(vision: vision, folder: folder, subject: entry.id), dataset, heldOut: frames,
      regions: entry.regions(inFramesOf: dataset.index.frameShape), of: folder)
    return try LatentExplorer(explored, seed: seed)
  }
}

extension FinishedVision {
  /// The latent space of a run of V alone to be explored, on the frames that the run held out.
  ///
  /// - Parameter seed: what draws from the prior, and the first frame to start from, depend on.
  /// - Throws: where the frames are missing, or others than the run was begun with.
  package func latentExplorer(
    seed: UInt64, progress: ProgressReporter
  ) throws -> LatentExplorer {
    let (source, split) = try opened([], nil, progress)
    let explored = try ExploredFrames(
      RunPictures(vision: reading.frozen, folder: folder, subject: configuration.subject),
      reading.judged(source, rootSeed: UInt64(configuration.seed)), heldOut: split.heldOut,
      regions: entry?.regions(inFramesOf: source.frameShape), of: folder)
    return try LatentExplorer(explored, seed: seed)
  }
}
