import Datasets
import Files
import Randomness

/// A prior that was fitted to the latents of the frames that V learned from: where latents really lie.
package protocol FittedPrior: Prior {
  /// Enters it in V's checkpoint.
  func save(in file: inout TensorFile)
}

extension FrozenVision {
  /// Fits a prior to one draw from q(latent | frame) of each of some frames.
  ///
  /// - Parameters:
  ///   - frames: those that V learned from; of more than `configuration.frames` so many, evenly spread.
  ///   - rootSeed: root of the streams `prior/latents` and `prior/start`.
  ///   - progress: called with the rounds that are done and their greatest number, often within a round; both
  ///     are equal at the end. May throw to stop.
  /// - Returns: nil where there are no frames, or a latent is not finite.
  /// - Throws: where the frames cannot be read, and what `progress` throws.
  package func fittedPrior(
    to source: any FrameSource, frames: [Int], _ configuration: PriorConfiguration,
    rootSeed: UInt64, progress: (_ rounds: Int, _ most: Int) throws -> Void = { _, _ in }
  ) throws -> (any FittedPrior)? {
    let most = 100
    let table = try LatentTable(
      self, source, frames: FrameSelection.spread(frames, configuration.frames)
    ) { try progress(0, most) }
    var noise = RandomStream(root: rootSeed, name: "prior/latents")
    var start = RandomStream(root: rootSeed, name: "prior/start")
    let latents = table.draws(&noise)
    let beat = { (rounds: Int, most: Int) in try progress(min(rounds, most - 1), most) }
    let prior = try fitted(to: latents, configuration, &start, beat)
    try progress(most, most)
    return prior
  }

  private func fitted(
    to latents: [Float], _ configuration: PriorConfiguration, _ start: inout RandomStream,
    _ progress: (_ rounds: Int, _ most: Int) throws -> Void
  ) throws -> (any FittedPrior)? {
    guard let form = form as? any CodedForm else {
      return try MixturePrior.fitted(
        to: latents, latentSize: latentSize, configuration, start: &start, progress: progress)
    }
    return try CodePrior.fitted(
      to: latents, form, components: configuration.components, start: &start, progress: progress)
  }
}

extension VisionConfiguration {
  /// The fitted prior of a checkpoint, once it is known what latents are.
  ///
  /// - Throws: where the numbers are of other sizes, or no mixture.
  func fittedPrior(
    _ file: TensorFile, place: String
  ) throws(FileError) -> (any LatentForm) -> (any FittedPrior)? {
    guard latent.kind != .gaussian else {
      let prior = try MixturePrior(file, latentSize: latentSize, place: place)
      return { _ in prior }
    }
    let mixture = try CodePrior.mixture(
      file, groups: latent.groups, classes: latent.classes, place: place)
    return { form in
      guard let mixture, let form = form as? any CodedForm else { return nil }
      return CodePrior(mixture, form)
    }
  }
}
