import EnvironmentKit
import Glibc
import Pictures
import Synchronization
import Testing
import Viewer

@Suite struct LoopTests {
  static func run(
    _ script: [(Double, WindowEvent)], steps: Int = 1000, scene: DotScene = DotScene(),
    settings: LoopSettings = LoopSettings(), surface: ScriptedSurface? = nil
  ) throws -> (loop: InteractiveLoop<DotScene>, surface: ScriptedSurface) {
    var settings = settings
    settings.maximumSteps = steps
    let surface = surface ?? ScriptedSurface(script)
    var loop = InteractiveLoop(scene, settings: settings)
    try loop.run(on: surface)
    return (loop, surface)
  }

  static func press(_ key: Key, shift: Bool = false) -> WindowEvent {
    .pressed(KeyPress(key, isShifted: shift))
  }

  @Test("steps keep to the scene's rate, whatever the drawing costs")
  func rate() throws {
    for cost in [0, 0.01, 0.04] {
      let surface = ScriptedSurface([(10.001, .closed)])
      surface.drawingTime = cost
      let (loop, _) = try Self.run([], surface: surface)
      #expect(abs(loop.steps - 200) <= 1)
    }
  }

  @Test("a window that draws far too slowly drops time instead of hurrying")
  func slowDrawing() throws {
    let surface = ScriptedSurface([(10, .closed)])
    surface.drawingTime = 1
    let (loop, _) = try Self.run([], surface: surface)
    #expect((30...44).contains(loop.steps))
  }

  @Test("pause stops the clock, a step goes on once, and nothing spins meanwhile")
  func pause() throws {
    var scene = DotScene()
    scene.keys = KeyMap([])
    let (loop, surface) = try Self.run(
      [
        (1.01, Self.press(.p)), (3, Self.press(.period)), (5, Self.press(.p)), (6.01, .closed),
      ], scene: scene)
    #expect(loop.steps == 20 + 1 + 20)
    // Forty steps and four seconds of waits of a tenth, and a little for the keys.
    #expect(surface.waits.count < 40 + 40 + 10)
  }

  @Test("the scene's own keys win over the loop's")
  func ownKeys() throws {
    let (loop, _) = try Self.run([(0.51, Self.press(.p)), (1.01, .closed)])
    #expect(loop.steps == 20)
    #expect(loop.scene.inputs[10].isDown(.p))
    #expect(loop.keyMap.binding(for: KeyPress(.p))?.meaning == "own use of P")
  }

  @Test("a tap between two steps counts once, a held key until it is released")
  func heldKeys() throws {
    let (loop, _) = try Self.run([
      (0.11, Self.press(.right)), (0.12, .released(.right)), (0.52, Self.press(.right)),
      (0.72, .released(.right)), (1.01, .closed),
    ])
    let fast = loop.scene.inputs.map { $0.isDown(.right) }
    #expect(fast.indices.filter { fast[$0] } == [2, 10, 11, 12, 13])
    #expect(loop.scene.position == 20 + 2 * 5)
  }

  @Test("speed doubles and halves, and returns to normal")
  func speed() throws {
    let (loop, _) = try Self.run([
      (1.01, Self.press(.rightBracket)), (2.01, Self.press(.backslash)),
      (3.01, Self.press(.leftBracket)), (4.01, .closed),
    ])
    #expect(abs(loop.steps - (20 + 40 + 20 + 10)) <= 3)
  }

  @Test("fast mode steps much and draws little")
  func fast() throws {
    let (loop, surface) = try Self.run([(0.01, Self.press(.f))], steps: 5000)
    #expect(loop.steps == 5000)
    #expect(surface.shown.count < 12)
  }

  @Test("commands reach the scene, with shift another")
  func commands() throws {
    let (loop, _) = try Self.run([
      (0.1, Self.press(.enter)), (0.2, Self.press(.enter, shift: true)), (0.3, Self.press(.m)),
      (0.5, .closed),
    ])
    #expect(loop.scene.commands == [.reset, .resetSameSeed, .switchPlayer])
  }

  @Test("a turn-based scene waits for its keys, repeats included")
  func turnBased() throws {
    var scene = DotScene()
    scene.waitsForKey = true
    let (loop, _) = try Self.run(
      [
        (3, Self.press(.right)), (3.5, .pressed(KeyPress(.right, isRepeat: true))),
        (4, Self.press(.x)), (9, .closed),
      ], scene: scene)
    #expect(loop.steps == 2)
    #expect(loop.scene.position == 6)
  }

  @Test("a hidden window is not drawn, and the scene goes on")
  func hidden() throws {
    let surface = ScriptedSurface([(1.01, .closed)])
    surface.isVisible = false
    let (loop, _) = try Self.run([], surface: surface)
    #expect(loop.steps == 20)
    #expect(surface.shown.isEmpty)
  }

  @Test("help and badges are drawn over the window's picture only")
  func overlays() throws {
    let (loop, surface) = try Self.run([(0.01, Self.press(.h)), (0.04, .closed)])
    #expect(surface.shown.count == 2)
    #expect(surface.shown[0] == DotScene().frame())
    #expect(surface.shown[1] != surface.shown[0])
    #expect(loop.scene.frame() == DotScene().frame())
  }

  @Test("a recording holds the frames of its steps, a screenshot the picture of its moment")
  func recording() throws {
    let folder = try TemporaryFolder()
    let notes = Notes()
    var settings = LoopSettings()
    settings.savePrefix = "\(folder.path)/shot"
    settings.notify = { notes.add($0) }
    let (loop, _) = try Self.run(
      [
        (0.01, Self.press(.f12)), (0.02, Self.press(.v)), (1.01, Self.press(.v)), (1.2, .closed),
      ], settings: settings)
    #expect(loop.steps == 23 || loop.steps == 24)
    #expect(try PNG.read("\(folder.path)/shot-1.png") == DotScene().frame())
    let recorded = try GIFAnimation(gif: "\(folder.path)/shot-2.gif").frames
    #expect(recorded.count == 21)
    #expect(recorded.first == DotScene().frame())
    #expect(notes.all.count == 2)
  }

  @Test("a recording that cannot be written is told, and the scene goes on")
  func failedRecording() throws {
    let notes = Notes()
    var settings = LoopSettings()
    settings.savePrefix = "/no/such/folder/shot"
    settings.notify = { notes.add($0) }
    let (loop, _) = try Self.run(
      [(0.01, Self.press(.v)), (0.02, Self.press(.f12)), (1.01, .closed)], settings: settings)
    #expect(loop.steps == 20)
    #expect(notes.all.count == 2 && notes.all.allSatisfy { $0.contains("/no/such/folder") })
  }

  @Test("the loop ends when the settings ask for it, or the scene is over")
  func ending() throws {
    var settings = LoopSettings()
    settings.shouldStop = { true }
    #expect(try Self.run([], settings: settings).loop.steps == 0)
    var scene = DotScene()
    scene.isFinished = true
    #expect(try Self.run([], scene: scene).loop.steps == 0)
  }

  final class Notes: Sendable {
    private let lines = Mutex<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
  }
}
