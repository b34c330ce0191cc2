/// Looks for one trouble in what is known of an autoencoder.
protocol Diagnosis {
  /// What it finds; severity `ok` where all is well, or where there is nothing to judge by.
  static func finding(in examination: Examination) -> Finding
}

/// Looks for all troubles.
package enum Doctor {
  /// A new diagnosis is a file of its own and a line here.
  private static var diagnoses: [any Diagnosis.Type] {
    [
      InstabilityDiagnosis.self, CollapseDiagnosis.self, RegularisationDiagnosis.self,
      PriorDiagnosis.self, StatesDiagnosis.self, OverfitDiagnosis.self, ReadingDiagnosis.self,
    ]
  }

  /// A finding for each trouble, whether it is there or not.
  ///
  /// What is wrong with the training itself comes first: where it was a trouble, nothing else is judged, as
  /// everything may come of it.
  package static func findings(in examination: Examination) -> [Finding] {
    let findings = diagnoses.map { $0.finding(in: examination) }
    guard let first = findings.first, first.severity == .trouble else { return findings }
    return [first]
      + findings.dropFirst().map {
        Finding($0.trouble, unjudged: .because("training was unstable"), $0.evidence)
      }
  }
}
