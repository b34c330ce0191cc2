public import EnvironmentKit
public import Pictures

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

  /// Whether steps come by a clock that can be paused and hurried.
  var hasClock: Bool { get }

  /// What `perform` answers; keys of other commands are neither listed nor taken.
  var supportedCommands: [SceneCommand] { get }

  /// Whether the scene goes on while its window is hidden.
  var advancesWhileHidden: Bool { get }

  /// Whether the scene is over, so that the loop ends.
  var isFinished: Bool { get }

  /// Whether nothing moves until a person begins anew.
  var awaitsNewStart: Bool { get }

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

  /// Takes the place that the mouse moves over, no button being held, in pixels of the picture.
  ///
  /// - Returns: whether something changed, so that the picture must be drawn anew.
  mutating func hover(at place: PointerPlace) throws -> Bool

  /// Takes one step.
  mutating func advance(_ input: SceneInput) throws

  /// Does what a key of the loop asks.
  mutating func perform(_ command: SceneCommand) throws

  /// Draws the scene as it is now; of one size as long as nothing is switched over.
  mutating func frame() -> Frame

  /// Draws the scene as it is now over a whole room; a picture of another size is fitted in.
  mutating func frame(in room: PictureRoom) -> Frame
}

extension Scene {
  /// No keys.
  public var keys: KeyMap { KeyMap([]) }
  /// Time goes on by itself.
  public var waitsForKey: Bool { false }
  /// Unless it is turn by turn.
  public var hasClock: Bool { !waitsForKey }
  /// None.
  public var supportedCommands: [SceneCommand] { [] }
  /// The scene goes on unseen.
  public var advancesWhileHidden: Bool { true }
  /// Never over.
  public var isFinished: Bool { false }
  /// Never: what has ended goes on by itself.
  public var awaitsNewStart: Bool { false }
  /// Every key waits for the next step.
  public mutating func press(_ press: KeyPress) -> Bool { false }
  /// The mouse does nothing.
  public mutating func point(at place: PointerPlace?) -> Bool { false }
  /// The mouse does nothing.
  public mutating func hover(at place: PointerPlace) -> Bool { false }
  /// Nothing outside matters.
  public mutating func poll() -> Bool { false }
  /// Nothing.
  public mutating func perform(_ command: SceneCommand) {}
  /// The picture of the scene's own size.
  public mutating func frame(in room: PictureRoom) -> Frame { frame() }
}

/// What another thread publishes, drawn whenever something new came.
public struct MonitorScene<Value: Sendable>: Scene {
  /// Looks a second.
  public let stepsPerSecond: Double
  private let source: LatestValue<Value>
  private let draw: (Value, PictureRoom?) -> Frame
  private let stays: Bool
  private var shown: Value

  /// Creates a scene that fills its window.
  ///
  /// - Parameters:
  ///   - source: where the values come from.
  ///   - initial: what is drawn before the first one.
  ///   - looksPerSecond: how often to look, greater than 0.
  ///   - stays: whether the last picture stays until the window is closed.
  ///   - draw: draws a value over a room; in one size of its own where that is nil.
  public init(
    _ source: LatestValue<Value>, initial: Value, looksPerSecond: Double = 8, stays: Bool = false,
    draw: @escaping (Value, PictureRoom?) -> Frame
  ) {
    self.source = source
    self.draw = draw
    self.stays = stays
    shown = initial
    stepsPerSecond = looksPerSecond
  }

  /// Creates a scene whose picture has a size of its own.
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
    self.init(source, initial: initial, looksPerSecond: looksPerSecond) { value, _ in draw(value) }
  }

  /// The clock is another's.
  public var hasClock: Bool { false }

  /// A hidden window asks for nothing.
  public var advancesWhileHidden: Bool { false }

  /// Whether the source said that nothing more comes.
  public var isFinished: Bool { source.isFinished && !stays }

  /// Takes the newest value, where there is one.
  public mutating func advance(_ input: SceneInput) {
    if let value = source.take() { shown = value }
  }

  /// Draws the newest value.
  public mutating func frame() -> Frame { draw(shown, nil) }

  /// Draws the newest value over a room.
  public mutating func frame(in room: PictureRoom) -> Frame { draw(shown, room) }
}
