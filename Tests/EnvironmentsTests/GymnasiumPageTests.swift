import Foundation
import Testing

@Suite("The page for those who come from Gymnasium")
struct GymnasiumPageTests {
  @Test("its loop is the whole of RandomPlay.swift, and runs on beyond the ends of episodes")
  func loop() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let here = try String(
      contentsOf: folder.appendingPathComponent("RandomPlay.swift"), encoding: .utf8)
    let page = folder.deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("docs/from-gymnasium.md")
    #expect(try String(contentsOf: page, encoding: .utf8).contains("```swift\n\(here)```"))
    let mean = try randomPlay("MiniGrid-Empty-5x5-v0", steps: 300)
    #expect(mean > 0 && mean < 1)
  }
}
