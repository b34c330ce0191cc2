import EnvironmentKit
import Evaluation
import Experiments
import FinishedRuns
import Pictures
import Viewer

/// The trained agent plays, episode after episode; a person may take over.
package struct WatchScene: Scene {
  package let stepsPerSecond: Double

  private let view: AgentView
  private let entry: CatalogEntry
  private let actionByKey: [(key: Key, action: ActionValue)]
  /// The seed of the episode.
  package private(set) var seed: UInt64
  private var isPerson = false
  private var lastReturn: Double?
  /// Steps until the next episode begins, once this one has ended.
  private var rest: Int?

  /// Seconds for which the end of an episode is shown.
  private static let pause = 1.5

  /// Starts the agent of a run on a seed.
  ///
  /// - Parameters:
  ///   - run: the finished run.
  ///   - seed: of the first episode; the next ones follow.
  ///   - gauge: tells how strange what the world shows is; nil for nobody.
  package init(_ run: FinishedRun, seed: UInt64, gauge: SurpriseGauge? = nil) throws {
    self.seed = seed
    entry = run.entry
    view = try run.agentView()
    view.gauge = gauge
    stepsPerSecond = entry.specification(entry.defaultObservation).stepsPerSecond
    actionByKey = entry.keys.compactMap { name, action in Key(name: name).map { ($0, action) } }
    try view.reset(seed: seed)
  }

  /// The actions only while a person plays.
  package var keys: KeyMap {
    guard isPerson else { return KeyMap([]) }
    return KeyMap(
      actionByKey.map { key, action in
        KeyMap.Binding(key, meaning: entry.actions.name(of: action))
      }
    ).over(KeyMap([]))
  }

  package var supportedCommands: [SceneCommand] { [.reset, .resetSameSeed, .switchPlayer] }

  package mutating func advance(_ input: SceneInput) throws {
    if view.hasEnded { return try waitForNext() }
    guard isPerson else { return try view.advance() }
    let held = actionByKey.filter { input.isDown($0.key) }.map(\.action)
    guard let action = entry.actions.together(held) ?? entry.idleAction else { return }
    try view.advance(person: action)
  }

  /// Goes on with the next seed after a moment.
  private mutating func waitForNext() throws {
    let left = (rest ?? Int((Self.pause * stepsPerSecond).rounded(.up))) - 1
    rest = left
    if left <= 0 { try start(seed + 1) }
  }

  private mutating func start(_ seed: UInt64) throws {
    if view.hasEnded { lastReturn = view.returns.last }
    self.seed = seed
    rest = nil
    try view.reset(seed: seed)
  }

  package mutating func press(_ press: KeyPress) throws -> Bool {
    // In a world with an Enter of its own the end would else be final while a person plays.
    guard press.key == .enter, view.hasEnded else { return false }
    if !press.isRepeat { try perform(press.isShifted ? .resetSameSeed : .reset) }
    return true
  }

  package mutating func perform(_ command: SceneCommand) throws {
    switch command {
    case .reset: try start(seed + 1)
    case .resetSameSeed: try start(seed)
    case .switchPlayer: isPerson.toggle()
    }
  }

  package mutating func frame() -> Frame { frame(in: AgentLayout.ownRoom) }

  package mutating func frame(in room: PictureRoom) -> Frame {
    let specification = view.world.specification
    let area = AgentLayout(room, width: specification.aspectRatio, height: 1).world
    var world = Frame(width: max(1, area.width), height: max(1, area.height))
    view.world.draw(0, into: &world)
    var panel = view.panel(expectedSteps: specification.maximumSteps, notice: notice)
    panel.header += ", seed \(seed), \(isPerson ? "a person" : "the agent") plays"
    if let lastReturn { panel.header += "; last return \(NumberText.short(lastReturn))" }
    panel.world = world
    panel.mission = view.world.mission(of: 0)
    panel.holding = HeldThings(specification.facts, view.world.facts(of: 0)).text
    return panel.frame(in: room)
  }

  private var notice: String {
    guard view.hasEnded else { return "" }
    return "ended; seed \(seed + 1) follows"
  }
}
