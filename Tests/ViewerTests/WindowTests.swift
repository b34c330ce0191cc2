import CSDL2
import EnvironmentKit
import Glibc
import Pictures
import Testing
import Viewer

/// Windows under SDL's dummy driver: no display is needed, and pixels can be read back.
@Suite(.serialized) @MainActor struct WindowTests {
  init() {
    setenv("SDL_VIDEODRIVER", "dummy", 1)
  }

  /// The pixels in the middle of the blocks into which a shown picture's pixels were magnified.
  nonisolated static func cut(_ shown: Frame, to frame: Frame) -> Frame {
    let area = Letterbox(
      picture: (frame.width, frame.height), window: (shown.width, shown.height)
    ).area
    var result = Frame(width: frame.width, height: frame.height)
    for y in 0..<frame.height {
      for x in 0..<frame.width {
        result[x, y] =
          shown[
            area.x + (2 * x + 1) * area.width / (2 * frame.width),
            area.y + (2 * y + 1) * area.height / (2 * frame.height)]
      }
    }
    return result
  }

  @Test("the shown pixels are the picture, magnified in the middle of black")
  func readBack() throws {
    let frame = DotScene(position: 7).frame()
    let window = try Window(title: "test", width: frame.width, height: frame.height)
    for (width, height) in [(48, 32), (200, 100), (333, 217), (96, 500)] {
      window.resize(width: width, height: height)
      _ = window.events(waitingUpTo: 0)
      try window.show(frame)
      let shown = try window.pixels()
      #expect(shown.width == width && shown.height == height)
      #expect(Self.cut(shown, to: frame) == frame)
      let area = Letterbox(picture: (48, 32), window: (width, height)).area
      #expect(area.width * 100 > 92 * width || area.height * 100 > 92 * height)
      var around = shown
      around.withCanvas { $0.fill(area, .black) }
      #expect(around.pixels.allSatisfy { $0 == 0 })
    }
  }

  @Test("pictures of changing size and larger than the window are shown whole")
  func otherSizes() throws {
    let window = try Window(title: "test", width: 64, height: 64)
    window.resize(width: 100, height: 80)
    for size in [(64, 64), (10, 90), (400, 300), (1, 1), (2000, 3)] {
      try window.show(Frame(width: size.0, height: size.1, filledWith: .white))
      let shown = try window.pixels()
      let area = Letterbox(picture: size, window: (shown.width, shown.height)).area
      #expect(shown[area.x, area.y] == .white)
      #expect(shown[area.right - 1, area.bottom - 1] == .white)
      #expect(shown.pixels.filter { $0 == 255 }.count == area.width * area.height * 3)
    }
  }

