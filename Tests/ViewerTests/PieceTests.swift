import EnvironmentKit
import Files
import Glibc
import Pictures
import Testing
import Viewer

@Suite struct PieceTests {
  @Test("a picture is placed at the largest integer that fits, or shrunk to fit")
  func letterbox() {
    let large = Letterbox(picture: (64, 48), window: (200, 200))
    #expect([large.x, large.y, large.width, large.height, large.scale] == [4, 28, 192, 144, 3])
    let small = Letterbox(picture: (100, 50), window: (50, 50))
    #expect([small.x, small.y, small.width, small.height, small.scale] == [0, 12, 50, 25, 0])
    #expect(Letterbox(picture: (1000, 1), window: (10, 10)).height == 1)
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
    #expect(KeyMap.standard.text.contains("Shift-Enter  begin anew, same seed"))
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
