import Datasets
import Foundation
import Statistics
import WorldModels

/// How frames vary, direction by direction: what latents can carry, and under which σ they will, follows.
///
/// - SeeAlso: J. Lucas et al., "Don't Blame the ELBO! A Linear VAE Perspective on Posterior Collapse" (2019): a
///   linear autoencoder keeps the directions whose variance exceeds σ².
package struct DataSpectrum: Hashable, Sendable {
  /// Variances of the principal directions, the greatest first.
  package let variances: [Double]
  /// The variance of all numbers of a frame together.
  package let total: Double
  /// Numbers of a frame.
  package let numbers: Int

  /// Names variances.
  package init(variances: [Double], total: Double, numbers: Int) {
    (self.variances, self.total, self.numbers) = (variances, total, numbers)
  }

  /// Frames that directions are found from, at most.
  package static let frames = 600

  /// Finds the directions of some frames; nil where a frame's numbers have no common scale, or are too few.
  ///
  /// - Parameter latents: numbers in a latent; as many directions are found, at most.
  package init?(
    _ source: any FrameSource, frames: [Int], latents: Int, _ format: FrameFormat
  ) throws {
    guard format.kind == .pictures || format.kind == .vectors else { return nil }
    let most = max(64, min(Self.frames, (1 << 24) / max(1, format.count)))
    let chosen = FrameSelection.spread(frames, most)
    guard chosen.count > 2 else { return nil }
    let rows = VisionInput(format).numbers(of: try source.frames(chosen))
    self.init(rows: rows, rowCount: chosen.count, latents: latents)
  }

  /// Finds the directions of rows.
  init(rows: [Float], rowCount: Int, latents: Int) {
    let width = rows.count / rowCount
    let components = PrincipalComponents(
      rows: rows, rowCount: rowCount, count: max(1, min(latents, rowCount - 1, width)))
    self.init(
      variances: components.variances,
      total: SampleSet(rows, width: width).meanVariance * Double(width), numbers: width)
  }

  /// Latents that are expected to carry something: those whose direction varies by more than σ².
  package func kept(sigma: Double) -> Int { variances.count { $0 > sigma * sigma } }

  /// The σ of what so many directions leave over, a number of a frame.
  package var restSigma: Double {
    (max(0, total - variances.reduce(0, +)) / Double(numbers)).squareRoot()
  }

  /// Nats a frame that a linear code needs to get right a share of what these directions hold.
  ///
  /// Every direction is coded to the same error, or not at all where it varies by less.
  ///
  /// - SeeAlso: T. Cover, J. Thomas, "Elements of Information Theory" (2006), section 10.3.3, reverse water-filling.
  package func nats(explaining share: Double) -> Double {
    let held = variances.reduce(0, +)
    guard held > 0 else { return 0 }
    var (low, high) = (0.0, variances[0])
    for _ in 0..<60 {
      let level = (low + high) / 2
      let error = variances.reduce(0) { $0 + min($1, level) }
      if error > (1 - share) * held { high = level } else { low = level }
    }
    return variances.reduce(0) { $1 > high ? $0 + 0.5 * log($1 / high) : $0 }
  }
}
