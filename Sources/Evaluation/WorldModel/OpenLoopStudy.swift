import Statistics

/// How far predictions are from what came, horizon by horizon, beside what is had without a model.
///
/// Errors of latents are normalised by the latents' variance: 1 is what the mean latent gets. Every
/// horizon is judged on the same starts.
package struct OpenLoopStudy: Sendable {
  /// Who predicts.
  package enum Predictor: String, CaseIterable, Sendable {
    /// M, the mixtures' mean fed back.
    case mean
    /// M, draws at τ = 1 fed back: the mean of the errors of several.
    case samples
    /// The last frame seen, repeated.
    case repeatLast
    /// V alone, which sees the frame itself: the floor.
    case vision
  }

  /// One predictor's errors over the horizons.
  package struct Curve: Sendable {
    /// Who predicts.
    package let predictor: Predictor
    /// Squared error of latents as a share of their variance, `[horizon]`; of V, the share of
    /// variance that it is unsure of.
    package let latent: [GroupedMean]
    /// Peak signal-to-noise ratio of the mean squared error of pixels, in decibel, `[horizon]`.
    package let psnr: [GroupedMean]
    /// Mean squared error a channel inside the moving objects, pixels in 0...1, `[horizon]`; nil
    /// where the world does not name them.
    package let regions: [GroupedMean]?
  }

  /// Sums of errors, `[horizon][start]`.
  package struct Errors: Sendable {
    /// Σ over dimensions of squared error, as a share of the total variance.
    package var latent: [[Double]]
    /// The mean squared error of a frame's channels, pixels in 0...1.
    package var pixels: [[Double]]
    /// Σ of squared error inside the regions.
    package var inside: [[Double]]

    /// Zeros.
    package init(horizons: Int, starts: Int) {
      latent = Array(repeating: [Double](repeating: 0, count: starts), count: horizons)
      (pixels, inside) = (latent, latent)
    }
  }

  /// Frames beyond the last one seen.
  package let horizons: [Int]
  /// Starts.
  package let starts: Int
  /// One a predictor, in the order of `Predictor`.
  package let curves: [Curve]

  /// Sums up errors.
  ///
  /// - Parameters:
  ///   - horizons: frames beyond the last one seen.
  ///   - errors: one a predictor, in the order of `Predictor`.
  ///   - insideCounts: numbers inside the regions, `[horizon][start]`; nil where there are none.
  ///   - bootstrap: of one label a start.
  package init(
    horizons: [Int], errors: [Errors], insideCounts: [[Double]]?, bootstrap: GroupedBootstrap
  ) {
    self.horizons = horizons
    starts = errors.first?.latent.first?.count ?? 0
    curves = zip(Predictor.allCases, errors).map { predictor, errors in
      Curve(
        predictor: predictor, latent: errors.latent.map { bootstrap.mean($0) },
        psnr: errors.pixels.map { bootstrap.mean($0).mapped { -10 * $0.decimalLogarithm } },
        regions: insideCounts.map { counts in
          zip(errors.inside, counts).map { bootstrap.mean($0, weights: $1) }
        })
    }
  }

  /// The curve of a predictor.
  package subscript(predictor: Predictor) -> Curve? {
    curves.first { $0.predictor == predictor }
  }

  /// The squared error of each row as a share of a total variance.
  ///
  /// - Parameters:
  ///   - predicted: `[row, latentSize]`.
  ///   - truth: `[row, latentSize]`.
  ///   - totalVariance: the sum of the dimensions' variances.
  package static func latentErrors(
    _ predicted: [Float], _ truth: [Float], latentSize: Int, totalVariance: Double
  ) -> [Double] {
    precondition(
      predicted.count == truth.count && truth.count.isMultiple(of: latentSize),
      "OpenLoopStudy.latentErrors: \(predicted.count) numbers for \(truth.count)")
    return (0..<truth.count / latentSize).map { row in
      let sum = (row * latentSize..<(row + 1) * latentSize).reduce(0.0) {
        let difference = Double(predicted[$1]) - Double(truth[$1])
        return $0 + difference * difference
      }
      return sum / totalVariance
    }
  }

  /// The sum of the dimensions' variances over all frames of episodes.
  package static func totalVariance(_ episodes: [[Float]], latentSize: Int) -> Double {
    var sums = [Double](repeating: 0, count: latentSize)
    var (squares, count) = (sums, 0.0)
    for latents in episodes {
      count += Double(latents.count / latentSize)
      for (place, value) in latents.enumerated() {
        sums[place % latentSize] += Double(value)
        squares[place % latentSize] += Double(value) * Double(value)
      }
    }
    let total = zip(sums, squares).reduce(0) {
      $0 + $1.1 / count - ($1.0 / count) * ($1.0 / count)
    }
    return max(total, 1e-12)
  }
}