  @Test("the mouse is told in pixels of the picture, apart where its main button is held")
  func mouse() throws {
    let window = try Window(title: "test", width: 40, height: 20)
    window.resize(width: 100, height: 60)
    _ = window.events(waitingUpTo: 0)
    try window.show(Frame(width: 40, height: 20))
    func push(_ type: SDL_EventType, _ button: Int32, x: Int32, y: Int32) {
      var event = SDL_Event()
      event.type = type.rawValue
      if type == SDL_MOUSEMOTION {
        (event.motion.x, event.motion.y, event.motion.state) = (x, y, button == 1 ? 1 : 0)
      } else {
        (event.button.x, event.button.y, event.button.button) = (x, y, UInt8(button))
      }
      SDL_PushEvent(&event)
    }
    // Magnified two and a half times, the picture lies at (0, 5).
    push(SDL_MOUSEBUTTONDOWN, 1, x: 30, y: 14)
    push(SDL_MOUSEMOTION, 1, x: 99, y: 59)
    push(SDL_MOUSEBUTTONUP, 1, x: 99, y: 59)
    push(SDL_MOUSEMOTION, 0, x: 50, y: 20)
    push(SDL_MOUSEBUTTONDOWN, 3, x: 30, y: 9)
    let events = window.events(waitingUpTo: 0)
    #expect(
      events == [
        .pointed(PointerPlace(x: 12, y: 3)), .pointed(PointerPlace(x: 39, y: 21)),
        .pointerReleased, .hovered(PointerPlace(x: 20, y: 6)),
      ])
  }

  /// Shows in a real window under a script's clock, and keeps what the window showed.
  final class RecordingSurface: LoopSurface {
    private let window: Window
    private var time = 0.0
    private(set) var shown: [Frame] = []

    init(width: Int, height: Int) throws {
      window = try Window(title: "test", width: width, height: height)
    }

    var isVisible: Bool { window.isVisible }
    func now() -> Double { time }
    func events(waitingUpTo seconds: Double) -> [WindowEvent] {
      time += seconds
      return window.events(waitingUpTo: 0)
    }
    func show(_ frame: Frame) throws(SDLError) {
      try window.show(frame)
      shown.append(WindowTests.cut(try window.pixels(), to: frame))
    }
  }

  @Test("a window shows what a file keeps: the same frames by the same code")
  func windowEqualsFile() throws {
    let folder = try TemporaryFolder()
    var headless = InteractiveLoop(DotScene())
    let path = "\(folder.path)/a.gif"
    try headless.run(frames: 25, into: FrameSink(path: path, framesPerSecond: 20))
    let kept = try GIFAnimation(gif: path).frames

    var settings = LoopSettings()
    settings.maximumSteps = 24
    var loop = InteractiveLoop(DotScene(), settings: settings)
    let surface = try RecordingSurface(width: 48, height: 32)
    try loop.run(on: surface)

    #expect(kept.count == 25)
    #expect(surface.shown.count == 25 && surface.shown == kept)
    var last = InteractiveLoop(DotScene())
    let picture = "\(folder.path)/a.png"
    try last.run(frames: 25, into: FrameSink(path: picture, framesPerSecond: 20))
    #expect(try PNG.read(picture) == kept.last)
  }

  @Test("a loop in a window of its own ends at its last step and closes it")
  func ownWindow() throws {
    var settings = LoopSettings()
    settings.maximumSteps = 5
    var scene = DotScene()
    scene.stepsPerSecond = 200
    var loop = InteractiveLoop(scene, settings: settings)
    try loop.run()
    #expect(loop.steps == 5 && loop.scene.position == 5)
  }

  @Test("the connection that answered stays open for the next window, and is given back with it")
  func keptConnection() throws {
    #expect(SDL_WasInit(SDL_INIT_VIDEO) == 0)
    #expect(Display.isAvailable && Display.isAvailable)
    #expect(SDL_WasInit(SDL_INIT_VIDEO) != 0)
    do {
      let window = try Window(title: "t", width: 8, height: 8)
      try window.show(Frame(width: 8, height: 8))
    }
    #expect(SDL_WasInit(SDL_INIT_VIDEO) == 0)
  }

  @Test("without a display the error says how to go on")
  func noDisplay() {
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"] { unsetenv(name) }
    defer { setenv("SDL_VIDEODRIVER", "dummy", 1) }
    #expect(!Display.isAvailable)
    let error = #expect(throws: SDLError.self) { try Window(title: "t", width: 8, height: 8) }
    #expect(error?.description.contains("no display") == true)
    #expect(error?.remedy.contains("--frames N --save out.gif") == true)
  }

  @Test("a display that does not answer is none, and nothing else is opened in its place")
  func deadDisplay() {
    let names = ["DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"]
    let before = names.map { getenv($0).map { String(cString: $0) } }
    for name in names { unsetenv(name) }
    setenv("DISPLAY", ":77", 1)
    defer {
      unsetenv("DISPLAY")
      for (name, value) in zip(names, before) { if let value { setenv(name, value, 1) } }
    }
    #expect(!Display.isAvailable)
    let error = #expect(throws: SDLError.self) { try Window(title: "t", width: 8, height: 8) }
    #expect(error?.description.contains("no display answers (DISPLAY=:77)") == true)
  }

  @Test("a driver that SDL does not know is an error, not a crash")
  func unknownDriver() {
    setenv("SDL_VIDEODRIVER", "nonsense", 1)
    defer { setenv("SDL_VIDEODRIVER", "dummy", 1) }
    #expect(throws: SDLError.self) { try Window(title: "t", width: 8, height: 8) }
  }
}
