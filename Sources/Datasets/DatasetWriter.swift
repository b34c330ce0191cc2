import Files
import Foundation

/// Appends episodes to a data set, shard after shard.
///
/// Shards are immutable once the index lists them. What is not listed, because the program was
/// stopped, is discarded when the data set is opened again: go on with episode `episodeCount`.
public final class DatasetWriter {
  /// The data set's folder.
  public let folder: URL
  /// What is on disk for good.
  public private(set) var index: DatasetIndex
  private var shard: ShardWriter?

  /// Opens a data set to append to it, or creates it.
  ///
  /// - Parameters:
  ///   - folder: its folder, created where it is lacking.
  ///   - description: what it must be: world, shapes, facts. Its shards are not looked at.
  /// - Throws: `FileError` where the folder holds a data set of another description.
  public init(at folder: URL, _ description: DatasetIndex) throws {
    self.folder = folder
    index = description
    index.shards = []
    try DurableFile.createFolder(folder)
    if let found = try DatasetIndex.read(in: folder) {
      try check(found)
      index = found
    }
    try discardUnlisted()
  }

  /// Episodes on disk for good.
  public var episodeCount: Int { index.shards.reduce(0) { $0 + $1.episodes } }
  /// Frames on disk for good.
  public var frameCount: Int { index.shards.reduce(0) { $0 + $1.frames } }

  private func check(_ found: DatasetIndex) throws {
    var wanted = index
    wanted.shards = found.shards
    guard found != wanted else { return }
    throw FileError(
      place: folder.appending(path: DatasetIndex.fileName).path,
      cause: "describes another data set (\(found.world), frames \(found.frameShape), "
        + "\(found.facts.count) facts, \(found.framesPerShard) frames a shard) than the one to be "
        + "collected (\(index.world), frames \(index.frameShape), \(index.facts.count) facts, "
        + "\(index.framesPerShard) frames a shard)",
      remedy: "give the configuration that it was collected with, or another folder")
  }

  private func discardUnlisted() throws {
    let listed = Set(
      index.shards.flatMap { shard in
        ShardArray.allCases.map { $0.url(shard: shard.name, in: folder).lastPathComponent }
      })
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix("shard-") && !listed.contains(name) {
      try DurableFile.remove(folder.appending(path: name))
    }
  }

  /// Appends an episode; closes the shard where it is full.
  ///
  /// - Precondition: the episode's arrays have the lengths that its steps and the index ask for.
  /// - Throws: `FileError` such as for a full disk; what the index lists stays as it is.
  public func append(_ episode: Episode) throws {
    let frames = episode.steps + 1
    precondition(
      episode.frames.count == frames * index.frameSize && episode.rewards.count == episode.steps
        && episode.facts.count == frames * index.facts.count,
      "DatasetWriter.append: \(episode.steps) steps, \(episode.frames.count) bytes of frames of "
        + "\(index.frameShape), \(episode.rewards.count) rewards, \(episode.facts.count) values of "
        + "\(index.facts.count) facts do not fit together")
    do {
      let shard = try shard ?? nextShard()
      self.shard = shard
      try shard.append(episode)
      if shard.counts.frames >= index.framesPerShard { try close() }
    } catch {
      shard = nil
      try? discardUnlisted()
      throw error
    }
  }

  /// Closes the shard that is being written, however full: afterwards all episodes are listed.
  public func close() throws {
    guard let shard else { return }
    try shard.finish()
    var next = index
    next.shards.append(shard.counts)
    try next.write(in: folder)
    index = next
    self.shard = nil
  }

  private func nextShard() throws -> ShardWriter {
    let number = String(index.shards.count)
    let name = "shard-" + String(repeating: "0", count: max(0, 4 - number.count)) + number
    return try ShardWriter(name: name, in: folder, index)
  }
}

/// The files of the shard that is being written.
private final class ShardWriter {
  private(set) var counts: DatasetIndex.Shard
  private let frames: NpyWriter<UInt8>
  private let facts: NpyWriter<Float>
  private let actions: NpyWriter<Int32>
  private let rewards: NpyWriter<Float>
  private let terminated: NpyWriter<Bool>
  private let truncated: NpyWriter<Bool>
  private let episodes: NpyWriter<UInt64>
  private let hasFacts: Bool

  init(name: String, in folder: URL, _ index: DatasetIndex) throws {
    counts = .init(name: name, episodes: 0, frames: 0, steps: 0)
    hasFacts = !index.facts.isEmpty
    func url(_ array: ShardArray) -> URL { array.url(shard: name, in: folder) }
    frames = try NpyWriter(at: url(.frames), rowShape: index.frameShape)
    facts = try NpyWriter(at: url(.facts), rowShape: [index.facts.count])
    actions = try NpyWriter(at: url(.actions))
    rewards = try NpyWriter(at: url(.rewards))
    terminated = try NpyWriter(at: url(.terminated))
    truncated = try NpyWriter(at: url(.truncated))
    episodes = try NpyWriter(at: url(.episodes), rowShape: [3])
  }

  func append(_ episode: Episode) throws {
    try episodes.append([episode.seed, UInt64(counts.frames), UInt64(episode.steps)])
    try frames.append(episode.frames)
    if hasFacts { try facts.append(episode.facts) }
    try actions.append(episode.actions)
    try rewards.append(episode.rewards)
    try terminated.append(Self.lastStep(episode.terminated, of: episode))
    try truncated.append(Self.lastStep(episode.truncated, of: episode))
    counts.episodes += 1
    counts.frames += episode.steps + 1
    counts.steps += episode.steps
  }

  private static func lastStep(_ flag: Bool, of episode: Episode) -> [Bool] {
    guard episode.steps > 0 else { return [] }
    return [Bool](repeating: false, count: episode.steps - 1) + [flag]
  }

  func finish() throws {
    try frames.finish()
    try facts.finish()
    try actions.finish()
    try rewards.finish()
    try terminated.finish()
    try truncated.finish()
    try episodes.finish()
  }
}
