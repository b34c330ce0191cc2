/// Whether work is shared among threads or done alone: whichever was faster lately.
///
/// A matter of speed, never of results. Sharing a few microseconds of work costs more than it saves, and
/// where another program holds a processor, one shared step waits milliseconds for the thread that
/// has none. So both ways are timed, the slower one ever more seldom, some steps in a row, as threads
/// that slept are slow at first.
package struct SharingChoice: Sendable {
  /// The way that was faster.
  package private(set) var prefersSharing = true
  /// The smoothed time of a step the preferred way, and that of the other way's last trial.
  private var preferredTime: Double?
  private var otherTime: Double?
  /// Steps until the other way is tried again, and how many the next time.
  private var rest = Self.shortestRest
  private var nextRest = Self.shortestRest
  /// The trial that runs: its steps so far, and the time of those that count.
  private var tried = 0
  private var triedTime = 0.0

  private static let shortestRest = 16
  private static let longestRest = 8192
  private static let warmUp = 4
  private static let trial = 12

  package init() {}

  /// Which way to take the next step.
  package mutating func next() -> Bool {
    guard rest > 0 else { return !prefersSharing }
    rest -= 1
    return prefersSharing
  }

  /// Takes note of how long a step took, in any unit.
  package mutating func record(_ time: Double, sharing: Bool) {
    guard sharing != prefersSharing else { return recordPreferred(time) }
    tried += 1
    if tried > Self.warmUp { triedTime += time }
    let isHopeless = time > 50 * (preferredTime ?? .infinity)
    if isHopeless || tried == Self.trial { conclude(isHopeless ? time : nil) }
  }

  private mutating func recordPreferred(_ time: Double) {
    let smoothed = preferredTime.map { $0 + (time - $0) / 4 } ?? time
    preferredTime = smoothed
    // It has become slow: try the other way now.
    if let otherTime, smoothed > 1.5 * otherTime { rest = 0 }
  }

  private mutating func conclude(_ hopelessTime: Double?) {
    let time = hopelessTime ?? triedTime / Double(Self.trial - Self.warmUp)
    if let preferredTime, time < 0.95 * preferredTime {
      prefersSharing.toggle()
      (self.preferredTime, otherTime) = (time, preferredTime)
      nextRest = Self.shortestRest
    } else {
      otherTime = time
    }
    rest = nextRest
    nextRest = min(2 * nextRest, Self.longestRest)
    (tried, triedTime) = (0, 0)
  }
}
