import EnvironmentKit
import Environments
import Experiments
import FinishedRuns
import Foundation
import LongWork
import Pictures
import Settings
import TestSupport
import Testing
import UmweltCommands
import Viewer

@Suite("umwelt dream")
struct DreamTests {
  static func scene(
    isPerson: Bool = false
  ) throws -> (scene: DreamScene, session: DreamSession) {
    let session = try DreamSessionTests.session()
    let entry = try #require(Catalog.entry("TakeCover"))
    return (try DreamScene(session, entry: entry, seed: 3, isPerson: isPerson), session)
  }

  @Test("keys: Tab, temperature, branch, back, dream from here, hand over, anew")
  func keys() throws {
    var (scene, session) = try Self.scene()
    func press(_ keys: Key...) throws {
      for key in keys { _ = try scene.press(KeyPress(key)) }
    }
    try press(.tab)
    #expect(!session.looksAtDream)
    try press(.tab, .equals, .equals, .minus)
    #expect(session.looksAtDream && abs(session.temperature - 1.05) < 1e-6)
    for _ in 0..<200 { try press(.minus) }
    #expect(abs(session.temperature - 0.05) < 1e-6)
    for _ in 0..<4 { try scene.advance(SceneInput()) }
    try press(.b)
    for _ in 0..<4 { try scene.advance(SceneInput()) }
    try press(.c)
    #expect(session.step == 8 && session.branches == [4])
    #expect(session.dreamLatent == session.realLatent)
    try press(.backspace)
    #expect(session.step == 4)
    #expect(scene.keys.binding(for: KeyPress(.left))?.command == nil)
    try scene.perform(.switchPlayer)
    try scene.advance(SceneInput(held: [.right]))
    #expect(session.action == 2)
    try scene.advance(SceneInput())
    #expect(session.action == 0)
    try scene.perform(.reset)
    #expect(session.seed == 4 && session.step == 0)
    try scene.perform(.resetSameSeed)
    #expect(session.seed == 4)
  }

  @Test("a world's own keys win while a person plays, the controls while the agent does")
  func ownKeys() throws {
    let entry = try #require(Catalog.entry("MiniGrid-Empty-5x5-v0"))
    let session = try DreamSessionTests.session(entry.id)
    let agent = try DreamScene(session, entry: entry, seed: 1, isPerson: false)
    let person = try DreamScene(session, entry: entry, seed: 1, isPerson: true)
    #expect(agent.keys.binding(for: KeyPress(.space))?.command == .pause)
    #expect(person.keys.binding(for: KeyPress(.space))?.command != .pause)
    #expect(person.waitsForKey && !agent.waitsForKey)
    var scene = person
    try session.reset(seed: 1)
    let isTaken = try scene.press(KeyPress(.enter))
    #expect(!isTaken)
    session.looksAtDream = false
    while !session.hasEnded { try session.advance(person: 0) }
    let isTakenThen = try scene.press(KeyPress(.enter))
    #expect(isTakenThen && session.seed == 2 && session.step == 0)
  }

  @Test("a window under SDL's dummy driver shows what a file keeps")
  func window() throws {
    setenv("SDL_VIDEODRIVER", "dummy", 1)
    let folder = try TemporaryFolder()
    var settings = LoopSettings()
    settings.maximumSteps = 5
    var shown = InteractiveLoop(try Self.scene().scene, settings: settings)
    try shown.run()
    let sink = try FrameSink(path: folder.path("file.gif"), framesPerSecond: 20)
    var saved = InteractiveLoop(try Self.scene().scene)
    try saved.run(frames: 6, into: sink)
    var (first, last) = (shown.scene, saved.scene)
    let pictures = (first.frame(), last.frame())
    #expect(pictures.0 == pictures.1)
    #expect(try GIFAnimation(gif: folder.path("file.gif")).frames.count == 6)
  }

