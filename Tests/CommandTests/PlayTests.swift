import EnvironmentKit
import Environments
import Pictures
import TestSupport
import Testing
import UmweltCommands
import Viewer

@Suite("A person plays")
struct PlayTests {
  @Test("Enter begins anew once the episode has ended, in a world with an Enter of its own too")
  func enter() throws {
    var scene = try PlayScene(try #require(Catalog.entry("MiniGrid-Empty-5x5-v0")), seed: 7)
    #expect(scene.keys.binding(for: KeyPress(.enter))?.command == nil)
    let isTaken = try scene.press(KeyPress(.enter))
    #expect(!isTaken)
    while !scene.progress.hasEnded { try scene.advance(SceneInput(held: [.left])) }
    #expect(scene.progress.seed == 7 && scene.progress.steps == 100)
    let isHeld = try scene.press(KeyPress(.enter, isRepeat: true))
    #expect(isHeld && scene.progress == (7, 100, true))
    let isTakenThen = try scene.press(KeyPress(.enter))
    #expect(isTakenThen && scene.progress == (8, 0, false))
    while !scene.progress.hasEnded { try scene.advance(SceneInput(held: [.left])) }
    _ = try scene.press(KeyPress(.enter, isShifted: true))
    #expect(scene.progress == (8, 0, false))
  }

  @Test("F5 begins anew in the middle of an episode, in every world, with shift by the same seed")
  func anew() throws {
    for entry in Catalog.entries {
      #expect(entry.keys.allSatisfy { Key(name: $0.key) != .f5 }, "\(entry.id)")
    }
    for id in ["MiniGrid-Empty-5x5-v0", "TakeCover"] {
      var loop = InteractiveLoop(try PlayScene(try #require(Catalog.entry(id)), seed: 7))
      let surface = DreamTests.KeySurface([.f5])
      try loop.run(on: surface)
      #expect(loop.scene.progress.seed == 8, "\(id)")
      #expect(
        loop.keyMap.binding(for: KeyPress(.f5, isShifted: true))?.command
          == .scene(.resetSameSeed))
    }
  }

  @Test("a world is drawn at the pixels that the window has for it")
  func drawing() throws {
    for id in ["TakeCover", "MiniGrid-DoorKey-8x8-v0"] {
      var scene = try PlayScene(try #require(Catalog.entry(id)), seed: 1)
      for (width, height) in [(613, 640), (1900, 1000), (90, 300)] {
        let frame = scene.frame(in: PictureRoom(width: width, height: height))
        #expect(frame.width == width && frame.height == height)
      }
      let frame = scene.frame(in: PictureRoom(width: 613, height: 700, scale: 1))
      let batch = try #require(Catalog.entry(id)).batch(.pixels64, count: 1)
      try batch.reset(seeds: [1], mask: nil, into: batch.makeBuffers())
      let area = PlayLayout(
        PictureRoom(width: 613, height: 700, scale: 1),
        width: batch.specification.aspectRatio, height: 1
      ).world
      #expect(area.width == 597)
      var world = Frame(width: area.width, height: area.height)
      batch.draw(0, into: &world)
      for place in stride(from: 0, to: 590, by: 13) {
        #expect(frame[area.x + place, area.y + place] == world[place, place])
      }
    }
  }

  @Test("what is carried is said from the facts")
  func carried() {
    let facts = [
      Fact("agentX"), Fact("hasKey", .category), Fact("isCarrying", .category), Fact("hasty"),
    ]
    #expect(HeldThings(facts, [1, 1, 0, 1]).text == "carries: key")
    #expect(HeldThings(facts, [1, 0, 1, 1]).text == "carries: something")
    #expect(HeldThings(facts, [1, 0, .nan, 1]).text.isEmpty)
  }

  @Test("a display that does not answer is told at once, before any key is listed")
  func deadDisplay() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(
      "play", environment: ["DISPLAY": ":77", "WAYLAND_DISPLAY": nil, "SDL_VIDEODRIVER": nil],
      in: folder.url)
    #expect(outcome.code == 1 && outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix("error: "))
    #expect(outcome.errors.contains("umwelt play TakeCover: there is no display"))
    #expect(outcome.errors.contains("--frames 200 --save play.gif"), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
  }
}
