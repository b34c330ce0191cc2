import EnvironmentKit
import Files
import Glibc
import Pictures
import Testing
import Viewer

@Suite struct PieceTests {
  @Test("a picture fills the window in its proportion, by a whole number where little is lost")
  func letterbox() {
    let whole = Letterbox(picture: (64, 48), window: (200, 200)).area
    #expect(whole == Area(x: 4, y: 28, width: 192, height: 144))
    let between = Letterbox(picture: (64, 48), window: (180, 200)).area
    #expect(between == Area(x: 0, y: 32, width: 180, height: 135))
    let small = Letterbox(picture: (100, 50), window: (50, 50)).area
    #expect(small == Area(x: 0, y: 12, width: 50, height: 25))
    #expect(Letterbox(picture: (1000, 1), window: (10, 10)).area.height == 1)
  }

  @Test("a window opens no higher than 700 on a common display, and larger on a large one")
  func firstSize() {
    for (display, height) in [((1366, 728), 619), ((1920, 1040), 700), ((3840, 2120), 1378)] {
      for picture in [(1280, 696), (528, 562), (720, 400), (888, 664), (64, 900), (900, 64)] {
        let size = WindowExtent(display: display).size(around: picture)
        #expect(size.height <= height && size.width <= display.0 * 9 / 10)
        #expect(size.height == height || size.width >= height * 18 / 10, "\(size) \(picture)")
        let ratio = Double(size.width) / Double(size.height)
        #expect(abs(ratio / Double(picture.0) * Double(picture.1) - 1) < 0.02)
      }
    }
    let twice = WindowExtent(display: (1920, 1040)).size(around: (300, 200), magnification: 2)
    #expect(twice == (600, 400))
    let tooLarge = WindowExtent(display: (1920, 1040)).size(around: (300, 200), magnification: 9)
    #expect(tooLarge == (1050, 700))
  }

  @Test("every key comes back from its name, and every label can be drawn")
  func keyNames() {
    for key in Key.allCases {
      #expect(Key(name: key.rawValue) == key)
      #expect(key.label.allSatisfy(Font.contains))
    }
    #expect(Key(name: "Return") == .enter && Key(name: "PageUp") == .pageUp)
    #expect(Key(name: "nothing") == nil)
  }

  @Test("no two lines of the standard map share a key, and the text lists all of them")
  func standardMap() {
    let lines = KeyMap.standard.bindings
    let presses = lines.flatMap { line in
      line.keys.map { KeyPress($0, isShifted: line.isShifted) }
    }
    #expect(Set(presses).count == presses.count)
    #expect(KeyMap.standard.text.split(separator: "\n").count == lines.count)
    #expect(KeyMap.standard.text.contains("Shift-Enter, Shift-F5  begin anew, same seed"))
    #expect(KeyMap.standard.help.entries.count == lines.count)
  }

  @Test("own lines take only the keys they name from the standard ones")
  func mergedMap() {
    let own = KeyMap([KeyMap.Binding(.h, meaning: "jump")])
    let merged = own.over(.standard)
    #expect(merged.binding(for: KeyPress(.h))?.meaning == "jump")
    #expect(merged.binding(for: KeyPress(.f1))?.command == .help)
    #expect(
      merged.binding(for: KeyPress(.enter, isShifted: true))?.command == .scene(.resetSameSeed))
  }

  @Test("keys that do the same stand in one line")
  func mergedKeys() {
    let own = KeyMap([
      KeyMap.Binding(.space, meaning: "pause, go on", command: .pause),
      KeyMap.Binding(.left, meaning: "left"), KeyMap.Binding(.a, meaning: "left"),
    ])
    let merged = own.over(.standard)
    #expect(merged.bindings.filter { $0.command == .pause }.map(\.label) == ["Space, P"])
    #expect(merged.bindings.filter { $0.meaning == "left" }.map(\.label) == ["←, A"])
    #expect(Set(merged.bindings.map(\.meaning)).count == merged.bindings.count)
  }

  @Test("only keys that do something are listed and taken")
  func workingKeys() throws {
    let all = Set(KeyMap.standard.bindings.map(\.meaning))
    func missing(_ scene: some Scene) -> Set<String> {
      all.subtracting(InteractiveLoop(scene).keyMap.bindings.map(\.meaning))
    }
    let commands: Set = ["begin anew", "begin anew, same seed", "person or agent plays"]
    let clock: Set = [
      "pause, go on", "one step while paused", "half the speed", "twice the speed", "normal speed",
      "fast: no waiting, few pictures",
    ]
    var dot = DotScene()
    dot.keys = KeyMap([])
    #expect(missing(dot).isEmpty)
    dot.waitsForKey = true
    #expect(missing(dot) == clock)
    #expect(missing(ImmediateScene()) == commands)
    let monitor = MonitorScene(LatestValue<Int>(), initial: 0) { _ in Frame(width: 1, height: 1) }
    #expect(missing(monitor) == clock.union(commands))
  }

  @Test("a sink refuses names that it cannot write")
  func sinkNames() {
    let error = #expect(throws: FileError.self) {
      try FrameSink(path: "/tmp/out.mp4", framesPerSecond: 20)
    }
    #expect(error?.description.contains("/tmp/out.mp4") == true)
  }
}

@Suite struct LatestValueTests {
  @Test("the newest value wins, and is taken once")
  func newest() {
    let slot = LatestValue<Int>()
    #expect(slot.take() == nil)
    slot.publish(1)
    slot.publish(2)
    #expect(slot.take() == 2 && slot.take() == nil)
  }

  @Test("work for a picture is done only where the last one was taken")
  func wanted() {
    let slot = LatestValue<Int>()
    var made = 0
    for _ in 0..<5 {
      slot.publishIfWanted {
        made += 1
        return made
      }
    }
    #expect(made == 1)
    _ = slot.take()
    slot.publishIfWanted {
      made += 1
      return made
    }
    #expect(made == 2)
  }

  @Test("publishing goes on at full pace while a reader holds its value and sleeps")
  func neverWaits() async {
    let slot = LatestFrame()
    let publisher = Task.detached {
      for _ in 0..<10_000 { slot.publish(Frame(width: 1, height: 1)) }
      slot.finish()
    }
    let held = slot.take()
    await publisher.value
    #expect(slot.isFinished && slot.take() != nil)
    _ = held
  }

  @Test("a monitor shows the newest value, asks for nothing while hidden, ends with its source")
  func monitor() throws {
    let slot = LatestValue<Int>()
    let scene = MonitorScene(slot, initial: 0, looksPerSecond: 10) {
      Frame(width: 4, height: 4, filledWith: Color(UInt8($0), 0, 0))
    }
    slot.publish(9)
    slot.publish(200)
    let surface = ScriptedSurface([(0.25, .closed)])
    var loop = InteractiveLoop(scene)
    try loop.run(on: surface)
    #expect(surface.shown.map { $0[0, 0].red } == [0, 200, 200])
    slot.publish(7)
    let hidden = ScriptedSurface([(1, .closed)])
    hidden.isVisible = false
    var unseen = InteractiveLoop(scene)
    try unseen.run(on: hidden)
    #expect(!slot.isWanted && unseen.steps == 0)
    slot.finish()
    try loop.run(on: ScriptedSurface())
    #expect(loop.scene.isFinished)
  }
}
