import Foundation
import TestSupport
import Testing

/// What `docs/checkpoints.md` says of the files of a run.
@Suite("The page on checkpoints", .serialized)
struct CheckpointPageTests {
  private static let docs = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs")

  @Test("every sample in Python is part of the script that is run here") func samples() throws {
    func text(_ name: String) throws -> String {
      try String(contentsOf: Self.docs.appendingPathComponent(name), encoding: .utf8)
    }
    let script = try text("reproduce.py")
    let samples = try text("checkpoints.md").components(separatedBy: "```python\n").dropFirst()
      .compactMap { $0.components(separatedBy: "```").first }
    #expect(samples.count >= 5)
    for sample in samples { #expect(script.contains(sample), "\(sample)") }
  }

  @Test(
    "NumPy computes from the checkpoints what the program did",
    .enabled(if: Python.hasNumPy, "python3 has no numpy"),
    arguments: [
      // As the preset has it: C on [z, h], one mixture for all dimensions, one output cut in parts.
      ["TakeCover"],
      // A layer of tanh on [z, c, h], samples of z, actions as parts, a mixture for each dimension.
      [
        "TakeCover", "--set", "agent.input=[latent, cell, hidden]",
        "--set", "model.reading=sampled", "--set", "model.memory.actionEncoding=parts",
        "--set", "model.memory.takesRestart=true", "--set", "model.memory.sharesMixture=false",
        "--set", "model.likelihood=bernoulli", "--set", "learner.hiddenUnits=6",
        "--set", "learner.bias=false", "--set", "learner.readout=greatest",
      ],
      // Without a memory, actions drawn.
      [
        "MiniGrid-Empty-5x5-v0", "--set", "model.kind=autoencoder", "--set", "learner.in=world",
        "--set", "agent.input=[latent]",
      ],
      // Codes: categories that are drawn, and vectors of a book.
      [
        "TakeCover", "--set", "model.kind=autoencoder", "--set", "learner.in=world",
        "--set", "agent.input=[latent]", "--set", "model.latent.kind=categorical",
        "--set", "model.latent.groups=5", "--set", "model.latent.classes=4",
        "--set", "model.reading=sampled",
      ],
      [
        "TakeCover", "--set", "model.kind=autoencoder", "--set", "learner.in=world",
        "--set", "agent.input=[latent]", "--set", "model.latent.kind=quantised",
        "--set", "model.latent.groups=3", "--set", "model.latent.classes=6",
        "--set", "model.freeBits=0",
      ],
    ])
  func reproduced(options: [String]) throws {
    let folder = try TemporaryFolder()
    let run = try Program.run(smallRun + options + ["--run-dir", "run"], in: folder.url)
    try #require(run.code == 0, "\(run.errors)")
    let rollout = try Program.run(
      "rollout", options[0], "--policy", "run", "--episodes", "3", "--observation", "pixels64",
      "--save", "played", in: folder.url)
    try #require(rollout.code == 0, "\(rollout.errors)")
    let script = Self.docs.appendingPathComponent("reproduce.py").path
    let answer = try Python.run([script, "run", "played"], in: folder.url)
    #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
    #expect(answer.output.contains("C's actions"))
  }
}
