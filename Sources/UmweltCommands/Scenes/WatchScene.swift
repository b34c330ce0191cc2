import EnvironmentKit
import Experiments
import Pictures
import Viewer

/// The trained agent plays; a person may take over.
struct WatchScene: Scene {
  let keys: KeyMap
  let stepsPerSecond: Double

  private let view: AgentView
  private let run: FinishedRun
  private let actionByKey: [(key: Key, action: ActionValue)]
  private var seed: UInt64
  private var isPerson = false
  private var showsNotice = true

  /// Starts the agent of a run on a seed.
  init(_ run: FinishedRun, seed: UInt64) throws {
    self.run = run
    self.seed = seed
    view = try run.agentView()
    stepsPerSecond = run.entry.specification(.pixels64).stepsPerSecond
    actionByKey = run.entry.keys.compactMap { name, action in
      Key(name: name).map { ($0, action) }
    }
    let actions = run.entry.actions
    keys = KeyMap(
      actionByKey.map { key, action in
        KeyMap.Binding(key, meaning: "\(actions.name(of: action)) (when a person plays)")
      })
    try view.reset(seed: seed)
  }

  mutating func advance(_ input: SceneInput) throws {
    guard isPerson else { return try view.advance() }
    let pressed = actionByKey.first { input.isDown($0.key) }?.action
    guard let action = pressed ?? run.entry.idleAction else { return }
    try view.advance(person: action)
  }

  mutating func perform(_ command: SceneCommand) throws {
    switch command {
    case .reset:
      seed += 1
      try view.reset(seed: seed)
    case .resetSameSeed: try view.reset(seed: seed)
    case .switchPlayer: isPerson.toggle()
    case .overlay: showsNotice.toggle()
    }
  }

  mutating func frame() -> Frame {
    var notice = ""
    if showsNotice {
      notice = isPerson ? "a person plays" : "seed \(seed)"
      if view.hasEnded { notice = "ended: Enter starts anew" }
    }
    return view.panel(
      expectedSteps: run.entry.specification(.pixels64).maximumSteps, notice: notice
    )
    .frame()
  }
}
