import Foundation
import Synchronization

/// Tells how far long work is: a bar on a terminal, plain lines elsewhere, never silent for over 10 s.
public final class ProgressReporter: Sendable {
  private let write: @Sendable (String) -> Void
  private let isTerminal: Bool
  private let now: @Sendable () -> Double

  /// Creates a reporter.
  ///
  /// - Parameters:
  ///   - isTerminal: whether a line may be rewritten with a carriage return.
  ///   - now: seconds of a clock that never goes back.
  ///   - write: where text goes.
  public init(
    isTerminal: Bool, now: @escaping @Sendable () -> Double,
    write: @escaping @Sendable (String) -> Void
  ) {
    self.isTerminal = isTerminal
    self.now = now
    self.write = write
  }

  /// Reports to standard error.
  public static func standardError() -> ProgressReporter {
    let clock = ContinuousClock()
    let start = clock.now
    return ProgressReporter(
      isTerminal: isatty(STDERR_FILENO) == 1,
      now: {
        let passed = clock.now - start
        return Double(passed.components.seconds) + Double(passed.components.attoseconds) * 1e-18
      },
      write: { FileHandle.standardError.write(Data($0.utf8)) })
  }

  /// Reports to nobody.
  public static let silent = ProgressReporter(isTerminal: false, now: { 0 }, write: { _ in })

  /// Begins a phase of work.
  ///
  /// - Parameters:
  ///   - name: what is being done.
  ///   - total: units of the whole phase.
  ///   - done: units done before, by an earlier process.
  ///   - unit: what is counted, in the plural.
  public func phase(_ name: String, total: Int, done: Int, unit: String) -> ProgressPhase {
    ProgressPhase(
      name: name, total: total, done: done, unit: unit, isTerminal: isTerminal, now: now,
      write: write)
  }
}

/// One phase of long work.
public final class ProgressPhase: Sendable {
  private struct State {
    var done: Int
    var terms: [(name: String, value: Double)] = []
    var lastLine: Double
    var lastShare: Double
    var finished = false
  }

  private static let longestSilence = 9.0
  private static let shortestPause = 0.2
  private static let shareOfLine = 0.1

  private let name: String
  private let total: Int
  private let first: Int
  private let unit: String
  private let isTerminal: Bool
  private let now: @Sendable () -> Double
  private let write: @Sendable (String) -> Void
  private let start: Double
  private let state: Mutex<State>

  init(
    name: String, total: Int, done: Int, unit: String, isTerminal: Bool,
    now: @escaping @Sendable () -> Double, write: @escaping @Sendable (String) -> Void
  ) {
    self.name = name
    self.total = total
    first = done
    self.unit = unit
    self.isTerminal = isTerminal
    self.now = now
    self.write = write
    start = now()
    state = Mutex(
      State(done: done, lastLine: now(), lastShare: Double(done) / Double(max(1, total))))
    if !isTerminal {
      write("\(name): \(done > 0 ? "going on at \(done) of" : "") \(total) \(unit)\n".collapsed)
    }
  }

  /// Says how many units are done, with numbers worth watching.
  public func update(done: Int, terms: [(String, Double)]) {
    state.withLock { state in
      state.done = done
      if !terms.isEmpty { state.terms = terms.map { ($0.0, $0.1) } }
      show(&state, isBeat: false)
    }
  }

  /// Says that work goes on inside a unit, so that a long one is not silent.
  public func beat() {
    state.withLock { show(&$0, isBeat: true) }
  }

  /// Ends the phase with a last line.
  public func finish(done: Int) {
    state.withLock { state in
      guard !state.finished else { return }
      state.finished = true
      state.done = done
      write((isTerminal ? "\r\u{1B}[K" : "") + line(state, ended: true) + "\n")
    }
  }

  private func show(_ state: inout State, isBeat: Bool) {
    let time = now()
    let share = Double(state.done) / Double(max(1, total))
    let isDue =
      isTerminal
      ? time - state.lastLine >= Self.shortestPause
      : time - state.lastLine >= Self.longestSilence
        || (!isBeat && share - state.lastShare >= Self.shareOfLine && time - state.lastLine >= 1)
    guard isDue else { return }
    state.lastLine = time
    state.lastShare = share
    write((isTerminal ? "\r\u{1B}[K" : "") + line(state, ended: false) + (isTerminal ? "" : "\n"))
  }

  private func line(_ state: State, ended: Bool) -> String {
    let passed = max(1e-9, now() - start)
    let rate = Double(state.done - first) / passed
    var parts = ["\(name): \(state.done)/\(total) \(unit)"]
    if rate > 0 { parts.append("\(ProgressText.rate(rate)) \(unit)/s") }
    if ended {
      parts.append("took \(ProgressText.time(passed))")
    } else if rate > 0 {
      parts.append("\(ProgressText.time(Double(max(0, total - state.done)) / rate)) left")
    }
    parts += state.terms.map { "\($0.name) \(ProgressText.value($0.value))" }
    parts.append("\(ProcessMemory.residentBytes / 1_048_576) MiB")
    return parts.joined(separator: " · ")
  }
}

extension String {
  /// Without doubled spaces.
  fileprivate var collapsed: String { replacing("  ", with: " ") }
}

/// How progress writes numbers.
enum ProgressText {
  static func rate(_ value: Double) -> String {
    value >= 100 ? String(Int(value.rounded())) : String((value * 100).rounded() / 100)
  }

  static func time(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    if whole >= 3600 { return "\(whole / 3600) h \(whole % 3600 / 60) min" }
    return whole >= 60 ? "\(whole / 60) min \(whole % 60) s" : "\(whole) s"
  }

  static func value(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    let scale = abs(value) >= 100 ? 1.0 : 100
    return String((value * scale).rounded() / scale)
  }
}
