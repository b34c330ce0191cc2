import Datasets
import EnvironmentKit
import Foundation
import Randomness
import Statistics

/// Frames encoded by V: one row of latents a frame, with the KL that each part carries.
package struct LatentTable {
  /// Number of rows.
  package let count: Int
  /// Latents a row.
  package let latentSize: Int
  /// `[row, latent]`.
  package let means: [Float]
  /// `[row, latent]`; of codes nothing but zeros.
  package let logVariances: [Float]
  /// What latents are.
  package let form: any LatentForm

  /// Encodes frames that lie one after the other.
  ///
  /// - Parameter frames: `[row, height, width, 3]` bytes.
  package init(_ vision: FrozenVision, frames: [UInt8], count: Int) {
    self.count = count
    (latentSize, form) = (vision.latentSize, vision.form)
    var means = [Float](repeating: 0, count: count * latentSize)
    var logVariances = means
    frames.withUnsafeBufferPointer { bytes in
      means.withUnsafeMutableBufferPointer { means in
        logVariances.withUnsafeMutableBufferPointer { logVariances in
          vision.encode(bytes, count: count, mean: means, logVariance: logVariances)
        }
      }
    }
    self.means = means
    self.logVariances = logVariances
  }

  /// Encodes frames of a data set.
  package init(_ vision: FrozenVision, _ dataset: EpisodeDataset, frames: [Int]) {
    self.init(vision, frames) { part in part.flatMap { dataset.frame($0) } }
  }

  /// Encodes frames of a source.
  ///
  /// - Parameter beat: called for every few hundred frames; may throw to stop.
  package init(
    _ vision: FrozenVision, _ source: any FrameSource, frames: [Int],
    beat: () throws -> Void = {}
  ) throws {
    try self.init(vision, frames) {
      try beat()
      return try source.frames($0)
    }
  }

  /// Encodes frames some at a time, so that memory stays bounded.
  private init(
    _ vision: FrozenVision, _ frames: [Int], read: (ArraySlice<Int>) throws -> [UInt8]
  ) rethrows {
    var (means, logVariances) = ([Float](), [Float]())
    for start in stride(from: 0, to: frames.count, by: 512) {
      let part = frames[start..<min(frames.count, start + 512)]
      let table = LatentTable(vision, frames: try read(part), count: part.count)
      means += table.means
      logVariances += table.logVariances
    }
    count = frames.count
    (latentSize, form) = (vision.latentSize, vision.form)
    self.means = means
    self.logVariances = logVariances
  }

  /// The rows from one on.
  package func rows(from first: Int) -> LatentTable {
    LatentTable(
      count: count - first, latentSize: latentSize, form: form,
      means: Array(means[(first * latentSize)...]),
      logVariances: Array(logVariances[(first * latentSize)...]))
  }

  private init(
    count: Int, latentSize: Int, form: any LatentForm, means: [Float], logVariances: [Float]
  ) {
    (self.count, self.latentSize, self.form) = (count, latentSize, form)
    self.means = means
    self.logVariances = logVariances
  }

  /// KL of every part of a latent in nats, a mean over the rows.
  ///
  /// - SeeAlso: Kingma & Welling 2013, arXiv:1312.6114, appendix B.
  package var divergences: [Double] {
    var sums = [Double](repeating: 0, count: form.parts)
    eachRow { mean, logVariance in
      for (part, divergence) in form.divergences(of: mean, logVariance: logVariance).enumerated() {
        sums[part] += divergence
      }
    }
    return sums.map { $0 / Double(max(1, count)) }
  }

  private func eachRow(
    _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<Float>) -> Void
  ) {
    means.withUnsafeBufferPointer { means in
      logVariances.withUnsafeBufferPointer { logVariances in
        for row in 0..<count {
          let places = row * latentSize..<(row + 1) * latentSize
          body(
            UnsafeBufferPointer(rebasing: means[places]),
            UnsafeBufferPointer(rebasing: logVariances[places]))
        }
      }
    }
  }

  /// The rows as posteriors taken together; nil where latents are no Gaussian numbers.
  package var posterior: AggregatedPosterior? {
    guard form is GaussianForm else { return nil }
    return AggregatedPosterior(means: means, logVariances: logVariances, width: latentSize)
  }

  /// Whether a part of a latent tells frames apart: of a number the mean varies by at least 0.01 over the rows
  /// (N − 1), of a code the chance of one of its values.
  ///
  /// - SeeAlso: Y. Burda, R. Grosse, R. Salakhutdinov, "Importance Weighted Autoencoders" (2016), section 5.2.
  package var areActive: [Bool] {
    if let posterior { return posterior.areActive }
    guard let form = form as? any CodedForm else { return [] }
    let shares = (0..<count).flatMap { form.shares(of: row($0)) }
    let table = AggregatedPosterior(
      means: shares, logVariances: shares.map { _ in 0 }, width: form.groups * form.classes)
    let vary = table.areActive
    return (0..<form.groups).map { group in
      vary[group * form.classes..<(group + 1) * form.classes].contains(true)
    }
  }

  /// How many parts are active.
  package var activeUnits: Int { areActive.count { $0 } }

  /// Where a person moves a part: as far from 0 to either side as all but a thousandth of the rows lie, rounded up,
  /// at most 6; of codes over all of their values.
  package var bounds: ClosedRange<Float> {
    if let form = form as? any CodedForm { return 0...Float(form.classes - 1) }
    let sizes = (0..<count).flatMap { form.places(of: row($0)).map(abs) }.sorted()
    let farthest = sizes[max(0, sizes.count - 1) * 999 / 1000].rounded(.up)
    let shown = form.shownPlaces.last.map { Float($0) } ?? 0
    let reach = min(max(6, shown), max(shown, farthest))
    return -reach...reach
  }

  /// How evenly values of codes are used; nil where latents are no codes.
  package var codeUse: CodeUse? {
    guard let form = form as? any CodedForm else { return nil }
    var sums = [Double](repeating: 0, count: form.groups * form.classes)
    for row in 0..<count {
      for (place, share) in form.shares(of: self.row(row)).enumerated() {
        sums[place] += Double(share)
      }
    }
    return CodeUse(
      counts: sums, groups: form.groups, classes: form.classes, sharesValues: form.sharesValues)
  }

  /// A draw from what the encoder says about each row, `[row, latent]`.
  ///
  /// - Parameter temperature: multiplies the deviations of Gaussian latents; 0 gives their means.
  package func draws(_ stream: inout RandomStream, temperature: Float = 1) -> [Float] {
    var drawn = means
    // The variance of temperature times the deviation; the logarithm of 0 makes a deviation of 0.
    let shift = 2 * log(temperature)
    let logVariances = temperature == 1 ? logVariances : logVariances.map { $0 + shift }
    drawn.withUnsafeMutableBufferPointer { drawn in
      logVariances.withUnsafeBufferPointer { logVariances in
        for row in 0..<count {
          let places = row * latentSize..<(row + 1) * latentSize
          form.draw(
            UnsafeMutableBufferPointer(rebasing: drawn[places]),
            logVariance: UnsafeBufferPointer(rebasing: logVariances[places]), stream: &stream)
        }
      }
    }
    return drawn
  }

  /// One row of latents.
  package func row(_ index: Int) -> [Float] {
    Array(means[index * latentSize..<(index + 1) * latentSize])
  }
}
