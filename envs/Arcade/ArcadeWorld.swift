import EnvironmentKit
import Randomness

/// What all games of the arcade have in common besides their rules.
package struct ArcadeRules: Hashable, Sendable {
  /// The chance that the action before is taken once more in the place of the one given.
  package var stickiness = 0.1
  /// Whether games grow harder as they go on.
  package var ramps = true

  /// Creates the rules of the catalogue's worlds.
  package init() {}
}

/// A game of the arcade as a world: sticky actions, a limit of steps, ways to observe it.
///
/// The same seed gives the same game as in the Python library `minatar` 1.0.15, number for number: everything
/// draws from its random stream in that library's order.
package struct ArcadeWorld<Game: ArcadeGame>: World {
  package typealias Action = ArcadeAction

  let observer: ArcadeObserver<Game>
  var game = Game()
  private let version: Int
  private let actions: ArcadeActionSet
  private let rules: ArcadeRules
  private var random = MersenneTwister(seed: 0)
  private var lastAction = ArcadeAction.stay
  private var stepCount = 0

  /// Makes the world; its first game is that of seed 0.
  ///
  /// - Parameter version: that of the id: 0 offers all actions, 1 those that are of use.
  package init(
    _ observation: ObservationKind, version: Int = 0, rules: ArcadeRules = ArcadeRules()
  ) {
    observer = ArcadeObserver(observation)
    self.version = version
    actions = Self.actions(version)
    self.rules = rules
    reset(seed: 0)
  }

  package var specification: WorldSpecification {
    WorldSpecification(
      id: Self.id(version), observation: observer.space, maximumSteps: Game.maximumSteps,
      rewardRange: 0...Float(Game.mostPoints), facts: Game.facts, stepsPerSecond: 10)
  }

  /// The library's id of a version.
  static func id(_ version: Int) -> String { "MinAtar/\(Game.name)-v\(version)" }

  /// The actions that a version offers.
  static func actions(_ version: Int) -> ArcadeActionSet {
    version == 0 ? .all : ArcadeActionSet(Game.usefulActions)
  }

  package var actionSpace: ActionSpace { actions.space }

  @inline(__always)
  package func action(index: Int32) -> ArcadeAction? { actions[index] }

  /// Starts a game.
  ///
  /// With a seed the last action is forgotten too, which else sticks across the end of a game.
  package mutating func reset(seed: UInt64?) {
    if let seed {
      random = MersenneTwister(seed: seed)
      lastAction = .stay
    }
    stepCount = 0
    game.start(&random)
  }

  package mutating func step(_ action: ArcadeAction) -> Step {
    if random.random() >= rules.stickiness { lastAction = action }
    let outcome = game.act(lastAction, ramps: rules.ramps, &random)
    stepCount += 1
    return Step(
      reward: Float(outcome.points), terminated: outcome.isOver,
      truncated: !outcome.isOver && stepCount >= Game.maximumSteps)
  }

  // Inlined, as all that follows from it: a call would copy the world, random words and all.
  @inline(__always)
  package func observe(into writer: inout ObservationWriter) { observer.write(game, into: &writer) }

  package func facts(into values: UnsafeMutableBufferPointer<Float>) {
    precondition(
      values.count >= Game.facts.count,
      "\(Game.name).facts: room for \(values.count) of \(Game.facts.count) facts")
    game.writeFacts(into: values)
  }

  package func draw(into canvas: Canvas) {
    let view = ArcadeView(canvas)
    Game.drawScenery(view)
    game.draw(view)
  }
}
