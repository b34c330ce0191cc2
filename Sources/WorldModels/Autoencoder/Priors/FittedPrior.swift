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
  ///   - progress: called with the rounds that are done and their greatest number; both are equal at the end.
  /// - Returns: nil where there are no frames, or a latent is not finite.
  /// - Throws: where the frames cannot be read.
  package func fittedPrior(
    to source: any FrameSource, frames: [Int], _ configuration: PriorConfiguration,
    rootSeed: UInt64, progress: (_ rounds: Int, _ most: Int) -> Void = { _, _ in }
  ) throws -> (any FittedPrior)? {
    let table = try LatentTable(
      self, source, frames: FrameSelection.spread(frames, configuration.frames))
    var noise = RandomStream(root: rootSeed, name: "prior/latents")
    var start = RandomStream(root: rootSeed, name: "prior/start")
    let (latents, most) = (table.draws(&noise), 100)
    progress(0, most)
    defer { progress(most, most) }
    let beat = { (rounds: Int, most: Int) in if rounds < most { progress(rounds, most) } }
    guard let form = form as? any CodedForm else {
      return MixturePrior.fitted(
        to: latents, latentSize: latentSize, configuration, start: &start, progress: beat)
    }
    return CodePrior.fitted(
      to: latents, form, components: configuration.components, start: &start, progress: beat)
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
