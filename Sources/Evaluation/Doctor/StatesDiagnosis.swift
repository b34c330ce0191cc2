/// Whether draws leave out states that frames and reconstructions show.
enum StatesDiagnosis: Diagnosis {
  /// States that so many frames show are looked at.
  private static let leastShare = 0.02
  /// Of their share among reconstructions, draws shall have so much.
  private static let drawnShare = 0.2
  /// States left out that so many frames show are a trouble.
  private static let ill = 0.1

  static func finding(in examination: Examination) -> Finding {
    let judged = examination.states.filter {
      $0.frames >= leastShare && $0.reconstructions >= $0.frames / 2
    }
    let missing = judged.filter { $0.draws < drawnShare * $0.reconstructions }
    let share = missing.reduce(0) { $0 + $1.frames }
    var evidence = [
      Finding.Evidence("states", judged.count), .init("missing", missing.count),
    ]
    evidence += missing.flatMap { state in
      [
        Finding.Evidence("frames.\(state.state)", state.frames),
        .init("draws.\(state.state)", state.draws),
      ]
    }
    func unjudged(_ reason: Finding.Unjudged) -> Finding {
      Finding(.modeCollapse, unjudged: reason, evidence)
    }
    func fine(_ words: String) -> Finding { Finding(.modeCollapse, .ok, words, evidence) }
    guard !examination.hasCollapsed else { return unjudged(.because("latents say nothing")) }
    guard let worst = missing.max(by: { $0.frames < $1.frames }) else {
      guard !judged.isEmpty else {
        return unjudged(.because("no state can be read from frames"))
      }
      return fine(
        judged.count == 1
          ? "draws show the one state that frames and reconstructions show"
          : "draws show all \(judged.count) states that frames and reconstructions show")
    }
    if examination.isYoung { return unjudged(.tooYoung) }
    return Finding(
      .modeCollapse, share > ill ? .trouble : .warning,
      "draws leave out \(missing.count) of \(judged.count) states: \(worst.state) is in "
        + "\(worst.frames.inPercent) of the frames and \(worst.draws.inPercent) of the draws",
      evidence, remedy: PriorDiagnosis.cure(examination))
  }
}
