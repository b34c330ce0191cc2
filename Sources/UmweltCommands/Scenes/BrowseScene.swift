import EnvironmentKit
import FinishedRuns
import Foundation
import Pictures
import Viewer

/// Recorded episodes: played, scrubbed through, jumped through by marked moments, saved.
package struct BrowseScene: Scene {
  package let stepsPerSecond = 15.0

  package let keys = KeyMap([
    KeyMap.Binding(.left, .right, meaning: "a step back, on; with shift ten"),
    KeyMap.Binding(.up, .down, meaning: "the episode before, the next"),
    KeyMap.Binding(.pageUp, .pageDown, meaning: "ten episodes on"),
    KeyMap.Binding(.home, .end, meaning: "first, last step"),
    KeyMap.Binding(.m, meaning: "next marked moment; with shift the one before"),
    KeyMap.Binding(.space, meaning: "play, stop"),
    KeyMap.Binding(.e, meaning: "save the episode: a GIF and a table"),
  ])

  private let episodes: BrowsedEpisodes
  private let folder: URL
  private var isDragging = false
  private var room = EpisodePanel.ownRoom
  private var notice = ""
  /// The place of the episode that is shown.
  package private(set) var place = 0
  /// The step that is shown.
  package private(set) var step = 0
  /// Whether it goes on by itself.
  package private(set) var isPlaying: Bool

  /// Shows the first episode, from its first marked moment where there is one.
  ///
  /// - Parameters:
  ///   - episodes: at least one.
  ///   - folder: where episodes are saved.
  ///   - isPlaying: whether it goes on by itself from the start.
  package init(_ episodes: BrowsedEpisodes, saving folder: URL, isPlaying: Bool) {
    (self.episodes, self.folder, self.isPlaying) = (episodes, folder, isPlaying)
    choose(0)
  }

  private var lastStep: Int { episodes.entries[place].span.steps.count }

  package mutating func advance(_ input: SceneInput) {
    guard isPlaying else { return }
    if step < lastStep { step += 1 } else { choose((place + 1) % episodes.entries.count) }
  }

  package mutating func press(_ press: KeyPress) -> Bool {
    notice = ""
    let far = press.isShifted ? 10 : 1
    switch press.key {
    case .space: isPlaying.toggle()
    case .left: show(step - far)
    case .right: show(step + far)
    case .home: show(0)
    case .end: show(lastStep)
    case .up: choose(place - 1)
    case .down: choose(place + 1)
    case .pageUp: choose(place - 10)
    case .pageDown: choose(place + 10)
    case .m: press.isShifted ? jumpBack() : jump()
    case .e: save()
    default: return false
    }
    return true
  }

  package mutating func point(at pointer: PointerPlace?) -> Bool {
    guard let pointer else {
      isDragging = false
      return false
    }
    let panel = episodes.panel(place, step: step)
    guard
      let moment = panel.moment(
        atX: pointer.x, y: pointer.y, in: room, anywhere: isDragging)
    else { return false }
    isDragging = true
    show(moment)
    return true
  }

  private mutating func show(_ step: Int) {
    isPlaying = false
    self.step = max(0, min(lastStep, step))
  }

  private mutating func choose(_ place: Int) {
    self.place = max(0, min(episodes.entries.count - 1, place))
    step = episodes.entries[self.place].moments.first ?? 0
  }

  /// On to the next marked moment, of this episode or the next.
  private mutating func jump() {
    if let next = episodes.entries[place].moments.first(where: { $0 > step }) { return show(next) }
    guard episodes.entries[place].moments.isEmpty == false else {
      return notice = "no moments are marked: ask for some with --where"
    }
    guard place + 1 < episodes.entries.count else { return notice = "that is the last one" }
    choose(place + 1)
  }

  private mutating func jumpBack() {
    if let before = episodes.entries[place].moments.last(where: { $0 < step }) {
      return show(before)
    }
    guard episodes.entries[place].moments.isEmpty == false else {
      return notice = "no moments are marked: ask for some with --where"
    }
    guard place > 0 else { return notice = "that is the first one" }
    choose(place - 1)
    step = episodes.entries[place].moments.last ?? 0
  }

  private mutating func save() {
    do { notice = try episodes.export(place, to: folder) } catch { notice = "\(error)" }
  }

  package mutating func frame() -> Frame { frame(in: EpisodePanel.ownRoom) }

  package mutating func frame(in room: PictureRoom) -> Frame {
    self.room = room
    var panel = episodes.panel(place, step: step)
    panel.notice = notice
    return panel.frame(in: room)
  }
}
