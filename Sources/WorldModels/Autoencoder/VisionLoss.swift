import Foundation
import Randomness
import Ranks
import Tensors
import Threads

/// The numbers of V's loss over some frames, each summed over them.
struct VisionTerms {
  /// −log p(frame | latent), up to the constants that `sumOfSquares` leaves out.
  var reconstruction: Float = 0
  /// The divergence, in nats.
  var divergence: Float = 0
  /// The terms beside the reconstruction that are sums over frames.
  var terms: [VisionTerm] = []
  /// (Σ w)² / Σ w² of the samples of each frame; nil where there is one.
  var effectiveSamples: Float?
  /// What the frames were encoded as, where latents are codes.
  var encoded = EncodedVectors()
}

/// What frames were encoded as, where latents are codes.
struct EncodedVectors {
  /// `[frames · groups]`.
  var codes: [Int] = []
  /// What quantised latents were chosen for, `[frames · groups, codeSize]`.
  var vectors: [Float] = []

  static func += (sum: inout EncodedVectors, more: EncodedVectors) {
    sum.codes += more.codes
    sum.vectors += more.vectors
  }
}

extension VisionTerms: Transmissible {
  func write(to writer: inout ByteWriter) {
    writer.write((reconstruction, divergence, effectiveSamples ?? .nan))
    writer.write(effectiveSamples != nil)
    writer.write(terms.count)
    for term in terms {
      writer.write(Array(term.name.utf8))
      writer.write((term.weight, term.value))
    }
    writer.write(encoded.codes)
    writer.write(encoded.vectors)
  }

  init(from reader: inout ByteReader) {
    let (reconstruction, divergence, samples) = reader.read((Float, Float, Float).self)
    (self.reconstruction, self.divergence) = (reconstruction, divergence)
    effectiveSamples = reader.read(Bool.self) ? samples : nil
    terms = (0..<reader.read(Int.self)).map { _ in
      let name = String(decoding: reader.readArray(of: UInt8.self), as: UTF8.self)
      let (weight, value) = reader.read((Float, Float).self)
      return VisionTerm(name: name, weight: weight, value: value)
    }
    encoded = EncodedVectors(codes: reader.readArray(), vectors: reader.readArray())
  }
}

extension Vision {
  /// What the decoder's output says.
  package var likelihood: any Likelihood {
    configuration.makeLikelihood(logSigma: logSigma, format)
  }

  /// σ where it is no setting but a number of the model.
  public var sigma: Float? {
    (likelihood as? LearnedGaussian)?.sigma ?? (likelihood as? OptimalGaussian)?.sigma
  }

  /// V's loss, summed over some frames: reconstruction + Σ weight · term; without the terms of the batch.
  ///
  /// - Parameters:
  ///   - frames: `[batch]` and the frame's shape, in 0...1.
  ///   - noise: what latents are drawn with, a row a sample; of Gaussian ones standard normal,
  ///     `[batch · samples, latentSize]`.
  ///   - objective: the terms.
  ///   - batchTerms: what is added for the terms of the batch, given the latents.
  ///   - terms: receives the loss's numbers.
  func loss(
    of frames: Tensor, noise: Tensor, objective: Objective, terms: inout VisionTerms,
    batchTerms: ((Posterior) -> Tensor)? = nil
  ) -> Tensor {
    let outputs = outputs(of: frames)
    guard objective.samples == 1 else {
      return bound(of: frames, outputs[0], outputs[1], noise: noise, objective, &terms)
    }
    let posterior = form.posterior(outputs, noise: noise)
    let reconstruction = objective.reconstruction(
      of: frames, decoded: decode(posterior.latents), likelihood)
    let parts = objective.parts(ofBatch: false, posterior)
    terms = VisionTerms(
      reconstruction: reconstruction.plain,
      divergence: posterior.divergences.detached.sum().scalar,
      terms: parts.map(\.summed) + [reconstruction.term].compactMap { $0 })
    if let codes = posterior.codes {
      terms.encoded = EncodedVectors(codes: codes, vectors: book == nil ? [] : outputs[0].scalars)
    }
    let loss = parts.reduce(reconstruction.loss) { $0 + $1.total * $1.weight }
    return batchTerms.map { loss + $0(posterior) } ?? loss
  }

  /// The negative importance-weighted bound, summed over some frames.
  private func bound(
    of frames: Tensor, _ mean: Tensor, _ logVariance: Tensor, noise: Tensor, _ objective: Objective,
    _ terms: inout VisionTerms
  ) -> Tensor {
    let bounds = ImportanceWeightedBound.bounds(
      mean: mean, logVariance: logVariance, noise: noise, beta: objective.beta
    ) { likelihood.negativeLogs(of: frames, decoded: decode($0), samples: objective.samples) }
    let loss = -bounds.bounds.sum()
    terms = VisionTerms(
      reconstruction: bounds.negativeLogs.detached.sum().scalar / Float(objective.samples),
      divergence: Tensor.divergenceFromStandardNormal(
        mean: mean.detached, logVariance: logVariance.detached
      ).sum().scalar,
      terms: [VisionTerm(name: "negativeBound", weight: 1, value: loss.scalar)],
      effectiveSamples: bounds.effectiveSamples.reduce(0, +))
    return loss
  }

