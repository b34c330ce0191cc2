import EnvironmentKit
import Environments
import Experiments
import Files
import FinishedRuns
import Foundation
import Pictures
import Settings
import TestSupport
import Testing
import UmweltCommands
import Viewer

@Suite("umwelt browse") struct BrowseTests {
  private let folder: TemporaryFolder

  /// Twelve episodes of random play among falling fireballs.
  init() throws {
    folder = try TemporaryFolder()
    let made = try Program.run(
      ["rollout", "TakeCover", "--save", "data", "--episodes", "12", "--observation", "pixels64"],
      in: folder.url)
    try #require(made.code == 0, "\(made.errors)")
  }

  private func browse(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(["browse", "data"] + arguments, in: folder.url)
  }

  private func opened(_ conditions: String...) throws -> BrowsedEpisodes {
    try BrowsedEpisodes(
      folder.path("data"), where: conditions, Toolkit.standard(worlds: Catalog.entries))
  }

  @Test("episodes are listed with what they came to, those asked for alone")
  func list() throws {
    let all = try JSONValue(reading: [UInt8](browse("--json").output.utf8))
    let found = try #require(all["found"]?.asArray)
    #expect(all["world"]?.asString == "TakeCover" && found.count == 12)
    let returns = found.compactMap { $0["return"]?.asNumber }
    let middle = returns.sorted()[6]
    let few = try JSONValue(
      reading: [UInt8](browse("--json", "--where", "return>=\(middle)").output.utf8))
    let expected = found.filter { ($0["return"]?.asNumber ?? 0) >= middle }
    #expect(few["found"]?.asArray == expected)
    let lines = try browse("--list", "--where", "return>=\(middle)").output.split(separator: "\n")
    #expect(lines.count == expected.count + 2)
  }

  @Test("keys and the mouse go through steps, moments and episodes")
  func scene() throws {
    let episodes = try opened("action=left")
    var scene = BrowseScene(episodes, saving: folder.url, isPlaying: false)
    let first = episodes.entries[0]
    #expect(scene.step == first.moments[0])
    _ = scene.press(KeyPress(.m))
    #expect(scene.step == first.moments[1])
    _ = scene.press(KeyPress(.m, isShifted: true))
    #expect(scene.step == first.moments[0])
    _ = scene.press(KeyPress(.end))
    #expect(scene.step == first.span.steps.count)
    _ = scene.press(KeyPress(.right))
    #expect(scene.step == first.span.steps.count)
    _ = scene.press(KeyPress(.left, isShifted: true))
    #expect(scene.step == first.span.steps.count - 10)
    _ = scene.press(KeyPress(.down))
    #expect(scene.place == 1)
    _ = scene.press(KeyPress(.pageDown))
    #expect(scene.place == 11)
    // The timeline lies at the bottom; its left end is the first step.
    _ = scene.frame()
    let panel = episodes.panel(11, step: 0)
    let room = EpisodePanel.ownRoom
    let row = try #require(
      (0..<room.height).first { panel.moment(atX: room.width / 2, y: $0, in: room) != nil })
    let isOnLine = scene.point(at: PointerPlace(x: room.width / 2, y: row))
    #expect(isOnLine)
    let middle = episodes.entries[11].span.steps.count / 2
    #expect(abs(scene.step - middle) <= 1)
    _ = scene.point(at: PointerPlace(x: -50, y: 0))
    #expect(scene.step == 0)
    _ = scene.point(at: nil)
    let isBeside = scene.point(at: PointerPlace(x: room.width / 2, y: 0))
    #expect(!isBeside)

    var playing = BrowseScene(try opened(), saving: folder.url, isPlaying: true)
    let length = try opened().entries[0].span.steps.count
    for _ in 0...length { playing.advance(SceneInput()) }
    #expect(playing.place == 1 && playing.step == 0)
  }

  @Test("grids of symbols are drawn as cells, with the direction that stands beside them")
  func symbols() throws {
    let made = try Program.run(
      ["rollout", "MiniGrid-DoorKey-5x5-v0", "--save", "grid", "--episodes", "2"], in: folder.url)
    try #require(made.code == 0, "\(made.errors)")
    let outcome = try Program.run(
      ["browse", "grid", "--frames", "3", "--save", "grid.png"], in: folder.url)
    #expect(outcome.code == 0, "\(outcome.errors)")
  }

  @Test("a picture is shown as it is, without the direction that stands beside it")
  func besides() throws {
    let made = try Program.run(
      [
        "rollout", "MiniGrid-DoorKey-6x6-v0", "--save", "maps", "--episodes", "1", "--observation",
        "full",
      ], in: folder.url)
    try #require(made.code == 0, "\(made.errors)")
    let episodes = try BrowsedEpisodes(
      folder.path("maps"), where: [], Toolkit.standard(worlds: Catalog.entries))
    let picture = episodes.panel(0, step: 0).picture
    #expect(picture.width == 48 && picture.height == 48)
  }

  @Test("an episode is saved as a film and a table of its steps")
  func export() throws {
    let outcome = try browse("--export", "3")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let entry = try opened().entries[3]
    let film = try GIFAnimation(gif: folder.path("data/episode-3.gif"))
    #expect(film.frames.count == entry.span.steps.count + 1)
    let table = try String(contentsOfFile: folder.path("data/episode-3.csv"), encoding: .utf8)
    let lines = table.split(separator: "\n")
    #expect(lines.count == entry.span.steps.count + 2)
    #expect(lines[0].hasPrefix("step,action,reward,terminated,truncated,"))
    let columns = lines[0].split(separator: ",").count
    #expect(
      lines.allSatisfy {
        $0.split(separator: ",", omittingEmptySubsequences: false).count == columns
      })
  }

  @Test(
    "what cannot be shown is told",
    arguments: [
      (["browse", "data", "--where", "retrun>1"], 1, "did you mean"),
      (["browse", "data", "--where", "return>100000"], 2, "none of 12 episodes"),
      (["browse", "nowhere"], 2, "neither a run nor a rollout"),
      (["browse", "data", "--export", "99"], 2, "no such episode"),
      (["browse", "data", "--list", "--json"], 2, "give one of them"),
    ])
  func refused(arguments: [String], code: Int32, said: String) throws {
    let outcome = try Program.run(arguments, in: folder.url)
    #expect(outcome.code == code && outcome.errors.contains(said), "\(outcome.errors)")
  }
}
