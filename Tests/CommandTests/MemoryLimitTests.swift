import Foundation
import TestSupport
import Testing

/// What becomes of the program where memory runs out.
@Suite("Memory that runs out", .serialized)
struct MemoryLimitTests {
  @Test("is one error within seconds, with exit code 1, and the run goes on with more")
  func limits() throws {
    let folder = try TemporaryFolder()
    var refusals = 0
    for limit in stride(from: 240_000, through: 400_000, by: 20_000) {
      let start = ContinuousClock().now
      let outcome = try Program.shell(
        "ulimit -v \(limit); \"$UMWELT\" \(smallRun.joined(separator: " ")) --run-dir run --threads 2",
        in: folder.url)
      #expect(ContinuousClock().now - start < .seconds(60))
      // Too little even to load the libraries: the loader says so, before the program begins.
      if outcome.errors.contains("error while loading shared libraries") { continue }
      if outcome.code == 0 { break }
      #expect(outcome.code == 1, "\(limit): \(outcome.errors)")
      let errors = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("error: ") }
      #expect(errors.count == 1, "\(limit): \(outcome.errors)")
      refusals += 1
    }
    #expect(refusals > 0)
    let outcome = try Program.run(smallRun + ["--run-dir", folder.path("run")])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let whole = try TemporaryFolder()
    _ = try Program.run(smallRun + ["--run-dir", whole.path("run")])
    #expect(try comparableFiles(folder.path("run")) == comparableFiles(whole.path("run")))
  }

  @Test("a size that no machine has is one error")
  func absurdSize() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(
      smallRun + [
        "--run-dir", folder.path("run"), "--set", "learner.hiddenUnits=65536", "--set",
        "model.steps=1",
      ])
    #expect(outcome.code == 1 || outcome.code == 2, "\(outcome.errors)")
    #expect(outcome.errors.contains("error: "))
  }
}
