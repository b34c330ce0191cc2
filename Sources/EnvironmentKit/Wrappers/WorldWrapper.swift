/// A world made of another one by changing one thing.
///
/// Wrappers are values like all worlds, so that a copy is a snapshot, their own counters, histories and
/// random streams included; their `step` allocates nothing. They are chained by methods,
/// `world.actionRepeat(4).grayscale().frameStack(4)`, the last one outermost; on a world of the
/// catalogue by `CatalogEntry.wrapped(by:)`. Facts, drawing and mission are always the inner world's.
///
/// | method | what it changes | Gymnasium or MiniGrid |
/// |---|---|---|
/// | `timeLimit(_:)` | truncates after so many steps | `TimeLimit` |
/// | `actionRepeat(_:)` | takes an action several times, adding rewards up | `RepeatAction` |
/// | `stickyActions(_:)` | repeats the last action now and then | `StickyAction` |
/// | `randomActions(_:)` | takes a random action now and then | `StochasticActionWrapper` |
/// | `clipReward(to:)` | cuts rewards to a range | `ClipReward` |
/// | `normalizeReward()` | scales rewards by the spread of returns | `NormalizeReward` |
/// | `grayscale()` | the image in grey, `[height, width, 1]` | `GrayscaleObservation` |
/// | `resize(width:height:)` | the image in another size | `ResizeObservation` |
/// | `oneHot(_:)` | the image's symbols as bytes of 0 and 1 | `OneHotPartialObsWrapper` |
/// | `imageOnly()` | leaves the image and drops other fields | `ImgObsWrapper` |
/// | `frameStack(_:)` | the last observations together, oldest first | `FrameStackObservation` |
/// | kind of observation `grid` | the whole grid in symbols | `FullyObsWrapper` |
/// | kinds `view3` … `view31` | the view in another size | `ViewSizeWrapper` |
/// | kinds `partial8`, `full8` … | pictures in tiles of any size | `RGBImg(Partial)ObsWrapper` |
/// | `Catalog.withoutDeath` | lava or balls cost, and do not end the episode | `NoDeath` |
/// | `EpisodeStatistics` (a batch) | keeps returns and lengths of episodes | `RecordEpisodeStatistics` |
/// | `EpisodeFrames` (a batch) | hands out the pictures of some episodes | `RecordVideo` |
public protocol WorldWrapper: World where Action == Base.Action {
  /// The world within.
  associatedtype Base: World
  /// The world within.
  var base: Base { get set }
}

extension WorldWrapper {
  /// That of the world within.
  public var specification: WorldSpecification { base.specification }
  /// That of the world within.
  public var actionSpace: ActionSpace { base.actionSpace }
  /// That of the world within.
  public func action(index: Int32) -> Base.Action? { base.action(index: index) }
  /// That of the world within.
  public func action(row: UnsafeBufferPointer<Float>) -> Base.Action? { base.action(row: row) }
  /// Resets the world within.
  public mutating func reset(seed: UInt64?) { base.reset(seed: seed) }
  /// Steps the world within.
  public mutating func step(_ action: Base.Action) -> Step { base.step(action) }
  /// Writes what the world within shows.
  public func observe(into writer: inout ObservationWriter) { base.observe(into: &writer) }
  /// Writes the facts of the world within.
  public func facts(into values: UnsafeMutableBufferPointer<Float>) { base.facts(into: values) }
  /// Draws the world within.
  public func draw(into canvas: Canvas) { base.draw(into: canvas) }
  /// The mission of the world within.
  public var mission: String { base.mission }
  /// What keeps the world within from going on.
  public var fault: WorldFault? { base.fault }
}

/// Observations that a wrapper keeps of the world within.
struct KeptObservations: Sendable {
  private(set) var bytes: [UInt8]
  /// Bytes of one observation.
  let size: Int

  init(_ count: Int, of space: ObservationSpace) {
    size = space.count
    bytes = Array(repeating: 0, count: count * size)
  }

  /// Keeps what a world shows now.
  mutating func keep<W: World>(_ world: W, at index: Int = 0) {
    bytes.withUnsafeMutableBufferPointer { bytes in
      let place = bytes[index * size..<(index + 1) * size]
      var writer = ObservationWriter(UnsafeMutableBufferPointer(rebasing: place))
      world.observe(into: &writer)
    }
  }

  /// Sets one observation to zeros.
  mutating func clear(at index: Int) {
    for place in index * size..<(index + 1) * size { bytes[place] = 0 }
  }

  /// Copies one observation over another.
  mutating func copy(from source: Int, to target: Int) {
    for place in 0..<size { bytes[target * size + place] = bytes[source * size + place] }
  }
}
