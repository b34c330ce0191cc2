import Files
import Foundation
import Pictures
import Synchronization

/// Tells how far long work is: a bar on a terminal, plain lines elsewhere, never silent for over 10 s.
public final class ProgressReporter: Sendable {
  /// Where progress goes.
  struct Place: Sendable {
    /// Columns of a terminal whose last line can be rewritten, asked anew each time; nil for plain lines.
    let columns: @Sendable () -> Int?
    /// Takes a line that is to stay, with its end.
    let write: @Sendable (String) -> Void
    /// Takes a text that replaces the terminal's last line.
    let rewrite: @Sendable (String) -> Void
  }

  private let place: Place
  private let now: @Sendable () -> Double

  init(_ place: Place, now: @escaping @Sendable () -> Double) {
    (self.place, self.now) = (place, now)
  }

  /// Creates a reporter.
  ///
  /// - Parameters:
  ///   - columns: of a terminal whose last line can be rewritten, asked anew for each line; nil where
  ///     plain lines are to be written.
  ///   - now: seconds of a clock that never goes back.
  ///   - write: where text goes.
  package convenience init(
    columns: @escaping @Sendable () -> Int?, now: @escaping @Sendable () -> Double,
    write: @escaping @Sendable (String) -> Void
  ) {
    self.init(
      Place(columns: columns, write: write, rewrite: { write("\r\u{1B}[K" + $0) }), now: now)
  }

  /// Reports to standard error; what cannot be written there is lost.
  public static func standardError() -> ProgressReporter {
    let clock = ContinuousClock()
    let start = clock.now
    let stream = StandardStream.error
    return ProgressReporter(
      Place(
        columns: { stream.columns }, write: { stream.tell($0) },
        rewrite: { stream.rewriteLine($0) }),
      now: { (clock.now - start) / .seconds(1) })
  }

  /// Reports to nobody.
  public static let silent = ProgressReporter(columns: { nil }, now: { 0 }, write: { _ in })

  /// Says a line that stays, above what a terminal shows of a phase.
  package func say(_ line: String) {
    if place.columns() != nil { place.rewrite("") }
    place.write(line + "\n")
  }

