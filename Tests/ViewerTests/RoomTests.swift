import EnvironmentKit
import Pictures
import Testing
import Viewer

/// A scene that fills whatever room it is given, and says which.
struct RoomScene: Scene {
  let stepsPerSecond = 20.0
  var rooms: [PictureRoom] = []
  var places: [PointerPlace?] = []
  var fills = true

  mutating func advance(_ input: SceneInput) {}

  mutating func point(at place: PointerPlace?) -> Bool {
    places.append(place)
    return false
  }

  func frame() -> Frame { Frame(width: 40, height: 20, filledWith: .white) }

  mutating func frame(in room: PictureRoom) -> Frame {
    rooms.append(room)
    return fills ? Frame(width: room.width, height: room.height, filledWith: .white) : frame()
  }
}

/// A surface of a size without SDL.
final class SizedSurface: LoopSurface {
  let isVisible = true
  let pixelSize: (width: Int, height: Int)?
  private(set) var shown: [Frame] = []
  private(set) var toggles = 0
  private let script: ScriptedSurface

  init(_ width: Int, _ height: Int, _ script: [(Double, WindowEvent)]) {
    pixelSize = (width, height)
    self.script = ScriptedSurface(script)
  }

  func now() -> Double { script.now() }
  func show(_ frame: Frame) { shown.append(frame) }
  func events(waitingUpTo seconds: Double) -> [WindowEvent] {
    script.events(waitingUpTo: seconds)
  }
  func toggleFullScreen() { toggles += 1 }
}

@Suite struct RoomTests {
  static func run(
    _ width: Int, _ height: Int, _ script: [(Double, WindowEvent)] = [],
    scene: RoomScene = RoomScene(), settings: LoopSettings = LoopSettings()
  ) throws -> (scene: RoomScene, surface: SizedSurface) {
    let surface = SizedSurface(width, height, script + [(9.9, .closed)])
    var loop = InteractiveLoop(scene, settings: settings)
    try loop.run(on: surface)
    return (loop.scene, surface)
  }

  @Test(
    "a scene fills every pixel above the line that names the keys",
    arguments: [(320, 200), (641, 359), (1280, 700), (200, 900)])
  func fills(_ width: Int, _ height: Int) throws {
    let (scene, surface) = try Self.run(width, height)
    let room = try #require(scene.rooms.first)
    let frame = try #require(surface.shown.first)
    #expect(frame.width == width && frame.height == height && room.width == width)
    let bytes = width * room.height * 3
    #expect(Array(frame.pixels[..<bytes]) == [UInt8](repeating: 255, count: bytes))
    #expect(height - room.height == 15 * max(1, min(width / 300, height / 300)))
    #expect(frame.pixels[bytes...].contains { $0 > 100 && $0 < 255 })
  }

  @Test("text grows with the window unless its scale is fixed")
  func textScale() throws {
    for (width, height, scale) in [(640, 340, 1), (1280, 700, 2), (1920, 1080, 3), (3840, 2160, 5)]
    {
      let room = PictureRoom(width: width, height: height)
      #expect(room.textScale == scale)
    }
    #expect(PictureRoom(width: 1280, height: 700, scale: 4).textScale == 4)
    var settings = LoopSettings()
    settings.scale = 3
    #expect(try Self.run(1280, 700, settings: settings).scene.rooms.first?.scale == 3)
  }

  @Test("a picture of its own size is placed in the window, and the mouse finds its pixels")
  func ownSize() throws {
    var scene = RoomScene()
    scene.fills = false
    let (last, surface) = try Self.run(
      400, 300, [(0.1, .pointed(PointerPlace(x: 200, y: 142)))], scene: scene)
    let frame = try #require(surface.shown.first)
    // 285 rows above the line: 400×200 lie 42 rows below the top.
    #expect(frame[0, 41] == .black && frame[0, 42] == .white && frame[399, 241] == .white)
    #expect(frame[399, 242] == .black)
    #expect(last.places == [PointerPlace(x: 20, y: 10)])
  }

  @Test("F11 fills the screen")
  func fullScreen() throws {
    let press = WindowEvent.pressed(KeyPress(.f11))
    #expect(try Self.run(400, 300, [(0.1, press), (0.3, press)]).surface.toggles == 2)
  }

  @Test("what was saved is said in the window for a while, where it is")
  func savedNotes() throws {
    let folder = try TemporaryFolder()
    var settings = LoopSettings()
    settings.savePrefix = "\(folder.path)/media/shot"
    settings.notify = { _ in }
    let (_, surface) = try Self.run(
      900, 500, [(0.51, .pressed(KeyPress(.f12)))], settings: settings)
    let picture = try PNG.read("\(folder.path)/media/shot-1.png")
    #expect(picture.width == 900 && picture.height == 500)
    let accents = surface.shown.map { frame in
      (0..<300).contains { x in (485..<500).contains { frame[x, $0] == Theme.accent } }
    }
    #expect(accents.first == false && accents.contains(true) && accents.last == false)
    folder.remove(["media/shot-1.png"], folders: ["media"])
  }

  @Test("a monitor fills its window and may stay once nothing more comes")
  func monitor() throws {
    let slot = LatestValue<Int>()
    slot.finish()
    for (stays, finished) in [(false, true), (true, false)] {
      let scene = MonitorScene(slot, initial: 0, stays: stays) { _, room in
        Frame(width: room?.width ?? 3, height: room?.height ?? 3)
      }
      #expect(scene.isFinished == finished)
      var drawn = scene
      #expect(drawn.frame().width == 3)
      #expect(drawn.frame(in: PictureRoom(width: 70, height: 50)).height == 50)
    }
  }
}
