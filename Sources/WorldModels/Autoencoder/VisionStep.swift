/// What one training step of V did; sums over pixels and latents, means over the batch.
public struct VisionStep: Codable, Hashable, Sendable {
  /// The step's number, counted from 0.
  public var step: Int
  /// reconstruction + Σ weight · value over the terms; the negative bound alone where it is trained.
  public var loss: Float
  /// −log p(frame | latent), or the sum of squares, a frame.
  public var reconstruction: Float
  /// The divergence a frame, in nats, as it is.
  public var kl: Float
  /// The divergence a frame, in nats, after the floor of the free bits; `kl` where there is none.
  public var effectiveKL: Float
  /// The norm of the whole gradient before it is clipped.
  public var gradientNorm: Float
  /// Whether the parameters were left alone, because the loss or gradient was not finite or exploded.
  public var skipped: Bool
  /// The divergence's weight.
  public var beta: Float
  /// The terms beside the reconstruction.
  public var terms: [VisionTerm]
  /// The likelihood's σ where no setting decides it.
  public var sigma: Float?
  /// (Σ w)² / Σ w² of a frame's samples; nil where there is one.
  public var effectiveSamples: Float?
  /// Values of a code that were used, as many as if evenly; nil where latents are no codes.
  public var perplexity: Float?
  /// Vectors of the book that were used; nil where latents are not quantised.
  public var usedCodes: Int?
}

extension VisionStep {
  init(
    _ parts: [VisionTerms], _ batchTerms: [VisionTerm], count: Int, step: Int, beta: Float
  ) {
    let mean = { (value: (VisionTerms) -> Float) in
      parts.reduce(0) { $0 + value($1) } / Float(count)
    }
    self.step = step
    self.beta = beta
    reconstruction = mean(\.reconstruction)
    kl = mean(\.divergence)
    terms = parts[0].terms.indices.map { index in
      var term = parts[0].terms[index]
      term.value = mean { $0.terms[index].value }
      return term
    }
    terms += batchTerms.map { term in
      var term = term
      term.value /= Float(count)
      return term
    }
    effectiveKL = terms.first { $0.name == "effectiveKL" }?.value ?? kl
    effectiveSamples = parts[0].effectiveSamples == nil ? nil : mean { $0.effectiveSamples ?? 0 }
    loss = terms.reduce(effectiveSamples == nil ? reconstruction : 0) { $0 + $1.weight * $1.value }
    gradientNorm = 0
    skipped = false
  }

  /// Tells how evenly values of codes were used.
  mutating func tellCodes(_ codes: [Int], _ latent: LatentConfiguration) {
    guard !codes.isEmpty else { return }
    let isQuantised = latent.kind == .quantised
    let use = CodeUse(
      codes: codes, groups: latent.groups, classes: latent.classes, sharesValues: isQuantised)
    perplexity = Float(use.perplexity)
    usedCodes = isQuantised ? use.used : nil
  }
}
