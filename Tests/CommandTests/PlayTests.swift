import Environments
import Testing
import Viewer
import UmweltCommands

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
}