  /// V's loss, the mean over a batch, after the warm-up; the same number that training reports.
  ///
  /// - Parameters:
  ///   - frames: `[batch]` and the frame's shape, in 0...1.
  ///   - noise: standard normal, `[batch · importanceSamples, latentSize]`, a frame's rows together.
  ///   - prior: draws from the prior that the maximum mean discrepancy compares with; `[batch, latentSize]`.
  /// - Returns: a scalar; see `VisionConfiguration` for its terms.
  public func meanLoss(of frames: Tensor, noise: Tensor, prior: Tensor? = nil) -> Tensor {
    let objective = Objective(configuration, step: .max, beta: configuration.beta) {
      prior ?? Self.prior(like: noise, root: 0, step: 0)
    }
    var (model, terms) = (self, VisionTerms())
    if configuration.likelihood == .gaussianOptimal {
      let squares = squaredError(of: frames, noise: noise)
      let best = OptimalGaussian.logSigma(squaredError: squares, count: frames.count)
      model.logSigma = Tensor([best], shape: [1])
    }
    let batchTerms = { (posterior: Posterior) in
      objective.parts(ofBatch: true, posterior).reduce(Tensor(0)) { $0 + $1.total * $1.weight }
    }
    return model.loss(
      of: frames, noise: noise, objective: objective, terms: &terms,
      batchTerms: objective.hasBatchTerms ? batchTerms : nil) / Float(frames.shape[0])
  }

  /// Draws from the prior, as many as there is noise.
  static func prior(like noise: Tensor, root: UInt64, step: Int) -> Tensor {
    var stream = RandomStream(root: root, name: "vision/prior/\(step)")
    return Tensor(normal: noise.shape, stream: &stream)
  }

  /// Σ (frame − decoded)² over some frames.
  func squaredError(of frames: Tensor, noise: Tensor) -> Double {
    let posterior = form.posterior(outputs(of: frames), noise: noise)
    return Double(decode(posterior.latents).detached.squaredError(to: frames).scalar)
  }

  /// The importance-weighted bound of log p of some frames, in nats: how likely the model holds them, at least.
  ///
  /// Latents are drawn some hundred at a time, each part from a stream of its own, on all threads of the
  /// pool; the numbers do not depend on how many there are.
  ///
  /// - Parameters:
  ///   - frames: `[batch]` and the frame's shape: pixels in 0...1, else numbers as they are.
  ///   - samples: latents a frame.
  ///   - prior: under which the bound is to be known too; nil for the standard normal alone.
  ///   - stream: where they are drawn from.
  /// - Returns: the bound of each frame, and how many of its latents count.
  package func importanceWeightedBound(
    of frames: Tensor, samples: Int, prior: (any Prior)? = nil, stream: inout RandomStream
  ) -> ImportanceWeightedBound.Estimate {
    precondition(samples >= 1, "importanceWeightedBound: \(samples) samples; give 1 or more")
    let outputs = outputs(of: frames)
    let (count, perPart) = (frames.shape[0], Self.samplesOfPart)
    let parts = (samples + perPart - 1) / perPart
    let roots = (0..<count * parts).map { _ in stream.nextUInt64() }
    var found = [ImportanceWeightedBound.Estimate?](repeating: nil, count: roots.count)
    found.withUnsafeMutableBufferPointer { found in
      parallelFor(roots.count) { item in
        let frame = item / parts..<item / parts + 1
        var own = RandomStream(root: roots[item], name: "vision/bound")
        found[item] = bound(
          of: frames.sliced(axis: 0, frame), outputs.map { $0.sliced(axis: 0, frame) },
          samples: min(perPart, samples - item % parts * perPart), prior, &own)
      }
    }
    func joined(_ logs: (ImportanceWeightedBound.Estimate) -> [[Double]]) -> [[Double]] {
      (0..<count).map { frame in
        found[frame * parts..<(frame + 1) * parts].flatMap { $0.flatMap { logs($0).first } ?? [] }
      }
    }
    return ImportanceWeightedBound.Estimate(
      logWeights: joined(\.logWeights), priorGains: prior == nil ? [] : joined(\.priorGains))
  }

  private static let samplesOfPart = 500
  /// Numbers that are decoded at once, about.
  private static let mostNumbers = 1 << 16

  private func bound(
    of frame: Tensor, _ outputs: [Tensor], samples: Int, _ prior: (any Prior)?,
    _ stream: inout RandomStream
  ) -> ImportanceWeightedBound.Estimate {
    let numbers = max(1, format.count * likelihood.outputsPerNumber)
    return ImportanceWeightedBound.estimate(
      outputs, form, samples: samples,
      atOnce: min(samples, max(1, Self.mostNumbers / numbers)), prior: prior, stream: &stream
    ) { latents, some in
      likelihood.negativeLogs(of: frame, decoded: decode(latents), samples: some)
    }
  }
}
