import Experiments
import LongWork
import Synchronization
import Testing

/// Collects what a reporter writes, with a clock that the test moves.
private final class Terminal: Sendable {
  let text = Mutex("")
  let time = Mutex(0.0)
  let columns = Mutex<Int?>(80)

  var reporter: ProgressReporter {
    ProgressReporter(
      columns: { self.columns.withLock { $0 } }, now: { self.time.withLock { $0 } },
      write: { more in self.text.withLock { $0 += more } })
  }

  /// The lines as they would be shown one after the other, rewritten ones included.
  func takeLines() -> [String] {
    text.withLock { text in
      defer { text = "" }
      return text.replacing("\r\u{1B}[K", with: "\n").split(separator: "\n").map(String.init)
    }
  }
}

@Suite("Progress") struct ProgressTests {
  private let terms = [("squared error", 1234.5), ("KL", 12.25), ("skipped", 3.0)]

  private func line(columns: Int?) throws -> String {
    let terminal = Terminal()
    terminal.columns.withLock { $0 = columns }
    let phase = terminal.reporter.phase("train V", total: 40_000, done: 0, unit: "steps")
    terminal.time.withLock { $0 = 30 }
    phase.update(done: 12_345, terms: terms)
    return try #require(terminal.takeLines().last)
  }

  @Test("one thing is told in the singular")
  func singular() {
    let terminal = Terminal()
    terminal.columns.withLock { $0 = nil }
    for (total, unit) in [(1, "facts"), (1, "policies"), (2, "facts")] {
      terminal.reporter.phase("x", total: total, done: 0, unit: unit).finish(done: total)
    }
    let starts = terminal.takeLines().map { String($0.prefix { $0 != "·" }) }
    #expect(
      starts == [
        "x: 1 fact", "x: 1/1 fact ", "x: 1 policy", "x: 1/1 policy ", "x: 2 facts",
        "x: 2/2 facts ",
      ])
  }

  @Test("a line fits the terminal's width, and what matters least is left out first")
  func width() throws {
    for columns in 4...120 { #expect(try line(columns: columns).count < columns) }
    let wide = try line(columns: 200)
    #expect(wide.hasSuffix("MiB") && wide.contains("KL 12.25"))
    #expect(
      try line(columns: 80).hasPrefix("train V: 12,345/40,000 steps · 412 steps/s · 1 min 7 s left")
    )
    #expect(try line(columns: 43) == "train V: 12,345/40,000 steps · 412 steps/s")
    #expect(try line(columns: 12) == "train V: 1…")
  }

  @Test("the width is asked anew for every line") func change() throws {
    let terminal = Terminal()
    let phase = terminal.reporter.phase("train V", total: 40_000, done: 0, unit: "steps")
    for (second, columns) in [(1, 100), (2, 30), (3, 60)] {
      terminal.columns.withLock { $0 = columns }
      terminal.time.withLock { $0 = Double(second) }
      phase.update(done: second * 1000, terms: terms)
      let line = try #require(terminal.takeLines().last)
      #expect(line.count < columns)
    }
  }

  @Test("without a terminal there are plain lines, whole and never rewritten") func plain() throws {
    #expect(try line(columns: nil).hasSuffix("MiB"))
    let terminal = Terminal()
    terminal.columns.withLock { $0 = nil }
    let phase = terminal.reporter.phase("train V", total: 100, done: 20, unit: "steps")
    terminal.time.withLock { $0 = 10 }
    phase.update(done: 50, terms: [])
    phase.finish(done: 100)
    #expect(!terminal.text.withLock { $0.contains("\r") })
    let lines = terminal.takeLines()
    #expect(lines.count == 3 && lines[0] == "train V: going on at 20 of 100 steps")
  }
}
