import EnvironmentKit
import Environments
import Experiments
import Files
import FinishedRuns
import Foundation
import TestSupport
import Testing
import UmweltCommands
import Viewer

/// Whole runs whose latents are codes: the loop, the report, every window, every evaluation.
@Suite("Runs with codes in the place of Gaussian latents", .serialized)
struct CodesRunTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func url(_ name: String) -> URL { folder.url.appending(path: name) }

  private func json(_ file: String) throws -> JSONValue {
    try JSONValue(reading: [UInt8](Data(contentsOf: url(file))))
  }

  /// The settings of a kind.
  static func settings(_ kind: String) -> [String] {
    let more = kind == "quantised" ? ["freeBits=0", "latent.codeSize=3"] : []
    return (["latent.kind=\(kind)", "latent.groups=5", "latent.classes=4"] + more).flatMap {
      ["--set", "model.\($0)"]
    }
  }

  private static let seeing = [
    "TakeCover", "--set", "model.kind=autoencoder", "--set", "learner.in=world", "--set",
    "agent.input=[latent]",
  ]

  @Test(
    "a run learns, is judged, and every window shows it", arguments: ["quantised", "categorical"])
  func wholeRun(kind: String) throws {
    let made = try Program.run(
      smallRun + Self.seeing + Self.settings(kind) + ["--run-dir", "run"], in: folder.url)
    try #require(made.code == 0, "\(made.errors)")
    let vision = try #require(try json("run/summary.json")["vision"])
    #expect(vision["latents"]?.asInteger == 5)
    #expect((vision["activeUnits"]?.asInteger).map { (0...5).contains($0) } == true)
    #expect(vision["priorGain"]?.asNumber?.isFinite == true)
    let kl = try #require(vision["kl"]?.asNumber)
    let most = 5 * log(4.0)
    #expect(kl <= most + 1e-6)
    #expect(kind == "categorical" || kl > most - 1e-6)
    for picture in ["reconstruction", "traversal", "samples", "learning"] {
      #expect(FileManager.default.fileExists(atPath: url("run/media/\(picture).png").path))
    }
    let page = try String(contentsOf: url("run/report.html"), encoding: .utf8)
    #expect(page.contains("of 5 latents"))
    for (command, name) in [("watch", "watch.gif"), ("explore", "explore.gif")] {
      let shown = try Program.run(
        command, "run", "--frames", "12", "--save", name, in: folder.url)
      #expect(shown.code == 0 && shown.output.contains("wrote \(name)"), "\(shown.errors)")
    }
    try explore()
    let described = try Program.run(
      ["describe", "--preset", "tiny"] + Self.seeing.dropFirst() + Self.settings(kind),
      in: folder.url)
    #expect(described.code == 0, "\(described.errors)")
    #expect(described.output.contains(kind == "quantised" ? "book" : "logits.weight"))
    #expect(described.output.contains("latents: 5 codes of 4 values"))
  }

  /// Codes are called by their numbers, 0 to 3, and moved by one.
  private func explore() throws {
    let explorer = try FinishedRun(RunFolder(url("run")), .standard(worlds: Catalog.entries))
      .latentExplorer(seed: 1)
    var scene = ExploreScene(explorer, sweeps: false)
    #expect(explorer.isCoded && explorer.bounds == 0...3)
    #expect(explorer.latents.allSatisfy { (0...3).contains($0) && $0 == $0.rounded() })
    var values: [Float] = []
    for press in [
      KeyPress(.zero), KeyPress(.right), KeyPress(.right, isShifted: true), KeyPress(.left),
    ] {
      _ = scene.press(press)
      values.append(explorer.value(at: 0))
    }
    #expect(values == [0, 1, 3, 2])
    let sliders = explorer.panel(chosen: 0).sliders
    #expect(sliders.allSatisfy { (0...3).contains($0.value) && (0...3).contains($0.start) })
  }

  @Test(
    "evaluate vision tells what there is, the same bytes again",
    arguments: ["quantised", "categorical"])
  func evaluated(kind: String) throws {
    var bytes: [UInt8] = []
    for frame in 0..<400 {
      let (bar, bright, dark) = (frame * 7 % 13 % 4, UInt8(200 + frame % 40), UInt8(frame % 30))
      for pixel in 0..<144 { bytes.append(pixel / 36 == bar ? bright : dark) }
    }
    try NpyWriter.write(bytes, shape: [400, 12, 12], to: url("x.npy"))
    let made = try Program.run(
      [
        "train", "vision", "--preset", "tiny", "--steps", "60", "--run-dir", "run", "--frames",
        "x.npy", "--set", "collect.heldOutEvery=2",
      ] + Self.settings(kind), in: folder.url)
    try #require(made.code == 0, "\(made.errors)")
    let judged = try Program.run(
      "evaluate", "vision", "run", "--samples", "10", "--json", in: folder.url)
    try #require(judged.code == 0, "\(judged.errors)")
    let found = try JSONValue(reading: [UInt8](judged.output.utf8))
    func value(_ name: String) -> Double? { found[name]?["value"]?.asNumber }
    let both = [
      "reconstruction", "psnr", "activeUnits", "codes.perplexity", "codes.used", "codes.nats",
      "samples.coverage", "samples.uniform.coverage", "reconstructions.coverage",
    ]
    for name in both { #expect(value(name)?.isFinite == true, "\(name)") }
    for name in ["mutualInformation", "totalCorrelation", "samples.standardNormal.coverage"] {
      #expect(value(name) == nil, "\(name)")
    }
    let bounds = ["elbo", "kl", "nll.iw.1", "nll.iw.10", "iw.ess"].map { value($0) }
    if kind == "quantised" {
      #expect(bounds.allSatisfy { $0 == nil })
    } else {
      let (elbo, one): (Double, Double) = (bounds[0] ?? .nan, bounds[2] ?? .nan)
      let parts: Double = (value("reconstruction") ?? .nan) + (bounds[1] ?? .nan)
      #expect(abs(elbo + parts) < 1e-6)
      #expect(abs(one + elbo) < 0.03 * abs(elbo))
      #expect((bounds[3] ?? .nan) < one)
    }
    let nats: Double = value("codes.nats") ?? .nan
    #expect(abs(nats - 5 * log(4.0)) < 1e-9)
    let perplexity: Double = value("codes.perplexity") ?? .nan
    #expect(perplexity >= 1 && perplexity <= 4)
    let again = try Program.run(
      "evaluate", "vision", "run", "--samples", "10", "--json", "--threads", "1", in: folder.url)
    #expect(again.output == judged.output)
  }

  @Test("what does not go with codes is one error before anything is trained")
  func refused() throws {
    let cases: [([String], String)] = [
      (
        ["run", "TakeCover", "--preset", "quick", "--set", "model.latent.kind=categorical"],
        "model.latent.kind: a mixture memory foretells Gaussian latents, no categorical ones"
      ),
      (
        ["train", "vision", "--frames", "x.npy", "--preset", "mnist"] + Self.settings("quantised")
          + ["--set", "model.beta=2"], "weighs nothing; set model.beta=1"
      ),
      (
        ["train", "vision", "--frames", "x.npy", "--set", "model.latent.kind=bits"],
        "gaussian, quantised, categorical"
      ),
      (
        ["train", "vision", "--frames", "x.npy", "--set", "model.latent.classes=1"],
        "2 to 65536"
      ),
      (
        ["train", "vision", "--frames", "x.npy", "--set", "model.latent.decay=1"],
        "0 or more, less than 1"
      ),
    ]
    try NpyWriter.write(
      [UInt8](repeating: 3, count: 64 * 100), shape: [64, 10, 10], to: url("x.npy"))
    for (arguments, text) in cases {
      let outcome = try Program.run(arguments + ["--run-dir", "run"], in: folder.url)
      #expect(outcome.code != 0 && outcome.errors.contains(text), "\(outcome.errors)")
      #expect(outcome.errors.components(separatedBy: "error:").count == 2, "\(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: url("run/checkpoints").path))
    }
  }
}
