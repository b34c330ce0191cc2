import Datasets
import EnvironmentKit
import Files
import Foundation
import TestSupport
import Testing

private let description = DatasetIndex(
  world: "Tiny", frameShape: [2, 2, 3], actions: .discrete(["stay", "left", "right"]),
  facts: [Fact("x")], framesPerShard: 8)

private func episode(_ number: Int) -> Episode {
  Episode(
    seed: UInt64(number), frames: [UInt8](repeating: UInt8(number), count: 60),
    actions: [0, 1, 2, 1],
    rewards: [0, 0.5, 1, 2], terminated: true, facts: [0, 1, 2, 3, 4])
}

@discardableResult
private func collect(_ numbers: Range<Int>, in folder: URL) throws -> DatasetWriter {
  let writer = try DatasetWriter(at: folder, description)
  for number in numbers { try writer.append(episode(number)) }
  try writer.close()
  return writer
}

@Suite("Data sets that somebody damaged") struct DamagedDatasetTests {
  /// What is wrong with the data set of a folder.
  private func problem(_ folder: URL) -> FileError? {
    #expect(throws: FileError.self) { try EpisodeDataset(at: folder) }
  }

  @Test(
    "one flipped bit in any array is found",
    arguments: ["frames", "facts", "actions", "rewards", "terminated", "truncated", "episodes"])
  func flippedBit(array: String) throws {
    let folder = try TemporaryFolder()
    try collect(0..<4, in: folder.url)
    let file = folder.url.appending(path: "shard-0001-\(array).npy")
    let intact = try Data(contentsOf: file)
    for place in [128, intact.count - 1] {
      var damaged = intact
      damaged[place] ^= 1
      try damaged.write(to: file)
      let error = problem(folder.url)
      #expect(error?.place == file.path && error?.cause.contains("is damaged") == true)
    }
  }

  /// Replaces an array and its checksum, as a program that writes data sets of its own could.
  private func replace<Element: NpyElement>(
    _ array: String, with elements: [Element], in folder: TemporaryFolder
  ) throws {
    let file = folder.url.appending(path: "shard-0000-\(array).npy")
    func sum() throws -> String {
      try Data(contentsOf: file).dropFirst(128).withUnsafeBytes { Checksum(of: $0).text }
    }
    let before = try sum()
    try NpyWriter<Element>.write(elements, shape: [elements.count], to: file)
    try folder.text("index.json").replacing(before, with: try sum()).write(
      to: folder.url.appending(path: "index.json"), atomically: false, encoding: .utf8)
  }

  @Test("an action outside the space is named with its step", arguments: [3, -1, Int32.max])
  func actions(index: Int32) throws {
    let folder = try TemporaryFolder()
    try collect(0..<2, in: folder.url)
    try replace("actions", with: [0, 1, 2, 1, 0, index, 2, 1], in: folder)
    let error = problem(folder.url)
    #expect(error?.place.hasSuffix("shard-0000-actions.npy") == true)
    #expect(error?.cause.hasPrefix("step 5 has an action outside") == true)
  }

  @Test(
    "a reward that is no number or absurd is named", arguments: [Float.nan, -Float.infinity, 1e30])
  func rewards(reward: Float) throws {
    let folder = try TemporaryFolder()
    try collect(0..<2, in: folder.url)
    try replace("rewards", with: [0, 0, 0, 0, 0, 0, reward, 0], in: folder)
    #expect(problem(folder.url)?.cause.hasPrefix("step 6 has the reward") == true)
  }

  @Test("a pipe, a folder or a file without end in the place of one is refused, not waited for")
  func noRegularFile() throws {
    for name in ["shard-0000-frames.npy", "index.json"] {
      let folder = try TemporaryFolder()
      try collect(0..<2, in: folder.url)
      let file = folder.url.appending(path: name)
      try FileManager.default.removeItem(at: file)
      mkfifo(file.path, 0o600)
      #expect(problem(folder.url)?.cause.contains("is no regular file") == true)
      try FileManager.default.removeItem(at: file)
      try FileManager.default.createSymbolicLink(
        atPath: file.path, withDestinationPath: "/dev/zero")
      #expect(problem(folder.url)?.cause.contains("is no regular file") == true)
      try FileManager.default.removeItem(at: file)
      try Data().write(to: file)
      truncate(file.path, 8 << 30)
      #expect(problem(folder.url)?.place == file.path)
    }
  }

