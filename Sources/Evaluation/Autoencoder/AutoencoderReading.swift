import Datasets
import EnvironmentKit
import Foundation
import Randomness
import Tensors
import Threads
import WorldModels

/// All that judging asks of an autoencoder: what it encodes, decodes, and how likely it holds frames.
package struct AutoencoderReading {
  /// Numbers in a latent.
  package var latentSize: Int { frozen.latentSize }
  /// What a frame is.
  package var format: FrameFormat { frozen.format }
  /// The same with frozen weights, for whoever draws.
  package let frozen: FrozenVision
  let model: Vision
  /// Whether a frame has one latent alone, from which there is nothing to draw.
  package var isQuantised: Bool { model.form is QuantisedForm }

  /// Frames that are looked at together, whatever the number of threads; fewer of large ones, whose layers take
  /// the more memory.
  var chunk: Int { max(1, min(32, (1 << 19) / format.count)) }

  /// Reads through a trained network.
  ///
  /// - Parameter frozen: the same, with the prior that was fitted to it.
  package init(_ model: Vision, _ frozen: FrozenVision) {
    (self.model, self.frozen) = (model, frozen)
  }

  /// The frames of a source as the network is judged by them: as zeros and ones where it was trained so.
  package func judged(_ source: any FrameSource, rootSeed: UInt64) -> any FrameSource {
    model.configuration.binarises ? BinarisedFrames(source, rootSeed: rootSeed) : source
  }

  /// What the network takes of frames, `[frame, number]`.
  package func inputs(of frames: [UInt8]) -> [Float] { VisionInput(format).numbers(of: frames) }

  /// The posteriors of frames.
  package func latents(of source: any FrameSource, _ frames: [Int]) throws -> LatentTable {
    try LatentTable(frozen, source, frames: frames)
  }

  /// The expected latents of frames that lie one after the other, `[frame, latent]`.
  package func expectedLatents(of frames: [UInt8]) -> [Float] {
    LatentTable(frozen, frames: frames, count: frames.count / max(1, frozen.frameBytes)).means
  }

  /// What is decoded of the expected latents of frames that lie one after the other.
  package func reconstructions(of frames: [UInt8]) -> [UInt8] {
    pictures(of: expectedLatents(of: frames))
  }

  /// Frames of latents, `[row, latent]`, one after the other.
  package func pictures(of latents: [Float]) -> [UInt8] { frozen.decode(latents) }

  /// What a latent drawn for each frame says of it.
  package struct Bounds {
    /// −log p(frame | latent) of each frame, in nats.
    package var reconstruction: [Double]
    /// KL(q(latent | frame) ‖ prior) of each frame, in nats.
    package var divergence: [Double]
  }

  /// Both parts of the evidence lower bound by one latent a frame.
  ///
  /// - Parameters:
  ///   - frames: `[count]` and the frame's shape, in 0...255.
  ///   - rootSeed: root of the streams `vision/elbo/<chunk>`.
  package func bounds(of frames: [UInt8], rootSeed: UInt64) -> Bounds {
    let parts = chunks(of: frames) { chunk, tensor in
      var stream = RandomStream(root: rootSeed, name: "vision/elbo/\(chunk)")
      let noise = model.form.noise(rows: tensor.shape[0], stream: &stream)
      let posterior = model.form.posterior(model.outputs(of: tensor), noise: noise)
      let negative = model.likelihood.negativeLogs(
        of: tensor, decoded: model.decode(posterior.latents))
      return Bounds(
        reconstruction: negative.scalars.map { Double($0) + leftOutConstant },
        divergence: posterior.divergences.scalars.map(Double.init))
    }
    return Bounds(
      reconstruction: parts.flatMap(\.reconstruction), divergence: parts.flatMap(\.divergence))
  }

  /// −log p(frame | latent) of frames at given latents, in nats.
  ///
  /// - Parameter latents: `[frame, latent]`.
  func reconstructionLosses(of frames: [UInt8], at latents: [Float]) -> [Double] {
    decoded(frames, at: latents) { frames, decoded in
      model.likelihood.negativeLogs(of: frames, decoded: decoded)
    }.map { $0 + leftOutConstant }
  }

  /// A number of each frame and what is decoded of a latent beside it.
  ///
  /// - Parameter number: of frames and their decoded latents, `[frame]`.
  func decoded(
    _ frames: [UInt8], at latents: [Float],
    _ number: (_ frames: Tensor, _ decoded: Tensor) -> Tensor
  ) -> [Double] {
    let width = latentSize * self.chunk
    return chunks(of: frames) { chunk, tensor in
      let rows = Array(latents[chunk * width..<min(latents.count, (chunk + 1) * width)])
      let decoded = model.decode(Tensor(rows, shape: [tensor.shape[0], latentSize]))
      return number(tensor, decoded).scalars.map(Double.init)
    }.flatMap { $0 }
  }

  /// log p(frame, z) − log q(z | frame) of many latents of each frame: bounds by any number of them follow.
  ///
  /// - Parameters:
  ///   - frames: `[count]` and the frame's shape.
  ///   - samples: latents a frame.
  ///   - prior: under which the bounds are to be known too; nil for the standard normal alone.
  ///   - stream: where they are drawn from.
  package func importanceWeightedBounds(
    of frames: [UInt8], samples: Int, prior: (any Prior)? = nil, stream: inout RandomStream
  ) -> ImportanceWeightedBound.Estimate {
    let data = frames.withUnsafeBufferPointer {
      VisionInput(format).data($0, count: frames.count / format.size)
    }
    return model.importanceWeightedBound(
      of: data, samples: samples, prior: prior, stream: &stream)
  }

  /// What World Models' loss leaves out of the Gaussian of σ = 1/√2 that it is, a frame: ½ log π a number.
  package var leftOutConstant: Double {
    model.configuration.likelihood == .sumOfSquares
      ? 0.5 * log(Double.pi) * Double(format.count) : 0
  }

  func chunks<Outcome>(
    of frames: [UInt8], _ work: (_ chunk: Int, _ frames: Tensor) -> Outcome
  ) -> [Outcome] {
    let size = frozen.frameBytes
    let count = frames.count / size
    let parts = stride(from: 0, to: count, by: chunk).map { $0..<min(count, $0 + chunk) }
    var outcomes = [Outcome?](repeating: nil, count: parts.count)
    frames.withUnsafeBufferPointer { frames in
      outcomes.withUnsafeMutableBufferPointer { outcomes in
        parallelFor(parts.count) { index in
          let part = parts[index]
          let bytes = UnsafeBufferPointer(
            rebasing: frames[part.lowerBound * size..<part.upperBound * size])
          outcomes[index] = work(index, VisionInput(format).data(bytes, count: part.count))
        }
      }
    }
    return outcomes.compactMap { $0 }
  }
}
