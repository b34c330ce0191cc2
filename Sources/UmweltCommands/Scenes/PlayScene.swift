import DataWorlds
import EnvironmentKit
import Files
import Foundation
import Pictures
import Viewer

/// A person plays a world; a user's file is read again when it is saved.
package struct PlayScene: Scene {
  private static let side = 512

  private var played: PlayedWorld
  private var watched: WatchedWorld?
  private var seed: UInt64
  private var taken: [ActionValue] = []
  private var total = 0.0
  private var notice = ""
  /// The first mistake of the file as it was saved last; nil while it has none.
  private var complaint: WorldProblem?

  /// The seed of the episode, the steps taken in it, and whether it has ended.
  package var progress: (seed: UInt64, steps: Int, hasEnded: Bool) {
    (seed, taken.count, !notice.isEmpty)
  }
  package var keys: KeyMap { played.keys }
  package var waitsForKey: Bool { played.entry.idleAction == nil }
  package var supportedCommands: [SceneCommand] { [.reset, .resetSameSeed] }
  package var stepsPerSecond: Double { played.batch.specification.stepsPerSecond }

  /// Sets a world up and starts the first episode.
  package init(_ entry: CatalogEntry, seed: UInt64) throws {
    try self.init(entry, watching: nil, seed: seed)
  }

  /// Sets up a world whose file is read again when it is saved.
  init(_ entry: CatalogEntry, watching watched: WatchedWorld?, seed: UInt64) throws {
    self.seed = seed
    self.watched = watched
    played = PlayedWorld(entry)
    try start()
  }

  private mutating func start() throws {
    try played.batch.reset(seeds: [seed], mask: nil, into: played.buffers)
    (taken, total, notice) = ([], 0, "")
  }

  package var awaitsNewStart: Bool { !notice.isEmpty }

  package mutating func advance(_ input: SceneInput) throws {
    guard notice.isEmpty else { return }
    let held = played.actionByKey.filter { input.isDown($0.key) }.map(\.action)
    let entry = played.entry
    guard let chosen = entry.actions.together(held) ?? entry.idleAction else { return }
    try take(chosen)
  }

  package mutating func press(_ press: KeyPress) throws -> Bool {
    // In a world with an Enter of its own the end would else be final.
    guard press.key == .enter, !notice.isEmpty else { return false }
    if !press.isRepeat { try perform(press.isShifted ? .resetSameSeed : .reset) }
    return true
  }

  private mutating func take(_ action: ActionValue) throws {
    let buffers = played.buffers
    played.actions.set(action, of: 0)
    try played.batch.step(played.actions.buffer, active: nil, into: buffers)
    taken.append(action)
    total += Double(buffers.rewards[0])
    guard buffers.terminated[0] || buffers.truncated[0] else { return }
    let end = buffers.truncated[0] ? "time is up" : "the episode has ended"
    notice = "\(end): return \(NumberText.short(total)). Enter starts anew"
  }

  package mutating func perform(_ command: SceneCommand) throws {
    switch command {
    case .reset:
      seed += 1
      try start()
    case .resetSameSeed: try start()
    case .switchPlayer: break
    }
  }

  package mutating func frame() -> Frame {
    let aspect = played.batch.specification.aspectRatio
    let side = Double(Self.side)
    return frame(
      in: PlayLayout.room(
        around: max(1, Int(side * min(1, aspect))), max(1, Int(side / max(1, aspect)))))
  }

  package mutating func frame(in room: PictureRoom) -> Frame {
    let batch = played.batch
    let area = PlayLayout(room, width: batch.specification.aspectRatio, height: 1).world
    // The world is drawn at just the size that the window has for it.
    var world = Frame(width: max(1, area.width), height: max(1, area.height))
    batch.draw(0, into: &world)
    var panel = PlayPanel(
      world: world, header: "\(played.entry.id), seed \(seed)", step: taken.count,
      totalReward: total, mission: batch.mission(of: 0),
      hint: HeldThings(batch.specification.facts, batch.facts(of: 0)).text, notice: notice)
    if let complaint {
      panel.notice = (complaint.line > 0 ? "line \(complaint.line): " : "") + complaint.cause
      panel.hint = complaint.remedy
    }
    return panel.frame(in: room)
  }
}

// A file that is edited while it is played.
extension PlayScene {
  package mutating func poll() throws -> Bool {
    guard let change = watched?.change() else { return false }
    switch change {
    case .mistakes(let error):
      complaint = error.problems.first
      Self.say(error.description + "\nthe world before goes on")
    case .world(let entry):
      complaint = nil
      try playOn(in: entry)
    }
    return true
  }

  /// Goes on in the world as it is now, or in the one before where this one cannot be played.
  private mutating func playOn(in entry: CatalogEntry) throws {
    let (before, actions) = (played, taken)
    do {
      played = PlayedWorld(entry)
      try start()
      let steps = try replay(actions)
      Self.say("\(watched?.path ?? entry.id): read again, played on after \(steps) steps")
    } catch let error as EnvironmentError {
      complaint = WorldProblem(cause: error.cause, remedy: error.remedy)
      Self.say(error.description + "\nthe world before goes on")
      played = before
      try start()
      _ = try replay(actions)
    }
  }

  /// Takes the actions of the episode again in the world as it is now, as far as it allows.
  private mutating func replay(_ actions: [ActionValue]) throws -> Int {
    for action in actions {
      guard notice.isEmpty, played.entry.actions.contains(action) else { break }
      try take(action)
    }
    return taken.count
  }

  private static func say(_ text: String) {
    StandardStream.error.tell(text + "\n")
  }
}

/// A world with all that a person needs to play it.
private struct PlayedWorld {
  let entry: CatalogEntry
  let batch: any EnvironmentBatch<UInt8>
  let buffers: BatchBuffers<UInt8>
  let actions: ActionStorage
  let actionByKey: [(key: Key, action: ActionValue)]
  let keys: KeyMap

  init(_ entry: CatalogEntry) {
    self.entry = entry
    batch = entry.batch(entry.defaultObservation, count: 1)
    buffers = batch.makeBuffers()
    actions = batch.makeActions()
    actionByKey = entry.keys.compactMap { name, action in
      Key(name: name).map { ($0, action) }
    }
    keys = KeyMap(
      actionByKey.map { key, action in
        KeyMap.Binding(key, meaning: entry.actions.name(of: action))
      })
  }
}
