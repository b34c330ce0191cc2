/// Whether training was unstable: steps skipped for what is not finite or exploded, or a loss that rose again.
enum InstabilityDiagnosis: Diagnosis {
  /// One step in a hundred may be skipped: a gradient may be a rare one.
  private static let skippedShare = (warning: 0.01, trouble: 0.05)
  /// Of its whole fall, so much of a loss may come back at the end.
  private static let riseShare = (warning: 0.15, trouble: 0.5)
  /// From point to point of its curve a loss may jump by so much of itself.
  private static let jumpShare = (warning: 0.35, trouble: 0.7)

  static func finding(in examination: Examination) -> Finding {
    let training = examination.training
    let skipped = Double(training.skipped) / Double(max(1, training.steps))
    let (rise, rough) = (rise(examination), roughness(examination))
    let evidence = [
      Finding.Evidence("steps", training.steps), .init("skippedSteps", training.skipped),
      .init("riseShare", rise), .init("roughness", rough),
    ]
    let isIll =
      skipped > skippedShare.trouble || rise > riseShare.trouble || rough > jumpShare.trouble
    guard
      isIll || skipped > skippedShare.warning || rise > riseShare.warning
        || rough > jumpShare.warning
    else {
      return Finding(.unstable, .ok, "training was steady", evidence)
    }
    let words =
      skipped > skippedShare.warning
      ? "\(training.skipped) of \(training.steps) steps had a loss or gradient that was not finite or exploded, "
        + "and were skipped"
      : rise > riseShare.warning
        ? "the reconstruction loss rose again by \(rise.inPercent) of what it had fallen"
        : "the reconstruction loss jumps by \(rough.inPercent) of itself from point to point of its curve"
    return Finding(
      .unstable, isIll ? .trouble : .warning, words, evidence,
      remedy: .init(
        [
          examination.setting(
            "learningRate", min(1e-3, examination.settings.learningRate / 5).inWords),
          examination.setting("gradientClipNorm", clipNorm(examination)),
        ], "smaller steps, and none longer than a usual one"))
  }

  /// How far a point of the loss lies from the one before, as a share of the loss: a mean over the second half.
  private static func roughness(_ examination: Examination) -> Double {
    let losses = examination.training.losses
    let half = losses.suffix(losses.count / 2)
    guard losses.count >= 20, half.allSatisfy(\.isFinite) else { return 0 }
    let jumps = zip(half, half.dropFirst()).map { abs($1 - $0) }
    let typical = abs(half.sorted()[half.count / 2])
    return Examination.mean(jumps) / max(1e-9, typical)
  }

  /// How much of the fall came back at the end; the second half of the steps only, as a weight that rises
  /// lifts the loss before.
  private static func rise(_ examination: Examination) -> Double {
    let losses = examination.training.losses
    guard losses.count >= 20, let first = losses.first else { return 0 }
    guard losses.allSatisfy(\.isFinite) else { return 1 }
    let half = Array(losses.suffix(losses.count / 2))
    let width = max(1, losses.count / 10)
    let means = (0...(half.count - width)).map { Examination.mean(half[$0..<$0 + width]) }
    guard let best = means.min(), let last = means.last, first > best else {
      return losses.count > 0 && (means.last ?? 0) > first ? 1 : 0
    }
    return (last - best) / (first - best)
  }

  /// A limit that is there already is halved.
  private static func clipNorm(_ examination: Examination) -> String {
    let known = examination.settings.gradientClipNorm
    return Double(known > 0 ? known / 2 : 100).inWords
  }
}

extension Float {
  /// As a setting's value.
  var inWords: String { Double(self).inWords }
}
