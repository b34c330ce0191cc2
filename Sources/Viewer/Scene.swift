public import EnvironmentKit

/// The keys of one step, among those that the scene's own map names.
public struct SceneInput: Hashable, Sendable {
  /// Keys that are down, the one pressed first coming first.
  public var held: [Key]
  /// Keys that went down since the last step, in order, be they up again or not.
  public var pressed: [Key]

  /// Creates an input; none by default.
  public init(held: [Key] = [], pressed: [Key] = []) {
    self.held = held
    self.pressed = pressed
  }

  /// Whether a key is down, or was since the last step.
  public func isDown(_ key: Key) -> Bool { held.contains(key) || pressed.contains(key) }

  /// The key that went down last and is still down, or was tapped since the last step.
  public var latest: Key? { pressed.last ?? held.last }
}

/// Something that goes on in steps and can be drawn: a game, an agent at work, a run.
///
/// A scene knows neither windows nor time. The same steps and pictures come out whether a window
/// shows them or a file keeps them.
public protocol Scene {
  /// Steps a second at normal speed, greater than 0.
  var stepsPerSecond: Double { get }

  /// The scene's own keys, which win over the loop's.
  var keys: KeyMap { get }

  /// Whether a step is taken only when one of the scene's keys is pressed: turn by turn.
  var waitsForKey: Bool { get }

  /// Whether the scene goes on while its window is hidden.
  var advancesWhileHidden: Bool { get }

  /// Whether the scene is over, so that the loop ends.
  var isFinished: Bool { get }

  /// Looks whether something outside changed, several times a second; true asks for a new picture.
  mutating func poll() throws -> Bool

  /// Takes one of the scene's own keys the moment it goes down, paused or not.
  ///
  /// - Parameter press: a key of `keys`, repeats included.
  /// - Returns: whether that was all; false keeps the key for the next step's input.
  mutating func press(_ press: KeyPress) throws -> Bool

  /// Takes the place that the main button of the mouse points at, in pixels of the picture.
  ///
  /// - Parameter place: nil when the button goes up.
  /// - Returns: whether something changed, so that the picture must be drawn anew.
  mutating func point(at place: PointerPlace?) throws -> Bool

  /// Takes one step.
  mutating func advance(_ input: SceneInput) throws

  /// Does what a key of the loop asks.
  mutating func perform(_ command: SceneCommand) throws

  /// Draws the scene as it is now; of one size as long as nothing is switched over.
  mutating func frame() -> Frame
}

extension Scene {
  /// No keys.
  public var keys: KeyMap { KeyMap([]) }
  /// Time goes on by itself.
  public var waitsForKey: Bool { false }
  /// The scene goes on unseen.
  public var advancesWhileHidden: Bool { true }
  /// Never over.
  public var isFinished: Bool { false }
  /// Every key waits for the next step.
  public mutating func press(_ press: KeyPress) -> Bool { false }
  /// The mouse does nothing.
  public mutating func point(at place: PointerPlace?) -> Bool { false }
  /// Nothing outside matters.
  public mutating func poll() -> Bool { false }
  /// Nothing.
  public mutating func perform(_ command: SceneCommand) {}
}

/// What another thread publishes, drawn whenever something new came.
public struct MonitorScene<Value: Sendable>: Scene {
  /// Looks a second.
  public let stepsPerSecond: Double
  private let source: LatestValue<Value>
  private let draw: (Value) -> Frame
  private var shown: Value

  /// Creates a scene.
  ///
  /// - Parameters:
  ///   - source: where the values come from.
  ///   - initial: what is drawn before the first one.
  ///   - looksPerSecond: how often to look, greater than 0.
  ///   - draw: draws a value, always in one size.
  public init(
    _ source: LatestValue<Value>, initial: Value, looksPerSecond: Double = 8,
    draw: @escaping (Value) -> Frame
  ) {
    self.source = source
    self.draw = draw
    shown = initial
    stepsPerSecond = looksPerSecond
  }

  /// A hidden window asks for nothing.
  public var advancesWhileHidden: Bool { false }

  /// Whether the source said that nothing more comes.
  public var isFinished: Bool { source.isFinished }

  /// Takes the newest value, where there is one.
  public mutating func advance(_ input: SceneInput) {
    if let value = source.take() { shown = value }
  }

  /// Draws the newest value.
  public mutating func frame() -> Frame { draw(shown) }
}
