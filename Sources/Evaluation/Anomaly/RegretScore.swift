import Foundation
import Randomness
import Tensors
import WorldModels

/// How many nats the bound of a frame gains where its latents' distribution is fitted to the frame alone: of frames
/// like those that V learned from the encoder has found nearly the best already.
///
/// The distribution is moved by Adam, the networks stay as they are.
///
/// - SeeAlso: Z. Xiao, Q. Yan, Y. Amit, "Likelihood Regret" (2020), eq. 6; they move the encoder, which takes
///   longer.
struct RegretScore: AnomalyScore {
  let name = "regret"
  let meaning = "how much better latents than the encoder's there are for the frame"
  let unit = "nats"
  private let reading: AutoencoderReading
  private let rootSeed: UInt64

  init(_ reading: AutoencoderReading, rootSeed: UInt64) {
    (self.reading, self.rootSeed) = (reading, rootSeed)
  }

  func scores(of frames: ScoredFrames) -> [Double] {
    reading.regrets(of: frames.bytes, steps: Self.steps, rate: Self.rate, rootSeed: rootSeed)
  }

  private static let (steps, rate): (Int, Float) = (50, 0.05)
}

extension AutoencoderReading {
  /// By how many nats the bound of each frame rises when its latents' distribution is fitted to it.
  ///
  /// - Parameters:
  ///   - steps: of Adam.
  ///   - rate: its step size.
  ///   - rootSeed: root of the streams `vision/regret/<chunk>`.
  func regrets(of frames: [UInt8], steps: Int, rate: Float, rootSeed: UInt64) -> [Double] {
    chunks(of: frames) { chunk, tensor in
      var stream = RandomStream(root: rootSeed, name: "vision/regret/\(chunk)")
      let start = model.outputs(of: tensor).map(\.detached)
      let judging = (0..<Self.judgingDraws).map { _ in
        model.form.noise(rows: tensor.shape[0], stream: &stream)
      }
      let before = meanBound(of: tensor, start, judging)
      var fit = DistributionFit(start, rate: rate)
      for _ in 0..<steps {
        let noise = model.form.noise(rows: tensor.shape[0], stream: &stream)
        fit.step { negativeBounds(of: tensor, $0, noise).sum() }
      }
      return zip(before, meanBound(of: tensor, fit.outputs, judging)).map { $0 - $1 }
    }.flatMap { $0 }
  }

  /// Draws by which both distributions are judged, the same for both.
  private static let judgingDraws = 5

  private func meanBound(
    of frames: Tensor, _ outputs: [Tensor], _ noise: [Tensor]
  ) -> [Double] {
    let sums = noise.map { negativeBounds(of: frames, outputs, $0).scalars }
    return sums[0].indices.map { row in
      sums.reduce(0) { $0 + Double($1[row]) } / Double(noise.count)
    }
  }

  private func negativeBounds(of frames: Tensor, _ outputs: [Tensor], _ noise: Tensor) -> Tensor {
    let posterior = model.form.posterior(outputs, noise: noise)
    return posterior.divergences
      + model.likelihood.negativeLogs(of: frames, decoded: model.decode(posterior.latents))
  }
}

/// What the heads say of frames, moved by Adam.
private struct DistributionFit {
  private(set) var outputs: [Tensor]
  private let rate: Float
  private var moments: [(first: [Float], second: [Float])]
  private var step = 0

  init(_ outputs: [Tensor], rate: Float) {
    (self.outputs, self.rate) = (outputs, rate)
    moments = outputs.map {
      let zeros = [Float](repeating: 0, count: $0.count)
      return (zeros, zeros)
    }
  }

  mutating func step(_ loss: ([Tensor]) -> Tensor) {
    let gradients = valueAndGradients(of: outputs, loss).gradients
    step += 1
    let corrected = (1 - pow(0.9, Float(step)), 1 - pow(0.999, Float(step)))
    for head in outputs.indices {
      var values = outputs[head].scalars
      for (place, slope) in gradients[head].scalars.enumerated() {
        moments[head].first[place] = 0.9 * moments[head].first[place] + 0.1 * slope
        moments[head].second[place] = 0.999 * moments[head].second[place] + 0.001 * slope * slope
        let scale = (moments[head].second[place] / corrected.1).squareRoot() + 1e-8
        values[place] -= rate * moments[head].first[place] / corrected.0 / scale
      }
      outputs[head] = Tensor(values, shape: outputs[head].shape)
    }
  }
}
