import Foundation
import TestSupport
import Testing

/// What becomes of the program where its standard streams are closed, full or left alone.
@Suite("Standard streams", .serialized)
struct StreamTests {
  private let command = "\"$UMWELT\" " + smallRun.joined(separator: " ") + " --run-dir run"

  private func isFinished(_ folder: TemporaryFolder) -> Bool {
    FileManager.default.fileExists(atPath: folder.path("run/summary.json"))
  }

  @Test(
    "a training goes on where progress cannot be written",
    arguments: ["2>/dev/full", "2>&-", "<&- >&- 2>&-", "2>/dev/null <&-"])
  func training(streams: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.shell("\(command) \(streams)", in: folder.url)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(isFinished(folder))
    let lock = try Data(contentsOf: folder.url.appendingPathComponent("run/.lock"))
    #expect(lock.isEmpty)
  }

  @Test("a training goes on when the reader of its progress goes, be SIGPIPE ignored or not")
  func reader() throws {
    for before in ["", "trap '' PIPE; "] {
      let folder = try TemporaryFolder()
      let line = "\(before)(\(command) 2>&1 >out; echo $? >code) | head -n 1"
      let outcome = try Program.shell(line, in: folder.url)
      #expect(outcome.code == 0)
      let code = try String(contentsOfFile: folder.path("code"), encoding: .utf8)
      #expect(code == "0\n")
      #expect(isFinished(folder))
    }
  }

  @Test("an error keeps its exit code where it cannot be written")
  func errors() throws {
    #expect(try Program.shell("\"$UMWELT\" run Nope 2>/dev/full").code == 2)
    #expect(try Program.shell("\"$UMWELT\" run Nope 2>&-").code == 2)
  }

  @Test(
    "results that cannot be written are an error",
    arguments: [
      ("describe --json >/dev/full", "standard output: cannot be written: No space left"),
      ("envs >/dev/full", "standard output: cannot be written: No space left"),
      ("--help >/dev/full", "standard output: cannot be written: No space left"),
      ("envs --json >&-", "standard output: cannot be written: it is closed"),
    ])
  func results(arguments: String, message: String) throws {
    let outcome = try Program.shell("\"$UMWELT\" \(arguments)")
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("error: " + message), "\(outcome.errors)")
  }

  @Test("a reader that has seen enough ends a listing without a word")
  func head() throws {
    let outcome = try Program.shell("\"$UMWELT\" envs --json | true; \"$UMWELT\" envs | head -n 1")
    #expect(outcome.code == 0)
    #expect(outcome.errors.isEmpty, "\(outcome.errors)")
  }

  @Test("what a name would make a terminal do is shown, not done")
  func escapes() throws {
    let outcome = try Program.run("run", "Take\u{1B}]0;mine\u{7}Cover")
    #expect(outcome.code == 2)
    #expect(outcome.errors.contains("Take\\u{1B}]0;mine\\u{7}Cover"), "\(outcome.errors)")
    #expect(!outcome.errors.contains("\u{1B}"))
  }

  @Test("a disk that lets a file grow no further is one error, and the old file stays")
  func limitedFiles() throws {
    let folder = try FinishedRunCopy.make()
    let before = try comparableFiles(folder.path("run"))
    // 64 blocks of 512 bytes; the signal that would end the program is ignored.
    let outcome = try Program.shell(
      "trap '' XFSZ; ulimit -f 64; rm run/summary.json; \(command)", in: folder.url)
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("File too large"), "\(outcome.errors)")
    let after = try comparableFiles(folder.path("run"))
    for (name, data) in after where name != "summary.json" {
      #expect(data == before[name], "\(name)")
    }
  }

  @Test(
    "a disk that is full while episodes are written leaves those that are listed; then it goes on")
  func limitedShards() throws {
    let folder = try TemporaryFolder()
    let line = "\"$UMWELT\" rollout Catch --observation pixels64 --save data --episodes"
    #expect(try Program.shell("\(line) 3", in: folder.url).code == 0)
    let before = try comparableFiles(folder.path("data"))
    let outcome = try Program.shell("trap '' XFSZ; ulimit -f 100; \(line) 60", in: folder.url)
    #expect(outcome.code == 1)
    #expect(
      outcome.errors.contains("shard-0001-frames.npy: write: File too large"),
      "\(outcome.errors)")
    #expect(try comparableFiles(folder.path("data")) == before)
    let rest = try Program.shell("\(line) 60", in: folder.url)
    #expect(rest.code == 0 && rest.output.hasPrefix("60 episodes"), "\(rest)")
  }
}
