import EnvironmentKit
import FinishedRuns
import Pictures
import Viewer

/// Maps of latents: the mouse shows the frame of a dot and what V decodes there, and selects.
package struct MapScene: Scene {
  package let stepsPerSecond = 10.0
  package let hasClock = false

  package let keys = KeyMap([
    KeyMap.Binding(.m, meaning: "another map"),
    KeyMap.Binding(.c, meaning: "another fact for the colours"),
    KeyMap.Binding(.c, isShifted: true, meaning: "the fact before"),
    KeyMap.Binding(.left, .right, meaning: "the frame before, the next frame"),
    KeyMap.Binding(.e, meaning: "save the selected frames: selection-N.npy and .png"),
    KeyMap.Binding(.backspace, meaning: "select none"),
  ])

  private let maps: MappedFrames
  private var map = 0
  private var color: Int
  /// The place of the frame that is looked at.
  package private(set) var pointed: Int?
  /// The places of the selected frames, in order.
  package private(set) var selected: [Int] = []
  /// What was saved, or why it was not.
  package private(set) var notice = ""

  private var room = MapPanel.ownRoom
  private var drag: (start: PointerPlace, end: PointerPlace)?
  private var panel: MapPanel
  private var ground: (map: Int, color: Int, room: PictureRoom, picture: Frame)?

  /// Pixels, at a scale of 1, from a dot within which it is meant.
  private static let reach: Float = 8
  /// Pixels that a drag moves at least.
  private static let leastDrag = 4

  /// Shows the first map that was asked for.
  package init(_ maps: MappedFrames) {
    self.maps = maps
    color = maps.embedding.color
    panel = MapPanel(plot: maps.plot(map: 0, color: maps.embedding.color))
  }

  package mutating func press(_ press: KeyPress) -> Bool {
    notice = ""
    let (count, facts) = (maps.embedding.frames.count, maps.embedding.facts.columns.count)
    switch press.key {
    case .m: map = (map + 1) % maps.embedding.asked.count
    case .c: color = (color + (press.isShifted ? facts - 1 : 1)) % facts
    case .left: look(at: pointed.map { ($0 + count - 1) % count } ?? count - 1)
    case .right: look(at: pointed.map { ($0 + 1) % count } ?? 0)
    case .backspace: select([])
    case .e: export()
    default: return false
    }
    if press.key == .m || press.key == .c { panel.plot = maps.plot(map: map, color: color) }
    return true
  }

  package mutating func hover(at place: PointerPlace) -> Bool {
    let found = point(under: place)
    guard found != pointed, found != nil else { return false }
    look(at: found)
    return true
  }

  package mutating func point(at place: PointerPlace?) -> Bool {
    guard let place else {
      let wasDragged = drag != nil
      if let area = dragged { select(panel.projection(in: room).points(in: area)) }
      drag = nil
      return wasDragged
    }
    notice = ""
    drag = (drag?.start ?? place, place)
    if dragged == nil, let found = point(under: place) { look(at: found) }
    return true
  }

  private func point(under place: PointerPlace) -> Int? {
    panel.projection(in: room).point(
      atX: place.x, y: place.y, within: Self.reach * Float(room.textScale))
  }

  /// The rectangle of the drag; nil where it has hardly begun.
  private var dragged: Area? {
    guard let drag else { return nil }
    let (left, right) = (min(drag.start.x, drag.end.x), max(drag.start.x, drag.end.x))
    let (top, bottom) = (min(drag.start.y, drag.end.y), max(drag.start.y, drag.end.y))
    guard max(right - left, bottom - top) >= Self.leastDrag else { return nil }
    return Area(x: left, y: top, width: right - left + 1, height: bottom - top + 1)
  }

  private mutating func look(at place: Int?) {
    telling { scene in
      scene.panel.pointed = try place.map(scene.maps.pointed)
      scene.pointed = place
    }
  }

  private mutating func select(_ places: [Int]) {
    telling { scene in
      scene.panel.pictures = try scene.maps.pictures(Self.shown(places))
      scene.panel.selected = places
      scene.selected = places
    }
  }

  /// As many as a sheet holds, evenly spread.
  private static func shown(_ places: [Int]) -> [Int] {
    let most = MapPanel.mostPictures
    guard places.count > most else { return places }
    return (0..<most).map { places[$0 * (places.count - 1) / (most - 1)] }
  }

  private mutating func export() {
    guard !selected.isEmpty else {
      notice = "nothing is selected: drag over dots first"
      return
    }
    telling { scene in scene.notice = try scene.maps.export(scene.selected) }
  }

  /// Keeps everything as it is, and says why, where frames can no longer be read or written.
  private mutating func telling(_ work: (inout MapScene) throws -> Void) {
    do { try work(&self) } catch { notice = "\(error)" }
  }

  package mutating func advance(_ input: SceneInput) {}

  package mutating func frame() -> Frame { frame(in: MapPanel.ownRoom) }

  package mutating func frame(in room: PictureRoom) -> Frame {
    self.room = room
    panel.dragged = dragged
    panel.notice = notice
    if let ground, ground.map == map, ground.color == color, ground.room == room {
      return panel.frame(in: room, over: ground.picture)
    }
    let picture = panel.ground(in: room)
    ground = (map, color, room, picture)
    return panel.frame(in: room, over: picture)
  }
}
