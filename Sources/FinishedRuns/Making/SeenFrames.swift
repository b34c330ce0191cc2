import Datasets
import EnvironmentKit
import Evaluation
import Experiments
import Files
import Pictures
import Settings

/// Frames that samples are made of, and what is known of them.
struct SeenFrames {
  /// The frames.
  let given: any FrameSource
  /// The same as the autoencoder is judged by them.
  let source: any FrameSource
  /// Which V learned from, and which it has not seen.
  let split: FrameSplit

  /// All frames, in order.
  var all: [Int] { Array(0..<source.frameCount) }

  /// A frame by its number.
  func checked(_ frame: Int, option: String) throws -> Int {
    guard (0..<source.frameCount).contains(frame) else {
      throw ExperimentError(
        .usage, place: "\(option) \(frame)", cause: "there is no such frame",
        remedy: "there are \(source.frameCount): give 0 to \(source.frameCount - 1)")
    }
    return frame
  }

  /// The place of a fact among those of a frame.
  func index(of name: String, option: String) throws -> Int {
    let names = source.frameFacts.map(\.name)
    guard !names.isEmpty else {
      throw ExperimentError(
        .usage, place: "\(option) \(name)", cause: "nothing is known of the frames",
        remedy: "give frames with --frames PATH and what is known of them with --labels PATH")
    }
    guard let index = names.firstIndex(of: name) else {
      throw ExperimentError(
        .usage, place: "\(option) \(name)", cause: "there is no such fact",
        remedy: NearestName.hint(name, among: names))
    }
    return index
  }

  /// Facts of all frames, `[frame][fact]`.
  func facts() throws -> [[Float]] {
    try all.map { frame in
      if frame.isMultiple(of: 4_096) { try ModelEvaluationStage.stopIfInterrupted() }
      return try source.readFacts(frame)
    }
  }

  /// What values each fact takes, in words.
  func ranges(_ facts: [[Float]]) -> String {
    let named = source.frameFacts.indices.prefix(Self.mostNamed).map { range(of: $0, facts) }
    return named.joined(separator: ", ") + (source.frameFacts.count > named.count ? ", …" : "")
  }

  /// What values a fact takes, in words.
  func range(of index: Int, _ facts: [[Float]]) -> String {
    let fact = source.frameFacts[index]
    let found = facts.lazy.map { $0[index] }.filter(\.isFinite)
    guard let low = found.min(), let high = found.max() else { return "no \(fact.name) at all" }
    return "\(fact.name) \(NumberText.short(Double(low)))…\(NumberText.short(Double(high)))"
      + (fact.kind == .category ? " (whole numbers)" : "")
  }

  private static let mostNamed = 12
}