  /// Begins a phase of work.
  ///
  /// - Parameters:
  ///   - name: what is being done.
  ///   - total: units of the whole phase.
  ///   - done: units done before, by an earlier process.
  ///   - unit: what is counted, in the plural.
  public func phase(_ name: String, total: Int, done: Int, unit: String) -> ProgressPhase {
    ProgressPhase(
      name: name, total: total, done: done, unit: unit, place: place, now: now)
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
  private static let separator = " · "

  private let name: String
  private let total: Int
  private let first: Int
  private let unit: String
  private let place: ProgressReporter.Place
  private let now: @Sendable () -> Double
  private let start: Double
  private let state: Mutex<State>
  /// The phase that this one is a part of, and that tells of it; nil where it tells of itself.
  private let whole: ProgressPhase?

  /// A part of another phase: what it says stands in the other's lines.
  package init(partOf whole: ProgressPhase) {
    (name, total, first, unit) = (whole.name, whole.total, whole.first, whole.unit)
    (place, now, start) = (whole.place, whole.now, whole.start)
    state = Mutex(State(done: 0, lastLine: 0, lastShare: 0))
    self.whole = whole
  }

  init(
    name: String, total: Int, done: Int, unit: String, place: ProgressReporter.Place,
    now: @escaping @Sendable () -> Double
  ) {
    self.name = name
    self.total = total
    first = done
    self.unit = unit
    self.place = place
    self.now = now
    start = now()
    whole = nil
    state = Mutex(
      State(done: done, lastLine: now(), lastShare: Double(done) / Double(max(1, total))))
    if place.columns() == nil {
      place.write(
        "\(name): \(done > 0 ? "going on at \(NumberStyle.count(done)) of" : "") "
          .appending("\(NumberStyle.count(total, unit))\n").collapsed)
    }
  }

  /// Says how many units are done, with numbers worth watching.
  public func update(done: Int, terms: [(String, Double)]) {
    if let whole { return whole.tell(terms) }
    state.withLock { state in
      state.done = done
      if !terms.isEmpty { state.terms = terms.map { ($0.0, $0.1) } }
      show(&state, isBeat: false)
    }
  }

  /// Says that work goes on inside a unit, so that a long one is not silent.
  public func beat() {
    if let whole { return whole.beat() }
    state.withLock { show(&$0, isBeat: true) }
  }

  /// Ends the phase with a last line.
  public func finish(done: Int) {
    guard whole == nil else { return }
    state.withLock { state in
      guard !state.finished else { return }
      state.finished = true
      state.done = done
      let line = parts(state, ended: true).joined(separator: Self.separator) + "\n"
      if place.columns() == nil { place.write(line) } else { place.rewrite(line) }
    }
  }

  /// Takes numbers of a part, each in the place of the last one of its name.
  private func tell(_ terms: [(String, Double)]) {
    state.withLock { state in
      for (name, value) in terms {
        if let known = state.terms.firstIndex(where: { $0.name == name }) {
          state.terms[known].value = value
        } else {
          state.terms.append((name, value))
        }
      }
      show(&state, isBeat: true)
    }
  }

  private func show(_ state: inout State, isBeat: Bool) {
    let time = now()
    let share = Double(state.done) / Double(max(1, total))
    let columns = place.columns()
    let isDue =
      columns != nil
      ? time - state.lastLine >= Self.shortestPause
      : time - state.lastLine >= Self.longestSilence
        || (!isBeat && share - state.lastShare >= Self.shareOfLine && time - state.lastLine >= 1)
    guard isDue else { return }
    state.lastLine = time
    state.lastShare = share
    let parts = parts(state, ended: false)
    if let columns {
      // A line that fills the last column wraps on some terminals.
      place.rewrite(Self.fitting(parts, columns: columns - 1))
    } else {
      place.write(parts.joined(separator: Self.separator) + "\n")
    }
  }

  /// As many parts as a line has room for, the first of them cut where it alone is too long.
  private static func fitting(_ parts: [String], columns: Int) -> String {
    var line = parts[0]
    for part in parts.dropFirst() {
      let longer = line + separator + part
      guard longer.count <= columns else { break }
      line = longer
    }
    return line.count <= columns ? line : line.prefix(max(0, columns - 1)) + "…"
  }

  /// What a line says, the most important first.
  private func parts(_ state: State, ended: Bool) -> [String] {
    let passed = max(1e-9, now() - start)
    let rate = Double(state.done - first) / passed
    var parts = [
      "\(name): \(NumberStyle.count(state.done))/\(NumberStyle.count(total, unit))"
    ]
    if rate > 0 { parts.append("\(ProgressText.rate(rate)) \(unit)/s") }
    if ended {
      parts.append("took \(NumberStyle.duration(passed))")
    } else if rate > 0 {
      parts.append("\(ProgressText.left(Double(max(0, total - state.done)) / rate)) left")
    }
    parts += state.terms.map { "\($0.name) \(ProgressText.value($0.value))" }
    parts.append("\(NumberStyle.count(ProcessMemory.residentBytes / 1_048_576)) MiB")
    return parts
  }
}

extension String {
  /// Without doubled spaces.
  fileprivate var collapsed: String { replacing("  ", with: " ") }
}

/// How progress writes numbers.
enum ProgressText {
  static func rate(_ value: Double) -> String {
    value >= 100 ? NumberStyle.count(Int(value.rounded())) : String((value * 100).rounded() / 100)
  }

  /// A time that is guessed: in whole seconds.
  static func left(_ seconds: Double) -> String {
    seconds < 9.5 ? "\(Int(seconds.rounded())) s" : NumberStyle.duration(max(10, seconds))
  }

  static func value(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    if value == value.rounded(), let whole = Int(exactly: value) { return NumberStyle.count(whole) }
    let scale = abs(value) >= 100 ? 1.0 : 100
    let rounded = (value * scale).rounded() / scale
    if scale == 1, let whole = Int(exactly: rounded) { return NumberStyle.count(whole) }
    return String(rounded)
  }
}
