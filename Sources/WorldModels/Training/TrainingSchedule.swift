import Files
import Foundation

/// How long a part of a world model is trained, and how its learning rate falls.
public struct TrainingSchedule: Codable, Hashable, Sendable {
  /// Gradient steps of the first pass.
  public var steps = 2_000
  /// Gradient steps of every later pass.
  public var laterSteps = 1_000
  /// Share of the learning rate that the last step of a pass has; the rate falls along half a cosine.
  public var finalLearningRateShare = 0.05
  /// Steps between checkpoints.
  public var checkpointEvery = 100

  /// The defaults.
  public init() {}

  /// The steps of a pass, counted from 1.
  ///
  /// - Parameter each: steps of every pass, where not the schedule but the loop decides; 0 for the schedule.
  public func steps(ofPass pass: Int, each: Int = 0) -> Range<Int> {
    if each > 0 { return (pass - 1) * each..<pass * each }
    guard pass > 1 else { return 0..<steps }
    return steps + (pass - 2) * laterSteps..<steps + (pass - 1) * laterSteps
  }

  /// The share of the learning rate at a step of a pass.
  ///
  /// - SeeAlso: I. Loshchilov, F. Hutter, "SGDR" (2017), eq. 5, without restarts.
  public func learningRateShare(at step: Int, of steps: Range<Int>) -> Double {
    let passed = Double(step - steps.lowerBound) / Double(max(1, steps.count - 1))
    let fall = (1 + cos(Double.pi * min(1, passed))) / 2
    return finalLearningRateShare + (1 - finalLearningRateShare) * fall
  }
}

extension TrainingSchedule: SettingGroup {
  /// Every setting with its meaning and range.
  public static var settings: [Setting<TrainingSchedule>] {
    [
      Setting("steps", \.steps, 0...100_000_000, "Gradient steps of the first pass."),
      Setting("laterSteps", \.laterSteps, 0...100_000_000, "Gradient steps of every later pass."),
      Setting(
        "finalLearningRateShare", \.finalLearningRateShare, 0...1,
        "Share of the learning rate that a pass's last step has; it falls along half a cosine."),
      Setting(
        "checkpointEvery", \.checkpointEvery, 1...100_000_000,
        "Steps between checkpoints, and between progress pictures."),
    ]
  }
}
