import EnvironmentKit
import Foundation
import Pictures
import TestSupport
import Testing

@Suite("Scripts of one's own", .serialized)
struct ScriptTests {
  @Test("a finished run's latents train a controller, and its checkpoints rebuild the autoencoder")
  func finishedRun() throws {
    let folder = try TemporaryFolder()
    let made = try BuiltProgram("OwnProgram").run(
      [
        "run", "Catch", "--preset", "tiny", "--set", "loop.frames=300",
        "--set", "loop.modelSteps=4", "--set", "loop.learnerSteps=1",
        "--set", "evaluate.episodes=4", "--run-dir", "run",
      ], in: folder.url)
    try #require(made.code == 0, "\(made.errors)")
    let trained = try BuiltProgram("TenLines").run(["run", "2"], in: folder.url)
    #expect(trained.code == 0, "\(trained.output)")
    #expect(trained.output.split(separator: "\n").compactMap { Double($0) }.count == 2)
    let read = try BuiltProgram("ReadCheckpoint").run(["run"], in: folder.url)
    #expect(read.code == 0 && read.output.contains("model.encoder.0.weight F32"), "\(read.output)")
    #expect(read.output.contains("the run's model says the same, bit for bit"))
  }

  @Test("what is missing is said in a line", arguments: ["TenLines", "ReadCheckpoint"])
  func missing(_ name: String) throws {
    let outcome = try BuiltProgram(name).run(["nowhere"])
    #expect(outcome.code == 1)
    #expect(outcome.output.contains("there is no such folder"), "\(outcome.output)")
  }

  @Test("an autoencoder trains on pictures that no world made, and writes what it makes of them")
  func arrays() throws {
    let folder = try TemporaryFolder()
    let outcome = try BuiltProgram("TrainOnArrays").run(["discs.png", "3"], in: folder.url)
    try #require(outcome.code == 0, "\(outcome.output)")
    #expect(outcome.output.contains("step 1: loss"))
    let sheet = try PNG.read(folder.url.appending(path: "discs.png").path)
    #expect(sheet.width == 512 && sheet.height == 128)
  }
}