  @Test("R records to the folder that was named, Space pauses, N takes one step")
  func loopKeys() throws {
    let folder = try TemporaryFolder()
    var settings = LoopSettings()
    settings.savePrefix = folder.path("dream")
    let notes = Notes()
    settings.notify = { notes.lines.append($0) }
    let surface = KeySurface([.space, .r, .n, .n, .tab, .n, .r])
    var loop = InteractiveLoop(try Self.scene().scene, settings: settings)
    try loop.run(on: surface)
    #expect(loop.steps == 3)
    #expect(notes.lines == ["recorded \(folder.path("dream-1.gif"))"])
    let frames = try GIFAnimation(gif: folder.path("dream-1.gif")).frames
    #expect(frames.count == 4)
    #expect(surface.shown.count >= 7)
    if let gallery = ProcessInfo.processInfo.environment["UMWELT_GALLERY"] {
      var scene = loop.scene
      var frame = scene.frame()
      frame.withCanvas { loop.keyMap.help.draw(on: $0) }
      try PNG.write(frame, to: "\(gallery)/dream-help.png")
    }
  }

  /// What a loop told; the loop stays on the test's thread.
  final class Notes: @unchecked Sendable {
    var lines: [String] = []
  }

  /// A surface without SDL that gives one key at a time and then closes; time stands still.
  final class KeySurface: LoopSurface {
    let isVisible = true
    private(set) var shown: [Frame] = []
    private var keys: [Key]

    init(_ keys: [Key]) { self.keys = keys }

    func now() -> Double { 0 }
    func show(_ frame: Frame) { shown.append(frame) }
    func events(waitingUpTo seconds: Double) -> [WindowEvent] {
      if keys.isEmpty { return [.closed] }
      let key = keys.removeFirst()
      return [.pressed(KeyPress(key)), .released(key)]
    }
  }

  @Test("without a window it writes as many frames as asked, the same ones each time")
  func headless() throws {
    let folder = try TemporaryFolder()
    let run = try FinishedSmallRun.path()
    for (name, player) in [("a.gif", "--agent"), ("b.gif", "--agent"), ("c.gif", "--person")] {
      let outcome = try Program.run(
        "dream", run, player, "--temperature", "0.5", "--frames", "12", "--save", name,
        in: folder.url)
      #expect(outcome.code == 0 && outcome.output == "wrote \(name)\n", "\(outcome.errors)")
      #expect(try GIFAnimation(gif: folder.path(name)).frames.count == 12)
    }
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: folder.path("a.gif")))
        == Data(contentsOf: URL(fileURLWithPath: folder.path("b.gif"))))
    let outcome = try Program.run(
      "dream", run, "--temperature", "0.5", "--seed", "9", "--frames", "3", "--save", "d.png",
      in: folder.url)
    #expect(outcome.code == 0)
    let (place, toolkit) = (
      RunFolder(URL(fileURLWithPath: run)), Toolkit.standard(worlds: Catalog.entries)
    )
    let finished = try FinishedRun(place, toolkit)
    let session = try finished.dreamSession()
    session.gauge = try FinishedVision.surpriseGauge(
      finished, toolkit, alpha: 0.01, progress: ProgressReporter.standardError())
    session.temperature = 0.5
    try session.reset(seed: 9)
    for _ in 0..<2 { try session.advance() }
    #expect(try PNG.read(folder.path("d.png")) == session.panel(player: "agent").frame())
  }

  @Test("a run without M says that it cannot dream")
  func noMemory() throws {
    let folder = try TemporaryFolder()
    let made = try Program.run(
      smallRun + [
        "--set", "learner.in=world", "--set", "model.kind=autoencoder", "--set",
        "agent.input=[latent]", "--run-dir", "run",
      ],
      in: folder.url)
    #expect(made.code == 0, "\(made.errors)")
    let outcome = try Program.run(
      "dream", "run", "--frames", "2", "--save", "a.gif", in: folder.url)
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("imagines nothing: there is no dream"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("a.gif")))
  }

  @Test(
    "wrong options are one clear error",
    arguments: [
      (["--temperature", "0"], "--temperature 0.0: out of range; give 0.05 to 5"),
      (["--temperature", "nan"], "out of range"),
      (["--agent", "--person"], "already been set"),
      (["--frames", "5"], "one without the other"),
      (["--frames", "5", "--save", "a.mp4"], "neither in .gif nor in .png"),
      (["--seed=-1"], "'-1'"),
    ])
  func usage(options: [String], message: String) throws {
    let outcome = try Program.run(["dream", "nowhere"] + options)
    #expect(outcome.code == 2)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }
}
