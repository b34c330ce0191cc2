import EnvironmentKit
import Files
import Foundation

/// What a data set consists of: the file `index.json` beside the shards, written last.
public struct DatasetIndex: Hashable, Sendable, Codable {
  /// One closed group of files.
  public struct Shard: Hashable, Sendable, Codable {
    /// What its files' names begin with, such as `shard-0000`.
    public var name: String
    /// Episodes in it.
    public var episodes: Int
    /// Frames in it: one more an episode than steps.
    public var frames: Int
    /// Steps in it.
    public var steps: Int
    /// XXH64 of each array's elements, in 16 hexadecimal digits, by the array's name.
    public var checksums: [String: String] = [:]
  }

  /// The format's version.
  package static let currentVersion = 2
  package static let fileName = "index.json"

  /// The version that the data set was written with.
  public var version = currentVersion
  /// The world's id.
  public var world: String
  /// Extents of a frame, such as `[64, 64, 3]`; `[bytes]` where a frame has several fields.
  public var frameShape: [Int]
  /// The fields of a frame, one after the other, where it has several, or one whose columns come first; else nil.
  public var fields: [ObservationField]?
  /// What could be done.
  public var actions: ActionSpace
  /// The facts kept with each frame.
  public var facts: [Fact]
  /// The run that it was collected for, where it was one: what it says is that run's own affair.
  public var run: String?
  /// Frames at which a shard closes, after the episode that reaches them.
  public var framesPerShard: Int
  /// The closed shards, in order.
  public var shards: [Shard] = []

  /// Bytes of frames at which a shard closes where nothing is said: 4,096 pictures of 64×64.
  private static let bytesPerShard = 4096 * 64 * 64 * 3
  private static let mostFramesPerShard = 1 << 20

  /// Describes an empty data set.
  ///
  /// - Parameters:
  ///   - world: the world's id.
  ///   - frameShape: extents of a frame.
  ///   - actions: what could be done.
  ///   - facts: the facts kept with each frame.
  ///   - framesPerShard: frames at which a shard closes, at least 1; nil for as many as make 50 MB, so
  ///     that small episodes share a shard and large frames do not make a huge one.
  public init(
    world: String, frameShape: [Int], actions: ActionSpace, facts: [Fact],
    framesPerShard: Int? = nil
  ) {
    self.world = world
    self.frameShape = frameShape
    self.actions = actions
    self.facts = facts
    let size = max(1, frameShape.reduce(1, *))
    self.framesPerShard =
      framesPerShard ?? max(1, min(Self.mostFramesPerShard, Self.bytesPerShard / size))
    precondition(
      self.framesPerShard >= 1,
      "DatasetIndex: \(self.framesPerShard) frames a shard; give 1 or more")
  }

  /// Describes an empty data set of whole observations, pictures or not.
  ///
  /// - Parameters:
  ///   - world: the world's id.
  ///   - observation: what a frame consists of; one field keeps its shape, several lie one after the other.
  ///   - actions: what could be done.
  ///   - facts: the facts kept with each frame.
  ///   - framesPerShard: frames at which a shard closes, at least 1; nil for as many as make 50 MB.
  public init(
    world: String, observation: ObservationSpace, actions: ActionSpace, facts: [Fact],
    framesPerShard: Int? = nil
  ) {
    let fields = observation.fields
    self.init(
      world: world, frameShape: fields.count == 1 ? fields[0].shape : [observation.count],
      actions: actions, facts: facts, framesPerShard: framesPerShard)
    self.fields = fields.count == 1 && observation.order == .rows ? nil : fields
  }

  /// What a frame consists of.
  var observation: ObservationSpace {
    ObservationSpace(
      fields ?? [
        ObservationField(frameShape.count == 3 ? "image" : "observation", shape: frameShape)
      ])
  }

  /// The same, as it was written before fields said their order.
  var withoutOrder: DatasetIndex {
    var index = self
    index.fields =
      fields?.count == 1 ? nil : fields?.map { ObservationField($0.name, shape: $0.shape) }
    return index
  }

  /// Bytes of a frame.
  public var frameSize: Int { frameShape.reduce(1, *) }
}

/// The arrays of a shard, each in a file of its own.
package enum ShardArray: String, CaseIterable {
  /// uint8 `[frames, frame shape…]`.
  case frames
  /// float32 `[frames, facts]`.
  case facts
  /// int32 `[steps]`, or float32 `[steps, components]`.
  case actions
  /// float32 `[steps]`.
  case rewards
  /// bool `[steps]`.
  case terminated
  /// bool `[steps]`.
  case truncated
  /// uint64 `[episodes, 3]`: seed, first frame within the shard, steps.
  case episodes

  package func url(shard: String, in folder: URL) -> URL {
    folder.appending(path: "\(shard)-\(rawValue).npy")
  }
}
