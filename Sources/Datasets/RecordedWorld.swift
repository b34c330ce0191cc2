import EnvironmentKit

/// Recorded episodes as a world that can be looked at, not played: it shows them, whatever is done.
///
/// What is made for worlds then knows what there is to see and to do. The seed S shows the episode of
/// number S, counted on from the first after the last; without a seed the next episode follows.
public struct RecordedWorld: World {
  /// An action of whatever kind the episodes have.
  public struct Action: WorldAction {
    /// Not known to the type: ask a world for its `actionSpace`.
    public static var space: ActionSpace { .discrete([]) }
    /// The action of an index; a world refuses those that its episodes have not.
    public init?(index: Int32) {}
    /// The action of a row; likewise.
    public init?(row: UnsafeBufferPointer<Float>) {}
  }

  /// What was recorded.
  public let specification: WorldSpecification
  private let dataset: EpisodeDataset
  private let isPicture: Bool
  private var episode = 0
  private var step = 0

  /// Frames a second at which episodes are shown: nobody has said how fast their world went.
  private static let stepsPerSecond = 15.0

  /// Shows episodes.
  ///
  /// - Parameter id: what they are called.
  public init(_ dataset: EpisodeDataset, id: String) {
    self.dataset = dataset
    let index = dataset.index
    let shape = index.frameShape
    isPicture = Self.isPicture(index)
    var (least, greatest) = (Float.infinity, -Float.infinity)
    for step in 0..<dataset.stepCount {
      (least, greatest) = (min(least, dataset.reward(step)), max(greatest, dataset.reward(step)))
    }
    specification = WorldSpecification(
      id: id, observation: index.observation,
      maximumSteps: max(1, dataset.episodes.map(\.steps.count).max() ?? 1),
      rewardRange: least <= greatest ? least...greatest : 0...0, facts: index.facts,
      stepsPerSecond: Self.stepsPerSecond,
      aspectRatio: isPicture ? Double(shape[1]) / Double(shape[0]) : 1)
  }

  /// Whether frames are pictures for people too: grey or in colour, and no small grid.
  public static func isPicture(_ index: DatasetIndex) -> Bool {
    let shape = index.frameShape
    return index.fields == nil && shape.count == 3 && [1, 3].contains(shape[2])
      && min(shape[0], shape[1]) >= 16
  }

  /// What could be done when the episodes were recorded.
  public var actionSpace: ActionSpace { dataset.index.actions }

  /// Any action that could be chosen.
  public func action(index: Int32) -> Action? {
    dataset.index.actions.names.indices.contains(Int(index)) ? Action(index: index) : nil
  }

  /// Any row of as many numbers.
  public func action(row: UnsafeBufferPointer<Float>) -> Action? {
    row.count == dataset.index.actions.rowWidth ? Action(row: row) : nil
  }

  /// The number of the episode that a seed shows.
  package static func episode(ofSeed seed: UInt64, of count: Int) -> Int {
    Int(seed % UInt64(max(1, count)))
  }

  /// Begins to show an episode.
  public mutating func reset(seed: UInt64?) {
    let count = dataset.episodes.count
    episode = seed.map { Self.episode(ofSeed: $0, of: count) } ?? (episode + 1) % max(1, count)
    step = 0
  }

  private var span: EpisodeSpan { dataset.episodes[episode] }
  private var frame: Int { span.frames.lowerBound + min(step, span.steps.count) }

  /// Shows what came next; after the last step the episode is cut off.
  public mutating func step(_ action: Action) -> Step {
    guard step < span.steps.count else { return Step(reward: 0, truncated: true) }
    let taken = span.steps.lowerBound + step
    step += 1
    let terminated = dataset.terminated(taken)
    return Step(
      reward: dataset.reward(taken), terminated: terminated,
      truncated: !terminated && step == span.steps.count)
  }

  /// Writes the frame.
  public func observe(into writer: inout ObservationWriter) {
    let bytes = dataset.frame(frame)
    writer.write(count: bytes.count) { _ = $0.update(fromContentsOf: bytes) }
  }

  /// Writes what was known of the frame.
  public func facts(into values: UnsafeMutableBufferPointer<Float>) {
    _ = values.update(fromContentsOf: dataset.facts(frame))
  }

  /// Draws the frame; what is no picture as rows of grey.
  public func draw(into canvas: Canvas) {
    let bytes = dataset.frame(frame)
    let shape = dataset.index.frameShape
    let side = Int(Double(bytes.count).squareRoot().rounded(.up))
    let (rows, columns, channels) =
      isPicture ? (shape[0], shape[1], shape[2]) : (max(1, side), max(1, side), 1)
    for y in 0..<canvas.height {
      for x in 0..<canvas.width {
        let place = (y * rows / canvas.height * columns + x * columns / canvas.width) * channels
        func value(_ channel: Int) -> UInt8 {
          let index = place + min(channel, channels - 1)
          return index < bytes.count ? bytes[index] : 0
        }
        canvas.set(x, y, Color(value(0), value(1), value(2)))
      }
    }
  }
}

extension CatalogEntry {
  /// Recorded episodes as an entry that looks like a world's, and cannot be played.
  ///
  /// Choices called as arrow keys are have those keys, others the digits; of numbers the first two have the arrows.
  public init(recorded dataset: EpisodeDataset, id: String) {
    let (actions, world) = (dataset.index.actions, RecordedWorld(dataset, id: id))
    self.init(
      id: id, family: id, file: "", reference: "episodes recorded in \(dataset.index.world)",
      observations: [RecordedWorld.isPicture(dataset.index) ? .pixels64 : .symbols],
      keys: Self.keys(for: actions), source: .recorded, actions: actions
    ) { _ in world }
    text = dataset.index.text
  }

  private static func keys(for actions: ActionSpace) -> [(key: String, action: ActionValue)] {
    switch actions {
    case .discrete(let names):
      let arrows = ["left", "right", "up", "down", "space"]
      return names.enumerated().compactMap { index, name in
        let key = arrows.contains(name) ? name : index < 9 ? "\(index + 1)" : nil
        return key.map { ($0, .index(Int32(index))) }
      }
    case .continuous(let bounds):
      let ends = [("left", "right"), ("down", "up")]
      return zip(bounds.indices, ends).flatMap { component, keys in
        [(keys.0, bounds[component].lowerBound), (keys.1, bounds[component].upperBound)].map {
          var row = [Float](repeating: 0, count: bounds.count)
          row[component] = $0.1
          return ($0.0, .row(row))
        }
      }
    }
  }
}
