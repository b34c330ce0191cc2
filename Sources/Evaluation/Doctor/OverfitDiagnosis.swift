import Foundation

/// Whether frames learned from are far likelier than others.
enum OverfitDiagnosis: Diagnosis {
  /// Of what training gained on frames held out, the gap to those learned from may be so much.
  private static let gapShare = (warning: 0.15, trouble: 0.4)
  /// A gap within so many standard errors may be chance.
  private static let leastErrors = 3.0

  static func finding(in examination: Examination) -> Finding {
    guard let losses = examination.losses, losses.training.count > 1, losses.heldOut.count > 1
    else { return Finding(.overfit, unjudged: .because("no frames were held out")) }
    let (training, heldOut) = (Examination.mean(losses.training), Examination.mean(losses.heldOut))
    let gap = heldOut - training
    let gain = max(Examination.mean(losses.shuffled) - heldOut, abs(heldOut) * 1e-3)
    let error = (variance(losses.training, training) + variance(losses.heldOut, heldOut))
      .squareRoot()
    let share = gap / gain
    let evidence = [
      Finding.Evidence("negativeElbo.training", training), .init("negativeElbo.heldOut", heldOut),
      .init("gap", gap), .init("gapShare", share), .init("standardError", error),
    ]
    guard share > gapShare.warning else {
      return Finding(
        .overfit, .ok,
        gap > 0
          ? "frames held out are as likely as those learned from, to \(gap.inWords) nats: \(share.inPercent) of what "
            + "latents tell of them"
          : "frames held out are no less likely than those learned from", evidence)
    }
    guard gap > leastErrors * error else {
      return Finding(
        .overfit,
        unjudged: .because(
          "\(losses.heldOut.count) frames held out tell the gap of \(gap.inWords) nats to \(error.inWords) only"
        ),
        evidence)
    }
    if examination.hasCollapsed || examination.isYoung {
      return Finding(.overfit, unjudged: .because("latents say little yet"), evidence)
    }
    return Finding(
      .overfit, share > gapShare.trouble ? .trouble : .warning,
      "frames learned from are \(gap.inWords) nats likelier than those held out: "
        + (share > 1 ? "more than all" : share.inPercent) + " that latents tell of these", evidence,
      remedy: remedy(examination))
  }

  private static func remedy(_ examination: Examination) -> Finding.Remedy {
    let steps = max(1, examination.training.steps / 4)
    return .init(
      [examination.setting("steps", steps)],
      "fewer steps learn less by heart, but more frames are the cure (loop.frames, or further files)"
    )
  }

  /// The variance of the mean.
  private static func variance(_ values: [Double], _ mean: Double) -> Double {
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return squares / Double(values.count - 1) / Double(values.count)
  }
}
