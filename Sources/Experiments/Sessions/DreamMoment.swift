import EnvironmentKit

/// One moment of both courses, to be drawn and to go back to.
struct DreamMoment {
  let action: ActionValue?
  let realState: any Sendable
  let dreamState: any Sendable
  let real: DreamCourseRecord
  let dream: DreamCourseRecord
  let endProbability: Double
  let lookedAtDream: Bool
  /// How surprised M is at what the world shows; NaN where nobody asks, or the world has ended.
  let surprise: Double
  /// The mean difference of the pictures, 0...255; NaN where one of them stands still.
  let error: Double

  init(
    action: ActionValue?, realState: any Sendable, dreamState: any Sendable,
    real: DreamCourseRecord,
    dream: DreamCourseRecord, endProbability: Double, lookedAtDream: Bool, surprise: Double
  ) {
    self.action = action
    self.realState = realState
    self.dreamState = dreamState
    self.real = real
    self.dream = dream
    self.endProbability = endProbability
    self.lookedAtDream = lookedAtDream
    self.surprise = surprise
    let sum = zip(real.picture.pixels, dream.picture.pixels).reduce(0) {
      $0 + abs(Int($1.0) - Int($1.1))
    }
    error =
      real.hasGoneOn && dream.hasGoneOn
      ? Double(sum) / Double(real.picture.pixels.count) : .nan
  }
}
