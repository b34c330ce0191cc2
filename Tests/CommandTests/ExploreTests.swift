import EnvironmentKit
import Environments
import Experiments
import FinishedRuns
import Foundation
import Pictures
import TestSupport
import Testing
import UmweltCommands
import Viewer

/// One small finished run for all tests that only read it.
enum FinishedSmallRun {
  private static let folder = Result { try TemporaryFolder() }
  private static let made = Result {
    let path = try folder.get().path("run")
    let outcome = try Program.run(smallRun + ["--run-dir", path])
    guard outcome.code == 0 else { throw Failure(errors: outcome.errors) }
    return path
  }

  /// The run's folder.
  static func path() throws -> String { try made.get() }

  struct Failure: Error { let errors: String }
}

@Suite("umwelt explore")
struct ExploreTests {
  static func explorer(seed: UInt64 = 1) throws -> LatentExplorer {
    try FinishedRun(
      RunFolder(URL(fileURLWithPath: FinishedSmallRun.path())), .standard(worlds: Catalog.entries)
    )
    .latentExplorer(seed: seed)
  }

  static func scene(sweeps: Bool = false) throws -> (scene: ExploreScene, explorer: LatentExplorer)
  {
    let explorer = try explorer()
    return (ExploreScene(explorer, sweeps: sweeps), explorer)
  }

