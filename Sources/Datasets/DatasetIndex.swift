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
  }

  /// The format's version.
  package static let currentVersion = 1
  package static let fileName = "index.json"

  /// The version that the data set was written with.
  public var version = currentVersion
  /// The world's id.
  public var world: String
  /// Extents of a frame, such as `[64, 64, 3]`; `[bytes]` where a frame has several fields.
  public var frameShape: [Int]
  /// The fields of a frame, one after the other, where it has several; else nil.
  public var fields: [ObservationField]?
  /// The facts kept with each frame.
  public var facts: [Fact]
  /// Frames at which a shard closes, after the episode that reaches them.
  public var framesPerShard: Int
  /// The closed shards, in order.
  public var shards: [Shard] = []

  /// Describes an empty data set.
  ///
  /// - Parameters:
  ///   - world: the world's id.
  ///   - frameShape: extents of a frame.
  ///   - facts: the facts kept with each frame.
  ///   - framesPerShard: frames at which a shard closes, at least 1.
  public init(world: String, frameShape: [Int], facts: [Fact], framesPerShard: Int = 4096) {
    precondition(
      framesPerShard >= 1, "DatasetIndex: \(framesPerShard) frames a shard; give 1 or more")
    self.world = world
    self.frameShape = frameShape
    self.facts = facts
    self.framesPerShard = framesPerShard
  }

  /// Describes an empty data set of whole observations, pictures or not.
  ///
  /// - Parameters:
  ///   - world: the world's id.
  ///   - observation: what a frame consists of; one field keeps its shape, several lie one after the other.
  ///   - facts: the facts kept with each frame.
  ///   - framesPerShard: frames at which a shard closes, at least 1.
  public init(
    world: String, observation: ObservationSpace, facts: [Fact], framesPerShard: Int = 4096
  ) {
    let fields = observation.fields
    self.init(
      world: world, frameShape: fields.count == 1 ? fields[0].shape : [observation.count],
      facts: facts, framesPerShard: framesPerShard)
    self.fields = fields.count == 1 ? nil : fields
  }

  /// Bytes of a frame.
  public var frameSize: Int { frameShape.reduce(1, *) }

  /// Reads the index of a folder, or nil where there is none.
  package static func read(in folder: URL) throws -> DatasetIndex? {
    let url = folder.appending(path: fileName)
    guard FileManager.default.fileExists(atPath: url.path) else { return nil }
    let index: DatasetIndex
    do {
      index = try JSONDecoder().decode(Self.self, from: Data(contentsOf: url))
    } catch {
      throw FileError(
        place: url.path, cause: "is no index of a data set",
        remedy: "remove the folder and collect the data again")
    }
    guard index.version == currentVersion, index.isPossible else {
      throw FileError(
        place: url.path,
        cause: index.isPossible
          ? "is of version \(index.version), this program reads \(currentVersion)"
          : "has impossible shapes or counts",
        remedy: "remove the folder and collect the data again")
    }
    return index
  }

  /// Whether all numbers lie where data sets can be.
  private var isPossible: Bool {
    let counts = shards.flatMap { [$0.episodes, $0.frames, $0.steps] }
    return frameShape.count <= 4 && hasPossibleFields
      && frameShape.allSatisfy { (1...65_536).contains($0) }
      && framesPerShard >= 1 && counts.allSatisfy { (0...1 << 40).contains($0) }
      && shards.allSatisfy { !$0.name.contains("/") }
  }

  /// Whether the fields, where there are any, fill a frame.
  private var hasPossibleFields: Bool {
    guard let fields else { return true }
    let extents = fields.flatMap(\.shape)
    return frameShape.count == 1 && extents.allSatisfy { (1...65_536).contains($0) }
      && fields.allSatisfy { $0.shape.count <= 4 }
      && frameSize == fields.reduce(0) { $0 + $1.count }
  }

  package func write(in folder: URL) throws {
    try DurableFile.write(json, to: folder.appending(path: Self.fileName))
  }

  private var json: JSONValue {
    var value = plainJSON
    if let fields {
      value["fields"] = .array(
        fields.map {
          ["name": .string($0.name), "shape": .array($0.shape.map { .integer($0) })]
        })
    }
    return value
  }

  private var plainJSON: JSONValue {
    [
      "version": .integer(version), "world": .string(world),
      "frameShape": .array(frameShape.map { .integer($0) }),
      "facts": .array(
        facts.map { ["name": .string($0.name), "kind": .string($0.kind.rawValue)] }),
      "framesPerShard": .integer(framesPerShard),
      "shards": .array(
        shards.map {
          [
            "name": .string($0.name), "episodes": .integer($0.episodes),
            "frames": .integer($0.frames), "steps": .integer($0.steps),
          ]
        }),
    ]
  }
}

/// The arrays of a shard, each in a file of its own.
package enum ShardArray: String, CaseIterable {
  /// uint8 `[frames, frame shape…]`.
  case frames
  /// float32 `[frames, facts]`.
  case facts
  /// int32 `[steps]`.
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
