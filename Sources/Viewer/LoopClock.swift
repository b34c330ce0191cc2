/// When steps are due: the scene's clock, apart from the drawing's.
struct LoopClock {
  /// A power of two from 1/16 to 64.
  private(set) var speed = 1.0
  var isPaused = false
  var isFast = false
  private var next: Double
  private let stepsPerSecond: Double

  /// Steps caught up in one go at normal speed; what is later is dropped, not hurried.
  private static let catchUp = 4.0

  init(stepsPerSecond: Double, now: Double) {
    precondition(
      stepsPerSecond > 0, "a scene of \(stepsPerSecond) steps a second; give more than 0")
    self.stepsPerSecond = stepsPerSecond
    next = now + 1 / stepsPerSecond
  }

  var period: Double { 1 / (stepsPerSecond * speed) }

  /// How long to wait for the next step, in seconds.
  func wait(now: Double, atMost limit: Double) -> Double {
    if isPaused { return limit }
    return isFast ? 0 : min(limit, max(0, next - now))
  }

  /// How many steps are due; counts them as taken.
  mutating func due(now: Double) -> Int {
    guard !isPaused, !isFast, now >= next - 1e-9 else { return 0 }
    let late = ((now - next + 1e-9) / period).rounded(.down) + 1
    let steps = min(late, Self.catchUp * max(1, speed))
    next = late > steps ? now + period : next + steps * period
    return Int(steps)
  }

  mutating func change(speedBy factor: Double, now: Double) {
    speed = min(64, max(1.0 / 16, speed * factor))
    restart(now: now)
  }

  mutating func resetSpeed(now: Double) {
    speed = 1
    isFast = false
    restart(now: now)
  }

  /// Counts the time from now on, so that a pause is not caught up.
  mutating func restart(now: Double) { next = now + period }
}
