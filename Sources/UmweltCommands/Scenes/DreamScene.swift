import EnvironmentKit
import Experiments
import Pictures
import Viewer

/// A person or the agent plays in the dream or in the world, both going on side by side.
package struct DreamScene: Scene {
  package let stepsPerSecond: Double

  private let session: DreamSession
  private let actionByKey: [(key: Key, action: ActionValue)]
  private let idleAction: ActionValue?
  private var isPerson: Bool
  private var notice = ""

  private static let controls = [
    KeyMap.Binding(.m, meaning: "person or agent plays", command: .scene(.switchPlayer)),
    KeyMap.Binding(.tab, meaning: "look at the dream, or at the world"),
    KeyMap.Binding(.c, meaning: "dream anew from what the world shows now"),
    KeyMap.Binding(.equals, .minus, meaning: "temperature up (+), down, by 0.05"),
    KeyMap.Binding(.b, meaning: "mark this step as a branch to go back to"),
    KeyMap.Binding(.backspace, meaning: "back to the last branch, or 20 steps"),
    KeyMap.Binding(.space, meaning: "pause, go on", command: .pause),
    KeyMap.Binding(.n, meaning: "one step while paused", command: .step),
    KeyMap.Binding(.r, meaning: "record a GIF, stop recording", command: .record),
  ]
  private static let temperatureStep: Float = 0.05
  private static let greatestTemperature: Float = 5

  /// Starts an episode.
  ///
  /// - Parameters:
  ///   - session: the dream and its world.
  ///   - entry: the world.
  ///   - seed: of the episode.
  ///   - isPerson: whether a person plays, not the agent.
  package init(
    _ session: DreamSession, entry: CatalogEntry, seed: UInt64, isPerson: Bool
  ) throws {
    self.session = session
    self.isPerson = isPerson
    stepsPerSecond = entry.specification(entry.defaultObservation).stepsPerSecond
    idleAction = entry.idleAction
    actionByKey = entry.keys.compactMap { name, action in Key(name: name).map { ($0, action) } }
    try session.reset(seed: seed)
  }

  /// Actions come first while a person plays, so that no control takes a key that the world needs.
  package var keys: KeyMap {
    let actions = KeyMap(
      actionByKey.map { key, action in
        KeyMap.Binding(key, meaning: session.actionSpace.name(of: action))
      })
    let controls = KeyMap(Self.controls)
    // The agent needs no keys of the world.
    return isPerson ? actions.over(controls) : controls
  }

  package var supportedCommands: [SceneCommand] { [.reset, .resetSameSeed, .switchPlayer] }

  package var waitsForKey: Bool { isPerson && idleAction == nil }

  package var awaitsNewStart: Bool { session.hasEnded }

  package mutating func advance(_ input: SceneInput) throws {
    notice = ""
    guard isPerson else { return try session.advance() }
    let held = actionByKey.filter { input.isDown($0.key) }.map(\.action)
    guard let action = session.actionSpace.together(held) ?? idleAction else { return }
    try session.advance(person: action)
  }

  package mutating func press(_ press: KeyPress) throws -> Bool {
    // In a world with an Enter of its own the end would else be final while a person plays.
    if press.key == .enter && session.hasEnded {
      if !press.isRepeat { try perform(press.isShifted ? .resetSameSeed : .reset) }
      return true
    }
    if isPerson && actionByKey.contains(where: { $0.key == press.key }) { return false }
    switch press.key {
    case .tab: session.looksAtDream.toggle()
    case .c:
      notice = try session.dreamFromHere() ? "" : "the world has ended: no dream from here"
    case .equals: heat(by: Self.temperatureStep)
    case .minus: heat(by: -Self.temperatureStep)
    case .b: session.branch()
    case .backspace: try session.rewind()
    default: return false
    }
    return true
  }

  private func heat(by change: Float) {
    // Sums of a twentieth would drift: the temperature is put on the grid of its step.
    let steps = ((session.temperature + change) / Self.temperatureStep).rounded()
    session.temperature = min(
      Self.greatestTemperature, max(Self.temperatureStep, steps * Self.temperatureStep))
  }

  package mutating func perform(_ command: SceneCommand) throws {
    notice = ""
    switch command {
    case .reset: try session.reset(seed: session.seed + 1)
    case .resetSameSeed: try session.reset(seed: session.seed)
    case .switchPlayer: isPerson.toggle()
    }
  }

  package mutating func frame() -> Frame { panel.frame() }

  package mutating func frame(in room: PictureRoom) -> Frame { panel.frame(in: room) }

  private var panel: DreamPanel {
    let player = isPerson ? "person" : session.followsRecording ? "recording" : "agent"
    let world = session.recording == nil ? "the world" : "the recording"
    let end = "\(session.looksAtDream ? "the dream" : world) has ended: Enter starts anew"
    return session.panel(
      player: player, notice: notice.isEmpty && session.hasEnded ? end : notice)
  }
}
