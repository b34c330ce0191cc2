import Foundation
import Randomness
import Tensors

/// A lower bound of log p(frame) from k latents: log (1/k) Σ p(frame, z) / q(z | frame).
///
/// With k = 1 it is the evidence lower bound by sampling; its mean rises with k, to log p.
///
/// - SeeAlso: Y. Burda, R. Grosse, R. Salakhutdinov, "Importance Weighted Autoencoders" (2016), eq. 8 and 13.
package enum ImportanceWeightedBound {
  /// Bounds of some frames, to be differentiated.
  package struct Bounds {
    /// The bound of each frame, in nats.
    package let bounds: Tensor
    /// −log p(frame | latent) of all latents, `[frames · samples]`.
    package let negativeLogs: Tensor
    /// (Σ w)² / Σ w² of each frame: how many of its latents count.
    package let effectiveSamples: [Float]
  }

  /// The bounds of frames by given noise.
  ///
  /// - Parameters:
  ///   - mean: `[frames, latentSize]`; so is `logVariance`.
  ///   - noise: standard normal, `[frames · samples, latentSize]`, a frame's rows together.
  ///   - beta: weight of log q(z | frame) − log p(z); 1 for a bound.
  ///   - negativeLogs: −log p(frame | latent) of latents in the order of the noise.
  package static func bounds(
    mean: Tensor, logVariance: Tensor, noise: Tensor, beta: Float = 1,
    negativeLogs: (Tensor) -> Tensor
  ) -> Bounds {
    let frames = mean.shape[0]
    let weights = logWeights(mean, logVariance, noise, beta, negativeLogs)
    let samples = noise.shape[0] / max(1, frames)
    let logs = weights.logs.reshaped(to: [frames, samples])
    return Bounds(
      bounds: logs.logSumExp() - log(Float(samples)), negativeLogs: weights.negative,
      effectiveSamples: effectiveSamples(logs.detached.softmax()))
  }

  /// Each frame's index as often as it has samples.
  package static func rows(frames: Int, samples: Int) -> [Int] {
    (0..<frames * samples).map { $0 / samples }
  }

  /// log p(frame, z) − log q(z | frame) of latents drawn by `noise`, and the −log p(frame | z) in it.
  private static func logWeights(
    _ mean: Tensor, _ logVariance: Tensor, _ noise: Tensor, _ beta: Float,
    _ negativeLogs: (Tensor) -> Tensor
  ) -> (logs: Tensor, negative: Tensor) {
    let rows = rows(frames: mean.shape[0], samples: noise.shape[0] / max(1, mean.shape[0]))
    let repeated = logVariance.gathered(rows: rows)
    let latents = mean.gathered(rows: rows) + (repeated * 0.5).exp() * noise
    let negative = negativeLogs(latents)
    // log q − log p of a latent: (z − mean) / σ is the noise itself, and both have the same constant.
    let excess = (latents.square() - noise.square() - repeated).sum(axis: 1) * 0.5
    return (-negative - excess * beta, negative)
  }

  private static func effectiveSamples(_ shares: Tensor) -> [Float] {
    shares.square().sum(axis: 1).scalars.map { 1 / $0 }
  }

  /// Bounds of some frames, for judging a model; any number of samples.
  package struct Estimate: Hashable, Sendable {
    /// The bound of each frame, in nats.
    package var bounds: [Double]
    /// (Σ w)² / Σ w² of each frame: a bound by few that count is not to be trusted.
    package var effectiveSamples: [Double]
    /// log p(frame, z) − log q(z | frame) of all latents of each frame, in the order of drawing.
    package var logWeights: [[Double]]
    /// log p(z) of the same latents under another prior, less that under the one that V is trained towards; empty where none
    /// was asked for.
    package var priorGains: [[Double]]

    /// Joins the weights of each frame's latents.
    package init(logWeights: [[Double]], priorGains: [[Double]] = []) {
      let sums = logWeights.map { logs in
        logs.reduce(into: WeightSum()) { $0.add($1) }
      }
      bounds = zip(sums, logWeights).map { $0.logMean(of: $1.count) }
      effectiveSamples = sums.map(\.effectiveSamples)
      self.logWeights = logWeights
      self.priorGains = priorGains
    }

    /// The bounds under the other prior, by the same latents.
    package var underOtherPrior: Estimate {
      precondition(
        priorGains.count == logWeights.count,
        "underOtherPrior: \(priorGains.count) frames' gains of \(logWeights.count); name a prior")
      return Estimate(logWeights: zip(logWeights, priorGains).map { zip($0, $1).map(+) })
    }

    /// The bounds by the first of the latents alone.
    package func first(_ samples: Int) -> Estimate {
      Estimate(logWeights: logWeights.map { Array($0.prefix(samples)) })
    }
  }

  /// The bounds of frames by many samples, a few at a time: memory does not grow with their number.
  ///
  /// - Parameters:
  ///   - samples: latents a frame, exactly so many.
  ///   - atOnce: latents a frame that are looked at together.
  ///   - prior: under which the bounds are to be known too; nil for the one that V is trained towards alone.
  ///   - negativeLogs: −log p(frame | latent) of latents, so many a frame, a frame's together.
  package static func estimate(
    mean: Tensor, logVariance: Tensor, samples: Int, atOnce: Int, prior: (any Prior)? = nil,
    stream: inout RandomStream,
    negativeLogs: (_ latents: Tensor, _ samples: Int) -> Tensor
  ) -> Estimate {
    estimate(
      [mean, logVariance], GaussianForm(size: mean.shape[1]), samples: samples, atOnce: atOnce,
      prior: prior, stream: &stream, negativeLogs: negativeLogs)
  }

  /// The same of latents of any form, by what the encoder's heads say of the frames.
  package static func estimate(
    _ outputs: [Tensor], _ form: any LatentForm, samples: Int, atOnce: Int,
    prior: (any Prior)? = nil, stream: inout RandomStream,
    negativeLogs: (_ latents: Tensor, _ samples: Int) -> Tensor
  ) -> Estimate {
    precondition(
      samples >= 1 && atOnce >= 1, "estimate: \(samples) samples, \(atOnce) at once; give 1 or more"
    )
    let frames = outputs[0].shape[0]
    var logs = (0..<frames).map { _ in [Double]() }
    var gains = prior == nil ? [] : logs
    for start in stride(from: 0, to: samples, by: atOnce) {
      let some = min(atOnce, samples - start)
      let noise = form.noise(rows: frames * some, stream: &stream)
      let rows = rows(frames: frames, samples: some)
      let drawn = form.weighed(outputs.map { $0.gathered(rows: rows) }, noise: noise)
      if let prior {
        let found = prior.gains(of: drawn.latents.scalars, over: form.prior)
        for (row, gain) in found.enumerated() { gains[row / some].append(gain) }
      }
      let found = (-negativeLogs(drawn.latents, some) - drawn.excess).scalars
      for (row, log) in found.enumerated() { logs[row / some].append(Double(log)) }
    }
    return Estimate(logWeights: logs, priorGains: gains)
  }

  /// Σ w and Σ w² of weights whose logarithms come one by one.
  private struct WeightSum {
    private var largest = -Double.infinity
    private var (sum, squares) = (0.0, 0.0)

    mutating func add(_ logWeight: Double) {
      if logWeight > largest {
        let shrink = exp(largest - logWeight)
        (sum, squares, largest) = (sum * shrink, squares * shrink * shrink, logWeight)
      }
      let weight = largest.isFinite ? exp(logWeight - largest) : 0
      sum += weight
      squares += weight * weight
    }

    func logMean(of count: Int) -> Double { largest + log(sum / Double(count)) }
    var effectiveSamples: Double { sum * sum / squares }
  }
}
