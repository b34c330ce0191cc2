import Datasets
import EnvironmentKit
import Evaluation
import Pictures
import Randomness
import WorldModels

/// The pictures of what V has learned.
package struct RunPictures {
  package let vision: FrozenVision
  let folder: RunFolder
  package let subject: String

  /// Pictures of what an autoencoder sees, of a run in a folder.
  package init(vision: FrozenVision, folder: RunFolder, subject: String) {
    (self.vision, self.folder, self.subject) = (vision, folder, subject)
  }

  /// All pictures that a report has.
  func draw(_ study: VisionStudy, _ notable: NotableFrames, rootSeed: UInt64) throws {
    let frames = notable.frames
    try reconstruction(frames)
    if let middle = frames.dropFirst(frames.count / 2).first?.bytes {
      try traversal(around: middle, divergences: study.divergences)
    }
    try samples(rootSeed: rootSeed)
  }

  /// Observation, reconstruction and error of given frames.
  @discardableResult
  func reconstruction(_ frames: [NotableFrames.Entry]) throws -> [ReconstructionPair] {
    let decoded = decode(encode(frames.map(\.bytes)).means)
    let pairs = zip(frames, decoded).map {
      ReconstructionPair(observation: picture($0.bytes), reconstruction: $1, caption: $0.caption)
    }
    let sheet = ReconstructionSheet(
      title: "\(subject): held-out frames, reconstruction, error", pairs: pairs)
    try save(sheet.frame(), "reconstruction.png")
    return pairs
  }

  /// The strongest dimensions, each moved around the latent of one frame.
  ///
  /// - Parameter frame: the bytes of one frame.
  func traversal(around frame: [UInt8], divergences: [Double], dimensions: Int = 10) throws {
    let values = vision.form.shownPlaces
    let base = vision.form.places(of: encode([frame]).means)
    let order = divergences.indices.sorted {
      (divergences[$0], $1) > (divergences[$1], $0)
    }
    let rows = order.prefix(dimensions).map { dimension in
      let latents = values.flatMap { value -> [Float] in
        var places = base
        places[dimension] = Float(value)
        return vision.form.latent(at: places)
      }
      return TraversalSheet.Row(
        dimension: dimension, divergence: divergences[dimension], pictures: decode(latents))
    }
    let sheet = TraversalSheet(
      title: "\(subject): one latent moved at a time, strongest KL first", values: values,
      rows: Array(rows))
    try save(sheet.frame(), "traversal.png")
  }

  /// Decoded draws from the prior; beside those of a fitted one those of the prior that V was trained towards.
  func samples(rootSeed: UInt64, count: Int = 32) throws {
    let groups = vision.priors.map { prior -> SampleSheet.Group in
      var stream = RandomStream(root: rootSeed, name: "report/samples")
      return .init(prior.title, decode(prior.samples(count, stream: &stream)))
    }
    let sheet = SampleSheet(title: "\(subject): decoded samples of the prior", groups: groups)
    try save(sheet.frame(), "samples.png")
  }

  /// Latents of frames.
  package func encode(_ frames: [[UInt8]]) -> LatentTable {
    LatentTable(vision, frames: Array(frames.joined()), count: frames.count)
  }

  /// A frame as people see it.
  package func picture(_ bytes: some RandomAccessCollection<UInt8>) -> Frame {
    Frame(bytes, format: vision.format)
  }

  /// Pictures of latents, `[row, latent]`.
  package func decode(_ latents: [Float]) -> [Frame] {
    let (bytes, size) = (vision.decode(latents), vision.frameBytes)
    return stride(from: 0, to: bytes.count, by: size).map { picture(bytes[$0..<$0 + size]) }
  }

  private func save(_ frame: Frame, _ name: String) throws {
    try PNG.write(frame, to: folder.picture(name).path)
  }
}
