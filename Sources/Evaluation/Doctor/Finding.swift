import Foundation

/// What the doctor says of one trouble that a model may have: whether it is there, by which numbers, and
/// what cures it.
package struct Finding: Hashable, Sendable {
  /// What may be wrong with an autoencoder.
  package enum Trouble: String, CaseIterable, Sendable {
    /// Steps were skipped, or the loss rose again.
    case unstable
    /// Latents say nothing of their frame.
    case posteriorCollapse = "posterior-collapse"
    /// Reconstructions leave out what latents of that number could keep.
    case overRegularised = "over-regularised"
    /// Draws from the prior decode to what is like no frame.
    case priorHole = "prior-hole"
    /// Draws from the prior leave out states that frames and reconstructions show.
    case modeCollapse = "mode-collapse"
    /// Frames learned from are far likelier than others.
    case overfit
    /// Latents know a fact, but not in a way that a linear controller can read.
    case unreadLatent = "unread-latent"
  }

  /// How bad it is, from well to ill.
  package enum Severity: String, Sendable {
    case ok, warning, trouble
  }

  /// A number that the finding rests on.
  package struct Evidence: Hashable, Sendable {
    /// Its name, for programs.
    package let name: String
    /// The number; NaN is written as null.
    package let value: Double

    init(_ name: String, _ value: Double) { (self.name, self.value) = (name, value) }
    init(_ name: String, _ value: Int) { self.init(name, Double(value)) }
  }

  /// What cures it.
  package struct Remedy: Hashable, Sendable {
    /// Settings, `key=value`, the one that does most first; empty where none does.
    package let settings: [String]
    /// Why, in a sentence.
    package let words: String

    init(_ settings: [String], _ words: String) { (self.settings, self.words) = (settings, words) }
  }

  /// What was looked for.
  package let trouble: Trouble
  /// How bad it is.
  package let severity: Severity
  /// What was found, in a sentence.
  package let words: String
  /// The numbers behind it.
  package let evidence: [Evidence]
  /// What cures it; nil where nothing is wrong.
  package let remedy: Remedy?

  /// Why it could not be told whether the trouble is there.
  enum Unjudged: Hashable, Sendable {
    /// The loss was still falling.
    case tooYoung
    /// Latents say nothing, as they do at first.
    case justBegun
    /// What is lacking, or in the way.
    case because(String)

    fileprivate var words: String {
      switch self {
      case .tooYoung: "the loss was still falling"
      case .justBegun: "latents say nothing yet, and training has only begun"
      case .because(let reason): reason
      }
    }
  }

  private let unjudged: Unjudged?
  /// Whether a longer training would have to be looked at.
  package var isTooYoung: Bool { unjudged == .tooYoung || unjudged == .justBegun }
  /// Whether something was found, be it that all is well.
  package var isJudged: Bool { unjudged == nil }

  init(
    _ trouble: Trouble, _ severity: Severity, _ words: String, _ evidence: [Evidence] = [],
    remedy: Remedy? = nil
  ) {
    (self.trouble, self.severity, self.words) = (trouble, severity, words)
    (self.evidence, unjudged) = (evidence, nil)
    self.remedy = severity == .ok ? nil : remedy
  }

  init(_ trouble: Trouble, unjudged: Unjudged, _ evidence: [Evidence] = []) {
    (self.trouble, severity, words) = (trouble, .ok, "not judged: \(unjudged.words)")
    (self.evidence, remedy, self.unjudged) = (evidence, nil, unjudged)
  }
}

extension Double {
  /// Three digits that count, for a sentence.
  var inWords: String {
    guard isFinite else { return "\(self)" }
    let text = String(format: "%.3g", self)
    return abs(self) >= 1_000 ? String(format: "%.0f", self) : text
  }

  /// A share as per cent.
  var inPercent: String {
    isFinite ? String(format: "%.\(abs(self) < 0.1 ? 1 : 0)f %%", 100 * self) : "\(self)"
  }
}
