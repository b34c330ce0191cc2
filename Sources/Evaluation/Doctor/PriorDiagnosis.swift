/// Whether draws from the prior decode to what is like no frame.
enum PriorDiagnosis: Diagnosis {
  /// As near frames as reconstructions of other frames, to these shares.
  private static let share = (warning: 0.5, trouble: 0.25)
  /// Reconstructions whose density or coverage is below this are no yardstick.
  private static let leastYardstick = 0.1

  static func finding(in examination: Examination) -> Finding {
    guard let draws = examination.draws else {
      return Finding(.priorHole, unjudged: .because("too few frames"))
    }
    let (density, coverage) = (draws.density, draws.coverage)
    let evidence = [
      Finding.Evidence("density", density.draws),
      .init("density.reconstructions", density.reconstructions),
      .init("coverage", coverage.draws),
      .init("coverage.reconstructions", coverage.reconstructions),
    ]
    func unjudged(_ reason: Finding.Unjudged) -> Finding {
      Finding(.priorHole, unjudged: reason, evidence)
    }
    func fine(_ words: String) -> Finding { Finding(.priorHole, .ok, words, evidence) }
    guard !examination.hasCollapsed else { return unjudged(.because("latents say nothing")) }
    guard min(density.reconstructions, coverage.reconstructions) >= leastYardstick else {
      return unjudged(.because("reconstructions are like no frame either"))
    }
    let worst = min(
      density.draws / density.reconstructions, coverage.draws / coverage.reconstructions)
    guard worst < share.warning else { return fine("draws lie where frames lie") }
    if examination.isYoung { return unjudged(.tooYoung) }
    return Finding(
      .priorHole, worst < share.trouble ? .trouble : .warning,
      "draws from the prior are like no frame: density \(density.draws.inWords), of reconstructions "
        + "\(density.reconstructions.inWords); coverage \(coverage.draws.inWords), of reconstructions "
        + coverage.reconstructions.inWords, evidence, remedy: cure(examination))
  }

  /// What makes draws lie where latents of frames lie.
  static func cure(_ examination: Examination) -> Finding.Remedy {
    let prior = examination.settings.prior
    guard prior.kind == .mixture else {
      return .init(
        [examination.setting("prior.kind", "mixture")],
        "draws then come from a mixture that is fitted to latents of frames")
    }
    return .init(
      [examination.setting("prior.components", prior.components * 2)],
      "more components follow latents of frames more closely")
  }
}
