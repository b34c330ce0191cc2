/// What one step gave.
@frozen
public struct Step: Hashable, Sendable {
  /// The reward of this step.
  public var reward: Float
  /// The task itself ended here, well or badly: nothing follows, do not bootstrap.
  public var terminated: Bool
  /// The episode was cut off for a reason outside the task, such as a time limit.
  public var truncated: Bool

  /// Creates a step's result.
  @inlinable
  public init(reward: Float, terminated: Bool = false, truncated: Bool = false) {
    self.reward = reward
    self.terminated = terminated
    self.truncated = truncated
  }

  /// Whether the episode is over.
  @inlinable
  public var ended: Bool { terminated || truncated }
}

/// What a world is: all that is known before it is made.
public struct WorldSpecification: Hashable, Sendable {
  /// The world's id, such as `TakeCover`.
  public var id: String
  /// What an observation consists of.
  public var observation: ObservationSpace
  /// Steps after which an episode is truncated.
  public var maximumSteps: Int
  /// The least and greatest reward of a step.
  public var rewardRange: ClosedRange<Float>
  /// The true quantities that `facts` writes, in order.
  public var facts: [Fact]
  /// Steps a second at which a person plays.
  public var stepsPerSecond: Double
  /// Width by height of the picture for people, in proportion.
  public var aspectRatio: Double

  /// Creates a specification.
  public init(
    id: String, observation: ObservationSpace, maximumSteps: Int,
    rewardRange: ClosedRange<Float>, facts: [Fact], stepsPerSecond: Double,
    aspectRatio: Double = 1
  ) {
    self.id = id
    self.observation = observation
    self.maximumSteps = maximumSteps
    self.rewardRange = rewardRange
    self.facts = facts
    self.stepsPerSecond = stepsPerSecond
    self.aspectRatio = aspectRatio
  }
}

/// A single world: a value, so that a copy is a snapshot, random stream included.
///
/// `step` and `observe` allocate nothing. Nothing iterates a `Set` or a `Dictionary`: Swift
/// randomises their order. Drawing never touches the world's random stream.
public protocol World: Sendable {
  /// What an agent may do.
  associatedtype Action: WorldAction

  /// What this world is.
  var specification: WorldSpecification { get }

  /// What an agent may do here: what the type of action says, where a world does not say otherwise.
  var actionSpace: ActionSpace { get }

  /// The action of an index, or nil where there is none here.
  func action(index: Int32) -> Action?

  /// The action of a row of components, or nil where rows are not accepted.
  func action(row: UnsafeBufferPointer<Float>) -> Action?

  /// Starts an episode.
  ///
  /// - Parameter seed: restarts the random stream from this number; nil continues it, so that the
  ///   next episode differs (Gymnasium's rule).
  mutating func reset(seed: UInt64?)

  /// Acts once. After an end, `reset` comes first.
  mutating func step(_ action: Action) -> Step

  /// Writes the observation, field after field.
  func observe(into writer: inout ObservationWriter)

  /// Writes the true values of `specification.facts`, in order; NaN where one is absent now.
  func facts(into values: UnsafeMutableBufferPointer<Float>)

  /// Draws the world for people, filling the canvas whatever its size.
  func draw(into canvas: Canvas)

  /// What is asked of the agent in words; empty where there is no such text.
  var mission: String { get }

  /// Why the world cannot go on, where what it was made from is at fault.
  ///
  /// Asked for after a reset, and after a step whose reward is no number.
  var fault: WorldFault? { get }
}

/// A mistake in what a world was made from, such as its file, that only playing shows.
public struct WorldFault: Hashable, Sendable {
  /// What was found, with its place.
  public var cause: String
  /// What to do about it.
  public var remedy: String

  /// Creates a description of a mistake.
  public init(cause: String, remedy: String) {
    self.cause = cause
    self.remedy = remedy
  }
}

extension World {
  /// What the type of action says.
  public var actionSpace: ActionSpace { Action.space }
  /// What the type of action says.
  @inlinable
  public func action(index: Int32) -> Action? { Action(index: index) }
  /// What the type of action says.
  @inlinable
  public func action(row: UnsafeBufferPointer<Float>) -> Action? { Action(row: row) }
  /// No mission.
  public var mission: String { "" }
  /// Nothing is at fault.
  @inlinable
  public var fault: WorldFault? { nil }
}

/// A bounded place for one observation: counts what is written and refuses what does not fit.
@frozen
public struct ObservationWriter: ~Copyable {
  @usableFromInline let buffer: UnsafeMutableBufferPointer<UInt8>
  @usableFromInline var written = 0

  /// Bytes that the world asked to write so far; more than the space means a faulty world.
  @inlinable
  public var count: Int { written }

  /// Creates a writer over a buffer of exactly one observation.
  @inlinable
  public init(_ buffer: UnsafeMutableBufferPointer<UInt8>) {
    self.buffer = buffer
  }

  /// Whether exactly one observation was written.
  @inlinable
  public var isComplete: Bool { count == buffer.count }

  /// Writes one byte.
  @inlinable
  public mutating func write(_ byte: UInt8) {
    if written < buffer.count { buffer[written] = byte }
    written += 1
  }

  /// Hands out the next `size` bytes to be filled; the closure is not called where they do not fit.
  @inlinable
  public mutating func write(
    count size: Int, _ fill: (UnsafeMutableBufferPointer<UInt8>) -> Void
  ) {
    let end = written + size
    if end <= buffer.count { fill(UnsafeMutableBufferPointer(rebasing: buffer[written..<end])) }
    written = end
  }

  /// Hands out the next `height`×`width`×3 bytes as a canvas.
  @inlinable
  public mutating func writeImage(width: Int, height: Int, _ draw: (Canvas) -> Void) {
    write(count: width * height * 3) { bytes in
      guard let base = bytes.baseAddress else { return }
      draw(Canvas(base, width: width, height: height))
    }
  }
}
