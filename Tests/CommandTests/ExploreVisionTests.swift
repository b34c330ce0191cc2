import Datasets
import Environments
import Experiments
import Files
import FinishedRuns
import Foundation
import LongWork
import Pictures
import TestSupport
import Testing
import UmweltCommands
import Viewer

/// `umwelt explore` on runs of V alone, of any kind of frames.
@Suite("umwelt explore on frames alone", .serialized)
struct ExploreVisionTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func url(_ name: String) -> URL { folder.url.appending(path: name) }

  private func train(_ arguments: [String]) throws {
    let made = try Program.run(
      ["train", "vision", "--run-dir", "run", "--set", "model.steps=20", "--frames"] + arguments
        + ["--set", "model.latentSize=3", "--set", "model.batchSize=16"], in: folder.url)
    try #require(made.code == 0, "\(made.errors)")
  }

  private func pictures() throws {
    let bytes: [UInt8] = (0..<120 * 64).map { (place: Int) in
      (place / 8 + place / 64) % 4 == 0 ? 220 : 20
    }
    try NpyWriter.write(bytes, shape: [120, 8, 8], to: url("x.npy"))
    try NpyWriter.write((0..<120).map { Float($0 % 4) }, shape: [120], to: url("y.npy"))
    try train([folder.path("x.npy"), "--labels", folder.path("y.npy")])
  }

  /// What a kind of frames is trained from.
  private func make(_ kind: FrameKind) throws {
    switch kind {
    case .pictures: try pictures()
    case .vectors:
      let rows: [Float] = (0..<120 * 5).map { (place: Int) in sin(Float(place * place % 97)) }
      try NpyWriter.write(rows, shape: [120, 5], to: url("x.npy"))
      try train([folder.path("x.npy"), "--kind", "vectors"])
    case .cells:
      let codes: [UInt8] = (0..<120 * 32).map { (place: Int) in UInt8(place * 7 % 5) }
      try NpyWriter.write(codes, shape: [120, 4, 4, 2], to: url("x.npy"))
      try train([folder.path("x.npy"), "--kind", "cells"])
    case .counts:
      try FileManager.default.createDirectory(at: url("x"), withIntermediateDirectories: true)
      for document in 0..<60 {
        let known: [String] = ["storm", "sails", "bread", "oven"]
        let words: [String] = (0..<9).map { (place: Int) in known[place * document % 4] }
        try Data(words.joined(separator: " ").utf8).write(to: url("x/\(document).txt"))
      }
      try train([folder.path("x"), "--kind", "counts"])
    }
  }

  private func explorer() throws -> LatentExplorer {
    return try FinishedVision(
      RunFolder(url("run")), .standard(worlds: Catalog.entries)
    ).latentExplorer(seed: 1, progress: .silent)
  }

  @Test(
    "without a window it draws frames of every kind, the same ones each time",
    arguments: FrameKind.allCases)
  func kinds(_ kind: FrameKind) throws {
    try make(kind)
    for name in ["a.gif", "b.gif"] {
      let drawn = try Program.run(
        "explore", "run", "--frames", "30", "--save", name, in: folder.url)
      #expect(drawn.code == 0 && drawn.output == "wrote \(name)\n", "\(drawn.errors)")
    }
    #expect(try Data(contentsOf: url("a.gif")) == Data(contentsOf: url("b.gif")))
    let frames = try GIFAnimation(gif: folder.path("a.gif")).frames
    #expect(frames.count == 30 && Set(frames).count > 5)
  }

  @Test("keys go through the held-out frames with their labels, and draw from both priors")
  func keys() throws {
    try pictures()
    let explorer = try explorer()
    var scene = ExploreScene(explorer, sweeps: false)
    #expect(explorer.frameCount == 15 && explorer.dimensions.count == 3)
    let (start, original) = (explorer.start, explorer.original)
    guard case .frame(let place) = start else { throw Failure() }
    // Every eighth frame is held out: its label is its number modulo 4, so 0.
    #expect(
      explorer.panel(chosen: 0).origin == "from held-out frame \(place + 1) of 15: label 0")
    _ = scene.press(KeyPress(.f))
    #expect(explorer.start != start && explorer.original != nil)
    _ = scene.press(KeyPress(.f, isShifted: true))
    #expect(explorer.start == start && explorer.original == original)
    _ = scene.press(KeyPress(.right, isShifted: true))
    #expect(explorer.latents != explorer.startLatents)
    _ = scene.press(KeyPress(.r))
    guard case .prior(1, let fitted) = explorer.start else { throw Failure() }
    #expect(fitted.hasPrefix("fitted ") && explorer.original == nil)
    _ = scene.press(KeyPress(.r, isShifted: true))
    #expect(explorer.start == .prior(draw: 2, of: "standard normal"))
    #expect(explorer.panel(chosen: 0).origin == "from draw 2 of the standard normal")
  }

  @Test("facts that are read of latents have sliders, which move the latents to what is wished")
  func facts() throws {
    let count = 800
    let height = { (frame: Int) in frame * 7 % 13 % 4 }
    let bytes = (0..<count).flatMap { frame in
      (0..<64).map { pixel -> UInt8 in
        pixel / 16 == height(frame) ? UInt8(100 + frame * 37 % 150) : 10
      }
    }
    try NpyWriter.write(bytes, shape: [count, 8, 8], to: url("x.npy"))
    try NpyWriter.write(
      (0..<count).flatMap { [Float(height($0)), Float(100 + $0 * 37 % 150)] }, shape: [count, 2],
      to: url("y.npy"))
    try train([
      folder.path("x.npy"), "--labels", folder.path("y.npy"), "--set", "collect.heldOutEvery=2",
      "--set", "model.steps=300",
    ])
    let explorer = try explorer()
    var scene = ExploreScene(explorer, sweeps: false)
    let (latents, facts) = (explorer.dimensions.count, explorer.factCount)
    #expect((1...5).contains(facts))
    let panel = explorer.panel(chosen: 0)
    #expect(panel.facts.count == facts && panel.facts.allSatisfy { $0.quality >= 0.1 })
    #expect(panel.facts.allSatisfy { $0.name.hasPrefix("label ") && $0.value == $0.start })
    _ = scene.press(KeyPress(.tab))
    #expect(scene.chosen == latents)
    for place in latents..<latents + facts {
      for wished in [Float(1), -0.5] {
        explorer.set(wished, at: place)
        // Latents are of single precision.
        #expect(abs(explorer.value(at: place) - wished) < 1e-4)
      }
      explorer.restore(place)
      let fact = explorer.panel(chosen: place).facts[place - latents]
      #expect(abs(fact.value - fact.start) < 1e-4)
    }
    let before = explorer.value(at: latents)
    _ = scene.press(KeyPress(.right, isShifted: true))
    #expect(explorer.latents != explorer.startLatents)
    #expect(explorer.value(at: latents) > before + 0.4)
    _ = scene.press(KeyPress(.end))
    #expect(scene.chosen == latents + facts - 1)
    _ = scene.press(KeyPress(.tab))
    #expect(scene.chosen == 0)
    _ = scene.press(KeyPress(.end))
    #expect(scene.chosen == latents - 1)
  }

  @Test("a window under SDL's dummy driver shows what a file keeps")
  func window() throws {
    try pictures()
    setenv("SDL_VIDEODRIVER", "dummy", 1)
    var settings = LoopSettings()
    settings.maximumSteps = 5
    settings.savePrefix = folder.path("shot")
    var shown = InteractiveLoop(
      ExploreScene(try explorer(), sweeps: true), settings: settings)
    try shown.run()
    let saved = try Program.run(
      "explore", "run", "--frames", "6", "--save", "file.png", in: folder.url)
    #expect(saved.code == 0, "\(saved.errors)")
    var scene = shown.scene
    let last = scene.frame()
    #expect(try PNG.read(folder.path("file.png")) == last)
  }

  @Test("what asks for an agent or a world says what fits, and frames that are gone are told")
  func refusals() throws {
    try pictures()
    let before = folder.contents
    for command in [
      ["watch", "run", "--frames", "2", "--save", "a.gif"],
      ["dream", "run", "--frames", "2", "--save", "a.gif"],
      ["rollout", "Catch", "--policy", "run", "--save", "episodes"],
      ["evaluate", "run"], ["evaluate", "model", "run"],
    ] {
      let refused = try Program.run(command, in: folder.url)
      #expect(refused.code == 2 && refused.errors.split(separator: "\n").count == 1)
      #expect(refused.errors.contains("umwelt explore run"), "\(refused.errors)")
    }
    #expect(folder.contents == before)
    try FileManager.default.removeItem(at: url("x.npy"))
    let gone = try Program.run(
      "explore", "run", "--frames", "2", "--save", "a.gif", in: folder.url)
    #expect(gone.code == 2 && gone.errors.contains("x.npy: there is no such file"))
    try NpyWriter.write(
      [UInt8](repeating: 7, count: 120 * 64), shape: [120, 8, 8], to: url("x.npy"))
    let other = try Program.run(
      "explore", "run", "--frames", "2", "--save", "a.gif", in: folder.url)
    #expect(other.code == 2 && other.errors.contains("have changed since"), "\(other.errors)")
  }

  private struct Failure: Error {}
}
