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

  @Test(
    "sizes that there is no memory for are one error, before anything is made",
    arguments: [
      ("learner.hiddenUnits=65536", "learner.hiddenUnits: the controller would have"),
      ("model.width=512", "model.width: training would take about"),
      ("model.batchSize=100000", "most of it for the autoencoder; the program may have 5.7 GiB"),
      ("model.microbatches=1024 model.batchSize=1024 model.width=32", "model.microbatches"),
      (
        "model.objective.importanceSamples=10000",
        "model.objective.importanceSamples: training would take about"
      ),
      ("model.memory.hiddenSize=16384", "model.memory.hiddenSize: training would take about"),
      (
        "model.memory.sequenceLength=100000 model.memory.batchSize=1000",
        "most of it for the memory"
      ),
      (
        "learner.populationSize=100000 learner.episodesPerCandidate=10000",
        "learner.populationSize: training would take about"
      ),
    ])
  func absurdSizes(settings: String, message: String) throws {
    let folder = try TemporaryFolder()
    let line = (smallRun + ["--set", "agent.input=[latent]", "--run-dir", "run"])
      .map { "'\($0)'" }.joined(separator: " ")
    let more = settings.split(separator: " ").map { "--set \($0)" }.joined(separator: " ")
    let outcome = try Program.shell(
      "ulimit -v 6000000; \"$UMWELT\" \(line) \(more)", in: folder.url)
    #expect(outcome.code == 2, "\(outcome.errors)")
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("run/config.yaml")))
  }
}
