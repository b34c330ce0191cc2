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

@Suite("umwelt watch")
struct WatchTests {
  static func scene() throws -> WatchScene {
    try WatchScene(
      FinishedRun(
        RunFolder(URL(fileURLWithPath: FinishedSmallRun.path())), .standard(worlds: Catalog.entries)
      ), seed: 4)
  }

  @Test("after an episode the next seed follows by itself, a moment later, and again after that")
  func nextSeed() throws {
    var scene = try Self.scene()
    var steps: [Int] = []
    for seed in UInt64(4)...6 {
      var count = 0
      while scene.seed == seed && count < 3000 {
        try scene.advance(SceneInput())
        count += 1
      }
      steps.append(count)
    }
    // A second and a half of rest after some steps of play.
    let rest = Int((1.5 * scene.stepsPerSecond).rounded(.up))
    #expect(steps.allSatisfy { $0 > rest && $0 < 3000 }, "\(steps)")
    #expect(scene.seed == 7)
    try scene.perform(.resetSameSeed)
    #expect(scene.seed == 7)
    try scene.perform(.reset)
    #expect(scene.seed == 8)
  }

  @Test("the keys of the world are listed only while a person plays, and move then")
  func person() throws {
    var scene = try Self.scene()
    #expect(scene.keys.bindings.isEmpty)
    try scene.perform(.switchPlayer)
    #expect(scene.keys.binding(for: KeyPress(.left))?.meaning == "left")
    let meanings = InteractiveLoop(scene).keyMap.bindings.map(\.meaning)
    #expect(Set(meanings).count == meanings.count)
  }

  @Test("the panel fills its room and shows the world as it is drawn for people")
  func room() throws {
    var scene = try Self.scene()
    let room = PictureRoom(width: 1264, height: 672)
    let frame = scene.frame(in: room)
    #expect(frame.width == 1264 && frame.height == 672)
    let area = AgentLayout(room, width: 1, height: 1).world
    let batch = try #require(Catalog.entry("TakeCover")).batch(.pixels64, count: 1)
    try batch.reset(seeds: [4], mask: nil, into: batch.makeBuffers())
    var world = Frame(width: area.width, height: area.height)
    batch.draw(0, into: &world)
    for place in stride(from: 0, to: area.width, by: 11) {
      #expect(frame[area.x + place, area.y + place] == world[place, place])
    }
    let own = scene.frame()
    #expect(own.width == 720 && own.height == 400)
  }

  @Test("--scale magnifies what is saved, and odd ones are refused")
  func scale() throws {
    let folder = try TemporaryFolder()
    let run = try FinishedSmallRun.path()
    let outcome = try Program.run(
      "watch", run, "--frames", "2", "--save", "a.png", "--scale", "2", in: folder.url)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try PNG.read(folder.path("a.png")).width == 1440)
    for scale in ["0", "17"] {
      let refused = try Program.run(
        "watch", run, "--frames", "2", "--save", "b.png", "--scale", scale, in: folder.url)
      #expect(refused.code == 2 && refused.errors.contains("--scale \(scale): out of range"))
    }
  }
}
