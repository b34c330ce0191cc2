import EnvironmentKit
import Foundation
import WorldModels

/// How well M foretells held-out episodes, beside two baselines in the same unit.
///
/// All three are −log p of the next latent, a dimension, in nats; latents are sampled from V's
/// distributions, as in training. `repeatLast` is a Gaussian around
/// the present latent, `unconditional` one around the mean of all; both with the variances, one a
/// dimension, that fit the training episodes best. The difference of two numbers is a likelihood
/// ratio a dimension: whoever reads a loss of 1.0 sees whether that is much.
public struct MemoryStudy: Hashable, Sendable, Codable {
  /// M's own.
  public var nats: Double
  /// A Gaussian around the present latent.
  public var repeatLast: Double
  /// A Gaussian around the mean of all latents.
  public var unconditional: Double
  /// Held-out steps measured.
  public var steps: Int

  /// Steps that the baselines are fitted to, and that are measured, at most.
  private static let most = 20_000

  /// Measures M on held-out episodes.
  init(
    _ forcing: TeacherForcing, training: [EpisodeSpan], heldOut: [EpisodeSpan]
  ) {
    let baselines = LatentBaselines(
      forcing, frames: FrameSelection.spread(training.flatMap(\.seenFrames), Self.most))
    let size = forcing.latents.latentSize
    var sums = (memory: 0.0, last: 0.0, unconditional: 0.0, steps: 0)
    let mixture = MixtureDensity(forcing.memory.configuration)
    let row = UnsafeMutableBufferPointer<Float>.allocate(
      capacity: forcing.memory.configuration.outputSize)
    defer { row.deallocate() }
    forcing.run(EpisodeSpan.upTo(Self.most, of: heldOut)) { _, frame, state, slot in
      forcing.memory.outputs(of: slot, state, into: row)
      let (present, next) = (forcing.latent(frame), forcing.latent(frame + 1))
      sums.memory += next.withUnsafeBufferPointer {
        mixture.nats(of: $0, UnsafeBufferPointer(row))
      }
      for latent in 0..<size {
        sums.last += baselines.repeatLast(latent, Double(present[latent]), Double(next[latent]))
        sums.unconditional += baselines.unconditional(latent, Double(next[latent]))
      }
      sums.steps += 1
    }
    let count = Double(max(1, sums.steps * size))
    (nats, repeatLast, unconditional) = (
      sums.memory / count, sums.last / count, sums.unconditional / count
    )
    steps = sums.steps
  }
}

extension EpisodeSpan {
  /// Frames that a step was taken upon: all but the last.
  var seenFrames: Range<Int> { frames.lowerBound..<max(frames.lowerBound, frames.upperBound - 1) }

  /// As many whole episodes from the first on as have at least so many steps, or all.
  static func upTo(_ steps: Int, of episodes: [EpisodeSpan]) -> [EpisodeSpan] {
    var rest = steps
    return Array(
      episodes.prefix { span in
        defer { rest -= span.steps.count }
        return rest > 0
      })
  }
}

/// Gaussians without a memory, fitted to the latents that follow one another.
struct LatentBaselines {
  private let means: [Double]
  private let variances: [Double]
  private let differences: [Double]

  /// Fits them.
  ///
  /// - Parameter frames: frames that another of the same episode follows.
  init(_ forcing: TeacherForcing, frames: [Int]) {
    let size = forcing.latents.latentSize
    var sums = [Double](repeating: 0, count: size)
    var (squares, differences) = (sums, sums)
    for frame in frames {
      let (present, next) = (forcing.latent(frame), forcing.latent(frame + 1))
      for latent in 0..<size {
        let (value, step) = (Double(next[latent]), Double(next[latent] - present[latent]))
        sums[latent] += value
        squares[latent] += value * value
        differences[latent] += step * step
      }
    }
    let count = Double(max(1, frames.count))
    means = sums.map { $0 / count }
    let centres = means
    variances = squares.indices.map {
      max(1e-8, squares[$0] / count - centres[$0] * centres[$0])
    }
    self.differences = differences.map { max(1e-8, $0 / count) }
  }

  /// −log p of a latent's value around the one before, in nats.
  func repeatLast(_ latent: Int, _ present: Double, _ next: Double) -> Double {
    Self.nats(next - present, differences[latent])
  }

  /// −log p of a latent's value around the mean of all, in nats.
  func unconditional(_ latent: Int, _ next: Double) -> Double {
    Self.nats(next - means[latent], variances[latent])
  }

  private static func nats(_ difference: Double, _ variance: Double) -> Double {
    0.5 * (log(2 * Double.pi * variance) + difference * difference / variance)
  }
}

/// What a row of M's outputs says about a latent.
struct MixtureDensity {
  private let configuration: MemoryConfiguration

  /// Reads outputs of a configuration.
  init(_ configuration: MemoryConfiguration) { self.configuration = configuration }

  /// −log p of a latent, summed over its dimensions, in nats.
  ///
  /// - Parameters:
  ///   - latent: `[latentSize]`.
  ///   - outputs: `[outputSize]`.
  func nats(of latent: UnsafeBufferPointer<Float>, _ outputs: UnsafeBufferPointer<Float>) -> Double
  {
    let (size, mixtures) = (configuration.latentSize, configuration.mixtures)
    let logits = configuration.sharesMixture ? mixtures : mixtures * size
    func logit(_ mixture: Int, _ dimension: Int) -> Double {
      Double(outputs[configuration.sharesMixture ? mixture : mixture * size + dimension])
    }
    func component(_ mixture: Int, _ dimension: Int) -> Double {
      let place = mixture * size + dimension
      let mean = Double(outputs[logits + place])
      let logSigma = Double(
        min(
          configuration.logSigmaHigh,
          max(configuration.logSigmaLow, outputs[logits + mixtures * size + place])))
      let z = (Double(latent[dimension]) - mean) * exp(-logSigma)
      return -logSigma - 0.5 * (z * z + log(2 * Double.pi))
    }
    let all = 0..<mixtures
    if configuration.sharesMixture {
      let joint = all.map { k in (0..<size).reduce(logit(k, 0)) { $0 + component(k, $1) } }
      return Self.logSum(all.map { logit($0, 0) }) - Self.logSum(joint)
    }
    return (0..<size).reduce(0) { sum, dimension in
      sum + Self.logSum(all.map { logit($0, dimension) })
        - Self.logSum(all.map { logit($0, dimension) + component($0, dimension) })
    }
  }

  private static func logSum(_ values: [Double]) -> Double {
    let greatest = values.max() ?? 0
    return greatest + log(values.reduce(0) { $0 + exp($1 - greatest) })
  }
}