  @Test("without a window it writes as many frames as asked, the same ones each time")
  func headless() throws {
    let folder = try TemporaryFolder()
    let run = try FinishedSmallRun.path()
    for name in ["a.gif", "b.gif", "a.png"] {
      let outcome = try Program.run(
        "explore", run, "--frames", "30", "--save", name, in: folder.url)
      #expect(outcome.code == 0 && outcome.output == "wrote \(name)\n", "\(outcome.errors)")
    }
    let frames = try GIFAnimation(gif: folder.path("a.gif")).frames
    #expect(frames.count == 30)
    #expect(Set(frames).count > 20)
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: folder.path("a.gif")))
        == Data(contentsOf: URL(fileURLWithPath: folder.path("b.gif"))))
    var (scene, _) = try Self.scene(sweeps: true)
    for _ in 0..<29 { scene.advance(SceneInput()) }
    let last = scene.frame()
    #expect(try PNG.read(folder.path("a.png")) == last)
  }

  @Test("latents come by KL, and are as many as the run's")
  func order() throws {
    let explorer = try Self.explorer()
    let divergences = explorer.dimensions.map(\.divergence)
    #expect(divergences == divergences.sorted(by: >))
    #expect(explorer.dimensions.map(\.index).sorted() == Array(0..<8))
  }

  @Test("the arrows choose and move, shift moves far, and nothing passes the end")
  func arrows() throws {
    var (scene, explorer) = try Self.scene()
    for key in [Key.z, .down, .down, .up] {
      let isTaken = scene.press(KeyPress(key))
      #expect(isTaken)
    }
    #expect(scene.chosen == 1)
    _ = scene.press(KeyPress(.right))
    _ = scene.press(KeyPress(.right, isShifted: true))
    #expect(abs(explorer.value(at: 1) - 0.6) < 1e-6)
    for _ in 0..<100 { _ = scene.press(KeyPress(.left, isShifted: true, isRepeat: true)) }
    #expect(explorer.value(at: 1) == explorer.bounds.lowerBound)
    #expect(explorer.value(at: 0) == 0)
    _ = scene.press(KeyPress(.backspace))
    #expect(explorer.value(at: 1) == 0)
    _ = scene.press(KeyPress(.pageDown))
    #expect(scene.chosen == 7)
    _ = scene.press(KeyPress(.home))
    #expect(scene.chosen == 0)
    let isTaken = scene.press(KeyPress(.q))
    #expect(!isTaken)
  }

  @Test("R draws from the prior, Z gives zeros, F goes through the held-out frames")
  func starts() throws {
    var (scene, explorer) = try Self.scene()
    guard case .frame(let first) = explorer.start else {
      throw FinishedSmallRun.Failure(errors: "")
    }
    let latents = explorer.latents
    #expect(explorer.original != nil)
    _ = scene.press(KeyPress(.f))
    guard case .frame(let second) = explorer.start else {
      throw FinishedSmallRun.Failure(errors: "")
    }
    #expect(second != first && explorer.latents != latents)
    _ = scene.press(KeyPress(.f, isShifted: true))
    #expect(explorer.start == .frame(first) && explorer.latents == latents)
    _ = scene.press(KeyPress(.r))
    guard case .prior(1, let prior) = explorer.start else {
      throw FinishedSmallRun.Failure(errors: "")
    }
    #expect(prior.hasPrefix("fitted mixture of ") && explorer.original == nil)
    let draw = explorer.latents
    #expect(Set(draw).count == 8)
    _ = scene.press(KeyPress(.r))
    #expect(explorer.latents != draw)
    _ = scene.press(KeyPress(.r, isShifted: true))
    #expect(explorer.start == .prior(draw: 3, of: "standard normal"))
    let other = try Self.explorer(seed: 2)
    other.startFromPrior()
    #expect(other.latents != draw)
    let same = try Self.explorer()
    same.startFromPrior()
    #expect(same.latents == draw)
    _ = scene.press(KeyPress(.z))
    #expect(explorer.latents.allSatisfy { $0 == 0 } && explorer.start == .zeros)
  }

  @Test("F steps to a frame that looks different, and Shift-F goes all the way back")
  func unlikeFrames() throws {
    var (scene, explorer) = try Self.scene()
    let start = explorer.start
    func difference(_ first: Frame?, _ second: Frame?) -> Double {
      let pairs = zip(first?.pixels ?? [], second?.pixels ?? [])
      return pairs.reduce(0.0) { $0 + Double(abs(Int($1.0) - Int($1.1))) } / (64 * 64 * 3)
    }
    let neighbour = try Self.explorer()
    neighbour.startFromFrame(movingBy: 0)
    let here = neighbour.original
    neighbour.startFromFrame(movingBy: 1)
    let near = difference(here, neighbour.original)
    var seen = [explorer.original]
    for _ in 0..<5 {
      _ = scene.press(KeyPress(.f))
      #expect(difference(seen.last ?? nil, explorer.original) > max(4, 2 * near))
      seen.append(explorer.original)
    }
    for _ in 0..<5 { _ = scene.press(KeyPress(.f, isShifted: true)) }
    #expect(explorer.start == start)
  }

  @Test("a sweep passes both ends, brings every latent back, and S ends it")
  func sweep() throws {
    var (scene, explorer) = try Self.scene()
    let start = explorer.latents
    _ = scene.press(KeyPress(.s))
    var values: [Float] = []
    for _ in 0..<24 {
      scene.advance(SceneInput())
      values.append(explorer.value(at: 0))
    }
    #expect((values.max() ?? 0) > 2.4 && (values.min() ?? 0) < -2.4)
    #expect(explorer.latents == start)
    scene.advance(SceneInput())
    #expect(scene.chosen == 1 && explorer.latents != start)
    _ = scene.press(KeyPress(.s))
    #expect(explorer.latents == start)
    scene.advance(SceneInput())
    #expect(explorer.latents == start)
  }

  @Test("a drag of the mouse moves the slider on which it began")
  func mouse() throws {
    var (scene, explorer) = try Self.scene()
    _ = scene.press(KeyPress(.z))
    let panel = explorer.panel(chosen: 0)
    let rows = (0..<scene.frame().height).filter { panel.slider(atX: 700, y: $0)?.index == 2 }
    let y = try #require(rows.first)
    var changes = [scene.point(at: PointerPlace(x: 700, y: y))]
    #expect(scene.chosen == 2)
    changes.append(scene.point(at: PointerPlace(x: 10_000, y: 0)))
    #expect(explorer.value(at: 2) == explorer.bounds.upperBound)
    changes.append(scene.point(at: nil))
    changes.append(scene.point(at: PointerPlace(x: 10, y: 10)))
    #expect(changes == [true, true, false, false])
    #expect(explorer.latents.count { $0 != 0 } == 1)
  }

  @Test("a window under SDL's dummy driver shows what a file keeps")
  func window() throws {
    setenv("SDL_VIDEODRIVER", "dummy", 1)
    let folder = try TemporaryFolder()
    var settings = LoopSettings()
    settings.maximumSteps = 5
    settings.savePrefix = folder.path("shot")
    var shown = InteractiveLoop(try Self.scene(sweeps: true).scene, settings: settings)
    try shown.run()
    let sink = try FrameSink(path: folder.path("file.png"), framesPerSecond: 20)
    var saved = InteractiveLoop(try Self.scene(sweeps: true).scene)
    try saved.run(frames: 6, into: sink)
    var scene = shown.scene
    let last = scene.frame()
    #expect(try PNG.read(folder.path("file.png")) == last)
  }

  @Test("what cannot be explored is one clear error")
  func errors() throws {
    let folder = try TemporaryFolder()
    let missing = try Program.run("explore", "nowhere", in: folder.url)
    #expect(missing.code == 2)
    #expect(missing.errors.hasPrefix("error: ") && missing.errors.contains("no such folder"))
    let cut = try Program.run("explore", "nowhere", "--frames", "5", in: folder.url)
    #expect(cut.code == 2 && cut.errors.contains("one without the other"))
    let kind = try Program.run(
      "explore", "nowhere", "--frames", "5", "--save", "a.mp4", in: folder.url)
    #expect(kind.code == 2 && kind.errors.contains("neither in .gif nor in .png"))
    let seed = try Program.run("explore", "nowhere", "--seed", "x", in: folder.url)
    #expect(seed.code == 2 && seed.errors.split(separator: "\n").first?.contains("'x'") == true)
    let screen = try Program.run(
      "explore", try FinishedSmallRun.path(),
      environment: ["DISPLAY": nil, "WAYLAND_DISPLAY": nil, "SDL_VIDEODRIVER": nil],
      in: folder.url)
    #expect(screen.code == 1 && screen.errors.contains("--frames 200 --save explore.gif"))
    for command in ["watch", "dream"] {
      let outcome = try Program.run(
        command, try FinishedSmallRun.path(),
        environment: ["DISPLAY": nil, "WAYLAND_DISPLAY": nil, "SDL_VIDEODRIVER": nil],
        in: folder.url)
      #expect(outcome.code == 1 && outcome.errors.contains("there is no display"))
      #expect(!outcome.errors.contains("learn what is normal"), "\(outcome.errors)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }

  @Test("a run whose data are gone says so")
  func noData() throws {
    let folder = try TemporaryFolder()
    let copy = folder.url.appendingPathComponent("run")
    try FileManager.default.copyItem(
      at: URL(fileURLWithPath: try FinishedSmallRun.path()), to: copy)
    try FileManager.default.removeItem(at: copy.appendingPathComponent("data"))
    let outcome = try Program.run("explore", copy.path, "--frames", "2", "--save", "/tmp/x.gif")
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("there is no data set"))
  }
}
