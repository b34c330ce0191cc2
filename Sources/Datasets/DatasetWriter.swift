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
  private let writeIndex: (DatasetIndex, URL) throws -> Void

  /// Opens a data set to append to it, or creates it.
  ///
  /// - Parameters:
  ///   - folder: its folder, created where it is lacking.
  ///   - description: what it must be: world, shapes, facts. Its shards are not looked at.
  /// - Throws: `FileError` where the folder holds a data set of another description.
  public convenience init(at folder: URL, _ description: DatasetIndex) throws {
    try self.init(at: folder, description) { try $0.write(in: $1) }
  }

  /// Opens a data set whose index is written in a way of its own: for tests of what fails.
  package init(
    at folder: URL, _ description: DatasetIndex,
    writingIndex writeIndex: @escaping (DatasetIndex, URL) throws -> Void
  ) throws {
    self.folder = folder
    self.writeIndex = writeIndex
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
  /// Whole episodes appended, those of the shard that is being written among them.
  public var appendedEpisodes: Int { episodeCount + (shard?.counts.episodes ?? 0) }
  /// Frames appended, those of the shard that is being written among them.
  public var appendedFrames: Int { frameCount + (shard?.counts.frames ?? 0) }

  private func check(_ found: DatasetIndex) throws {
    var wanted = index
    wanted.shards = found.shards
    guard found != wanted, found != wanted.withoutOrder else { return }
    throw FileError(
      place: folder.appending(path: DatasetIndex.fileName).path,
      cause: "describes another data set (\(found.summary)) than the one to be collected "
        + "(\(index.summary))",
      remedy: "give the configuration that it was collected with, or another folder")
  }

  /// Removes what the index on disk does not list; what cannot be read removes nothing.
  private func discardUnlisted() throws {
    // After an error the index on disk may be newer than the one in memory: renamed, but not synced.
    if let found = try DatasetIndex.read(in: folder) { index = found }
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
  /// A long episode may come in parts: the first has its first frame, each but the last is said not to
  /// be complete, and its flags do not count.
  ///
  /// - Precondition: the episode's arrays have the lengths that its steps and the index ask for.
  /// - Throws: `FileError` such as for a full disk; what the index lists stays as it is.
  public func append(_ episode: Episode, isComplete: Bool = true) throws {
    let frames = episode.steps + (isInsideEpisode ? 0 : 1)
    precondition(
      episode.frames.count == frames * index.frameSize && episode.actions.count == episode.steps
        && episode.actions.width == index.actions.rowWidth
        && episode.facts.count == frames * index.facts.count,
      "DatasetWriter.append: \(episode.steps) rewards, \(episode.frames.count) bytes of frames of "
        + "\(index.frameShape), \(episode.actions.count) actions of width \(episode.actions.width), "
        + "\(episode.facts.count) values of \(index.facts.count) facts do not fit together")
    do {
      let shard = try shard ?? nextShard()
      self.shard = shard
      try shard.append(episode, isComplete: isComplete)
      if isComplete, shard.counts.frames >= index.framesPerShard { try close() }
    } catch {
      discardShard()
      throw error
    }
  }

  /// Whether parts of an episode were appended, but not its last.
  public var isInsideEpisode: Bool { shard?.isInsideEpisode ?? false }

  /// Closes the shard that is being written, however full: afterwards all episodes are listed.
  ///
  /// Inside an episode the shard is given up, as without its last part an episode is none.
  public func close() throws {
    guard let shard else { return }
    guard !shard.isInsideEpisode else { return discardShard() }
    do {
      var next = index
      next.shards.append(try shard.finish())
      try writeIndex(next, folder)
      index = next
      self.shard = nil
    } catch {
      discardShard()
      throw error
    }
  }

  /// Gives up the shard that is being written, unless the index on disk lists it already.
  private func discardShard() {
    shard = nil
    try? discardUnlisted()
  }

  private func nextShard() throws -> ShardWriter {
    let number = String(index.shards.count)
    let name = "shard-" + String(repeating: "0", count: max(0, 4 - number.count)) + number
    return try ShardWriter(name: name, in: folder, index)
  }
}

extension DatasetIndex {
  /// What a data set is, but for its shards.
  fileprivate var summary: String {
    "\(world), frames \(frameShape), \(actions.count) actions, \(facts.count) facts, "
      + "\(framesPerShard) frames a shard"
  }
}