  @Test(
    "an index of no shards, of absurd shapes or counts is an error",
    arguments: [
      (#""shards": \[[^\]]*\]"#, #""shards": []"#, "lists no episodes"),
      (#""frameShape": \[[^\]]*\]"#, #""frameShape": [65536, 65536, 65536, 65536]"#, "impossible"),
      (#""frameShape": \[[^\]]*\]"#, #""frameShape": [-1, 12]"#, "impossible"),
      (#""frames": 10"#, #""frames": 1000000000000"#, "is needed"),
      (#""frames": 10"#, #""frames": 9000000000000000000"#, "impossible"),
      (#""steps": 8"#, #""steps": 99999999999999999999"#, "no index"),
      (#""name": "shard-0001""#, #""name": "shard-0000""#, "impossible"),
      (#""kind": "discrete""#, #""kind": "continuous""#, "no index"),
      (#""names": \[[^\]]*\]"#, #""names": []"#, "no index"),
      (#""names": \[[^\]]*\]"#, #""names": ["stay"]"#, "action outside"),
    ])
  func index(pattern: String, replacement: String, cause: String) throws {
    let folder = try TemporaryFolder()
    try collect(0..<4, in: folder.url)
    let text = try folder.text("index.json")
    let changed = text.replacing(try Regex(pattern).dotMatchesNewlines(), with: replacement)
    #expect(changed != text)
    try changed.write(
      to: folder.url.appending(path: "index.json"), atomically: false, encoding: .utf8)
    let error = problem(folder.url)
    #expect(error?.cause.contains(cause) == true, "\(error?.description ?? "no error")")
  }

  @Test("frames of any extent can be listed: whole grids and pictures in large tiles")
  func largeFrames() throws {
    let folder = try TemporaryFolder()
    let index = DatasetIndex(
      world: "Large",
      observation: ObservationSpace([
        ObservationField("image", shape: [608, 608, 3]), ObservationField("direction", shape: [1]),
      ]), actions: description.actions, facts: [])
    #expect(index.frameShape == [608 * 608 * 3 + 1] && index.framesPerShard == 45)
    let writer = try DatasetWriter(at: folder.url, index)
    try writer.append(Episode(seed: 1, frames: [UInt8](repeating: 3, count: index.frameSize)))
    try writer.close()
    #expect(try EpisodeDataset(at: folder.url).index.fields?.count == 2)
  }

  @Test("small episodes share a shard: as many frames as make the bytes of 4,096 pictures")
  func smallEpisodes() {
    func frames(_ shape: [Int]) -> Int {
      DatasetIndex(world: "", frameShape: shape, actions: .discrete(["a"]), facts: [])
        .framesPerShard
    }
    #expect(frames([64, 64, 3]) == 4096)
    #expect(frames([148]) == 340_078)
    #expect(frames([1]) == 1 << 20)
    #expect(frames([1 << 30]) == 1)
  }

  @Test("an error after the index was renamed deletes nothing that it lists") func listedIsKept()
    throws
  {
    let folder = try TemporaryFolder()
    struct SyncFailed: Error {}
    let writer = try DatasetWriter(at: folder.url, description) { index, folder in
      try index.write(in: folder)
      if index.shards.count == 2 { throw SyncFailed() }
    }
    for number in 0..<3 { try writer.append(episode(number)) }
    #expect(throws: SyncFailed.self) { try writer.append(episode(3)) }
    #expect(try EpisodeDataset(at: folder.url).episodes.count == 4)
    #expect(writer.episodeCount == 4)
    try collect(4..<6, in: folder.url)
    #expect(try EpisodeDataset(at: folder.url).episodes.map(\.seed) == [0, 1, 2, 3, 4, 5])
  }
}
