/// Whether latents know a fact that a linear controller cannot read from them.
enum ReadingDiagnosis: Diagnosis {
  /// A fact that curves of latents tell to such an R² is known.
  private static let known = 0.6
  /// A linear map shall tell so much of it.
  private static let readShare = 0.5
  /// A fact of which other facts that are read tell so much follows from them.
  private static let derivedShare = 0.8

  static func finding(in examination: Examination) -> Finding {
    let readings = examination.readings
    let evidence = readings.flatMap {
      [
        Finding.Evidence("linear.\($0.fact)", $0.linear), .init("curved.\($0.fact)", $0.curved),
      ]
    }
    // What follows from facts that are read, such as a distance from two places, is not lost.
    let unread = readings.filter {
      $0.curved >= known && $0.linear < readShare * $0.curved
        && $0.derived < derivedShare * $0.curved
    }
    guard
      let worst = unread.max(by: { $0.curved - $0.linear < $1.curved - $1.linear }),
      !examination.hasCollapsed, !examination.isYoung
    else {
      guard !readings.isEmpty else {
        return Finding(.unreadLatent, unjudged: .because("no fact is a quantity"))
      }
      return Finding(
        .unreadLatent, .ok, "a linear map reads what latents know of the facts", evidence)
    }
    let words =
      "latents know \(worst.fact) (R² \(worst.curved.inWords)), but a linear map reads \(max(0, worst.linear).inWords) of it"
    switch examination.reader {
    case .anyone:
      return Finding(
        .unreadLatent, .warning, words, evidence,
        remedy: .init([], "read them by a network with a hidden layer"))
    case .linearController(let place):
      return Finding(
        .unreadLatent, .warning, words, evidence,
        remedy: .init(
          ["\(place).hiddenUnits=16"], "a hidden layer reads what no linear map can"))
    case .network:
      return Finding(
        .unreadLatent, .ok, words + ", and the controller has a hidden layer", evidence)
    }
  }
}
