/// Whether latents keep less of frames than they could: small things vanish from reconstructions.
enum RegularisationDiagnosis: Diagnosis {
  /// Reconstructions may get right so much less than as many principal components.
  private static let componentShare = (warning: 0.75, trouble: 0.4)
  /// Of what frames show, so much shall stand in reconstructions.
  private static let recallShare = (warning: 0.5, trouble: 0.25)

  static func finding(in examination: Examination) -> Finding {
    var evidence: [Finding.Evidence] = []
    if let explained = examination.explained {
      evidence += [
        .init("explained", explained.latents), .init("explainedByComponents", explained.components),
      ]
    }
    evidence += examination.recalls.map { .init("recall.\($0.what)", $0.share) }
    if let sigma = examination.settings.impliedSigma {
      evidence.append(.init("impliedSigma", Double(sigma)))
    }
    if let concentration = examination.concentration {
      evidence.append(.init("concentration", concentration))
    }
    func unjudged(_ reason: Finding.Unjudged) -> Finding {
      Finding(.overRegularised, unjudged: reason, evidence)
    }
    func fine(_ words: String) -> Finding { Finding(.overRegularised, .ok, words, evidence) }
    guard !examination.hasCollapsed else { return unjudged(.because("latents say nothing")) }
    let worst = examination.recalls.min { $0.share < $1.share }
    let share = examination.explained.map { $0.latents / max(1e-9, $0.components) } ?? 1
    let (recalled, isLost) = (worst?.share ?? 1, (worst?.share ?? 1) < recallShare.warning)
    guard share < componentShare.warning || isLost else {
      return fine("reconstructions keep what latents of that number can")
    }
    if examination.isYoung { return unjudged(.tooYoung) }
    guard OverfitDiagnosis.finding(in: examination).severity == .ok else {
      return unjudged(.because("frames are learned by heart"))
    }
    let isIll = share < componentShare.trouble || recalled < recallShare.trouble
    let lost = worst.map {
      "\($0.what) stands in \($0.share.inPercent) of the reconstructions of frames that show it"
    }
    let words =
      isLost
      ? lost ?? ""
      : "reconstructions get \((examination.explained?.latents ?? 0).inPercent) of what varies right, as many principal "
        + "components \((examination.explained?.components ?? 0).inPercent)"
    return Finding(
      .overRegularised, isIll ? .trouble : .warning, words, evidence,
      remedy: (isLost ? MovingThings.remedy(examination) : nil) ?? remedy(examination))
  }

  private static func remedy(_ examination: Examination) -> Finding.Remedy {
    let settings = examination.settings
    if let sigma = settings.impliedSigma, let rest = examination.spectrum?.restSigma {
      // A σ below what components leave over asks latents for noise.
      let better = max(0.02, min(rest, Double(sigma) / 2))
      if better < Double(sigma) / 1.4 {
        return .init(
          [
            examination.setting("likelihood", "gaussian"),
            examination.setting("sigma", String(better.inHundredths)),
            examination.setting("beta", "1"),
          ] + (settings.freeBits > 0 ? [examination.setting("freeBits", "0")] : []),
          "a smaller σ makes small things worth their nats")
      }
    }
    if settings.beta > 0.2, settings.objective.divergence == .weighted {
      return .init(
        [examination.setting("beta", (settings.beta / 5).inWords)],
        "a lighter divergence makes small things worth their nats")
    }
    if settings.objective.divergence == .target {
      return .init(
        [examination.setting("objective.targetKL", (settings.objective.targetKL * 2).inWords)],
        "latents may carry more")
    }
    return .init(
      settings.latent.kind == .gaussian
        ? [examination.setting("latentSize", settings.latentSize * 2)]
        : [examination.setting("latent.groups", settings.latent.groups * 2)],
      "more latents keep more")
  }
}

extension Double {
  /// Rounded down to a hundredth.
  fileprivate var inHundredths: Double { (self * 100).rounded(.down) / 100 }
}
