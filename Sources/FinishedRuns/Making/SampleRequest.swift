import Evaluation
import Experiments
import Settings

/// What is to be made of a run's latents, and how.
package struct SampleRequest {
  /// What is made.
  package enum Mode {
    /// Draws of a prior.
    case prior
    /// Draws around a frame: of what the encoder says of it, or at a deviation that is the same in every latent.
    case near(frame: Int, spread: Double?)
    /// Latents between those of two frames.
    case between(Int, Int, [LatentPath])
    /// Latents moved one at a time around those of a frame; those that tell the most where none are named.
    case traverse([Int], of: Int?)
    /// Draws around frames that fulfil conditions, `FACT=VALUE` each.
    case conditioned([String])
    /// A frame's latent moved until a reader tells a fact otherwise, `FACT=VALUE`.
    case edit(String, of: Int?)
    /// Labelled frames made of labelled frames, into a folder.
    case augment(count: Int, folder: String, few: FewFrames?)

    /// What `sample.json` and pictures call it.
    package var name: String {
      switch self {
      case .prior: "prior"
      case .near: "near"
      case .between: "between"
      case .traverse: "traverse"
      case .conditioned: "where"
      case .edit: "edit"
      case .augment: "augment"
      }
    }
  }

  /// A prior, as the command line names it.
  package enum PriorChoice: String, CaseIterable {
    /// The one that V was trained towards.
    case standard
    /// The one that was fitted to latents afterwards.
    case fitted
  }

  /// What is made.
  package var mode: Mode
  /// Draws.
  package var count = 32
  /// Which prior; nil for the fitted one, where there is one.
  package var prior: PriorChoice?
  /// Multiplies deviations.
  package var temperature = 1.0
  /// Latents of a path or a traversal, and strengths of an edit.
  package var steps = 9
  /// How far from a quantity's value a frame's may lie, in its unit; nil for a twentieth of its range.
  package var tolerance: Float?
  /// What draws depend on.
  package var seed: UInt64 = 1
  /// Files of frames to look at; the run's own where none are named.
  package var frames: [String] = []
  /// A file of what is known of them.
  package var labels: String?

  /// Asks for something with the usual settings.
  package init(_ mode: Mode) { self.mode = mode }
}

/// What is asked about readers that learn from few frames.
package struct FewFrames {
  /// How many frames, one reader of each fact for each number; at least one.
  package var counts: [Int]
  /// The facts' names; empty for all.
  package var facts: [String]

  /// Asks.
  package init(_ counts: [Int], facts: [String]) {
    (self.counts, self.facts) = (counts, facts)
  }
}

/// A condition as it is typed: `FACT=VALUE`.
struct TypedCondition {
  let name: String
  let value: Float

  /// Reads one.
  ///
  /// - Parameter option: whose value it is, for the error.
  init(_ text: String, option: String) throws {
    guard let mark = text.lastIndex(of: "="), mark > text.startIndex,
      let value = Float(text[text.index(after: mark)...]), value.isFinite
    else {
      throw ExperimentError(
        .usage, place: "\(option) \(text)", cause: "is no FACT=VALUE",
        remedy: "write it as label=3")
    }
    (name, self.value) = (String(text[..<mark]), value)
  }
}
