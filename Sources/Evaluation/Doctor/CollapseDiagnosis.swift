/// Whether latents say nothing of their frame.
///
/// - SeeAlso: J. Lucas et al., "Don't Blame the ELBO! A Linear VAE Perspective on Posterior Collapse" (2019);
///   H. Shao et al., "ControlVAE" (2020), which cures it by a target for the divergence.
enum CollapseDiagnosis: Diagnosis {
  static func finding(in examination: Examination) -> Finding {
    let latents = examination.latents
    let sigma = examination.settings.impliedSigma.map(Double.init)
    var evidence = [
      Finding.Evidence("kl", latents.divergence), .init("activeUnits", latents.active),
      .init("latents", latents.divergences.count),
    ]
    if let perplexity = latents.perplexity { evidence.append(.init("perplexity", perplexity)) }
    if let sigma, let spectrum = examination.spectrum {
      evidence += [
        .init("impliedSigma", sigma), .init("expectedActive", spectrum.kept(sigma: sigma)),
      ]
    }
    if let concentration = examination.concentration {
      evidence.append(.init("concentration", concentration))
    }
    guard examination.hasCollapsed else {
      let words =
        latents.perplexity.map { "codes take \($0.inWords) values in effect" }
        ?? "\(latents.active) of \(latents.divergences.count) latents are in use, \(latents.divergence.inWords) nats a frame"
      return Finding(.posteriorCollapse, .ok, words, evidence)
    }
    if examination.isYoung, examination.training.steps < youngSteps {
      return Finding(.posteriorCollapse, unjudged: .justBegun, evidence)
    }
    let words =
      latents.perplexity.map { "codes take \($0.inWords) values in effect: they say nothing" }
      ?? "latents carry \(latents.divergence.inWords) nats a frame, \(latents.active) of "
      + "\(latents.divergences.count) are in use: they say nothing of their frame"
    return Finding(.posteriorCollapse, .trouble, words, evidence, remedy: remedy(examination))
  }

  /// Latents of a fresh network say nothing; within so many steps they come to.
  private static let youngSteps = 200

  /// Whether frames vary enough for most latents to carry something, or a target was tried: then no weight of the
  /// divergence is to blame, and a target for it is spent on what tells no frames apart.
  private static func isUnforeseen(_ examination: Examination) -> Bool {
    let hasTarget = examination.settings.objective.divergence == .target
    if hasTarget, examination.latents.divergence >= Examination.leastNats { return true }
    guard let sigma = examination.settings.impliedSigma, let spectrum = examination.spectrum else {
      return false
    }
    return 2 * spectrum.kept(sigma: Double(sigma)) > spectrum.variances.count
  }

  private static func remedy(_ examination: Examination) -> Finding.Remedy {
    guard examination.latents.perplexity == nil else {
      return .init(
        [examination.setting("learningRate", (examination.settings.learningRate / 3).inWords)],
        "smaller steps leave codes the time to part")
    }
    if isUnforeseen(examination), let remedy = MovingThings.remedy(examination) { return remedy }
    let target = CollapseForecast.target(examination.spectrum)
    return .init(
      CollapseForecast.cure(examination.settings, target: target).map {
        "\(examination.settingsPlace).\($0)"
      },
      "the weight of the divergence is then set, step by step, so that latents carry \(target.inWords) nats"
    )
  }
}
