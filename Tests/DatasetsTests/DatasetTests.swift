import Datasets
import EnvironmentKit
import Files
import Foundation
import Randomness
import TestSupport
import Testing

private let description = DatasetIndex(
  world: "Tiny", frameShape: [2, 2, 3], actions: .discrete((0..<20).map(String.init)),
  facts: [Fact("x"), Fact("key", .category)], framesPerShard: 20)

/// Episode `number`: its contents follow from the number.
private func episode(_ number: Int) -> Episode {
  let steps = 3 + number * 5 % 7
  return Episode(
    seed: UInt64.max - UInt64(number),
    frames: (0..<(steps + 1) * 12).map { UInt8(truncatingIfNeeded: $0 + number * 31) },
    actions: ActionSequence((0..<steps).map { Int32($0 + number) }),
    rewards: (0..<steps).map { Float($0) / 4 },
    terminated: number % 2 == 0, truncated: number % 2 == 1,
    facts: (0..<(steps + 1) * 2).map { Float($0 + number) })
}

private func collect(_ numbers: Range<Int>, in folder: URL) throws {
  let writer = try DatasetWriter(at: folder, description)
  #expect(writer.episodeCount == numbers.lowerBound)
  for number in numbers { try writer.append(episode(number)) }
  try writer.close()
}

/// The checksum that an index gives for an array's file.
private func checksum(of file: Data) -> String {
  file.dropFirst(128).withUnsafeBytes { Checksum(of: $0).text }
}

/// Every file of a folder with its content.
private func contents(_ folder: URL) throws -> [String: Data] {
  let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
  return try Dictionary(
    uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: folder.appending(path: $0))) })
}

@Suite("Data sets of episodes") struct DatasetTests {
  @Test("episodes come back from the shards as they went in") func roundTrip() throws {
    let folder = try TemporaryFolder()
    try collect(0..<9, in: folder.url)
    let dataset = try EpisodeDataset(at: folder.url)
    #expect(dataset.index.shards.count == 3)
    #expect(dataset.episodes.count == 9)
    for (number, span) in dataset.episodes.enumerated() {
      let expected = episode(number)
      #expect(span.seed == expected.seed)
      #expect(span.frames.flatMap { Array(dataset.frame($0)) } == expected.frames)
      #expect(span.frames.flatMap { Array(dataset.facts($0)) } == expected.facts)
      #expect(span.steps.compactMap { dataset.action($0).index } == expected.actions.indices)
      #expect(span.steps.map(dataset.reward) == expected.rewards)
      let ends = span.steps.map { $0 == span.steps.last }
      #expect(span.steps.map(dataset.terminated) == ends.map { $0 && expected.terminated })
      #expect(span.steps.map(dataset.truncated) == ends.map { $0 && expected.truncated })
    }
    #expect(dataset.frameCount == dataset.episodes.last?.frames.upperBound)
    #expect(dataset.stepCount == dataset.frameCount - 9)
  }

  @Test("a collection that was stopped goes on to the same files") func resume() throws {
    let whole = try TemporaryFolder()
    let stopped = try TemporaryFolder()
    try collect(0..<9, in: whole.url)
    do {
      let writer = try DatasetWriter(at: stopped.url, description)
      for number in 0..<5 { try writer.append(episode(number)) }
    }
    try Data("left over".utf8).write(to: stopped.url.appending(path: "shard-0007-frames.npy"))
    let writer = try DatasetWriter(at: stopped.url, description)
    #expect(writer.episodeCount == 3)
    #expect(stopped.contents.filter { $0.hasPrefix("shard-") }.count == 7)
    for number in writer.episodeCount..<9 { try writer.append(episode(number)) }
    try writer.close()
    #expect(try contents(stopped.url) == contents(whole.url))
  }

  @Test("a data set without facts or of no episodes can be read") func small() throws {
    let folder = try TemporaryFolder()
    let bare = DatasetIndex(
      world: "Tiny", frameShape: [2, 2, 3], actions: .discrete(["stay"]), facts: [])
    let writer = try DatasetWriter(at: folder.url.appending(path: "bare"), bare)
    try writer.append(Episode(seed: 1, frames: [UInt8](repeating: 5, count: 12)))
    try writer.close()
    let dataset = try EpisodeDataset(at: writer.folder)
    #expect(dataset.facts(0).isEmpty)
    #expect(dataset.episodes == [dataset.episodes[0]] && dataset.stepCount == 0)
    let error = #expect(throws: FileError.self) { try EpisodeDataset(at: folder.url) }
    #expect(error?.cause == "has no index.json: there is no data set")
  }

  @Test("a data set of another description is not appended to") func otherDescription() throws {
    let folder = try TemporaryFolder()
    try collect(0..<3, in: folder.url)
    let before = try contents(folder.url)
    let other = DatasetIndex(
      world: "Other", frameShape: [2, 2, 3], actions: description.actions, facts: description.facts)
    let error = #expect(throws: FileError.self) { try DatasetWriter(at: folder.url, other) }
    #expect(error?.place.hasSuffix("index.json") == true)
    #expect(
      error?.cause.contains("(Tiny, frames [2, 2, 3], 20 actions, 2 facts, 20 frames a shard)")
        == true)
    #expect(try contents(folder.url) == before)
  }

  @Test(
    "a shard that is missing, cut short, foreign or of another length is named",
    arguments: ["frames", "facts", "actions", "rewards", "terminated", "truncated", "episodes"])
  func damagedShards(array: String) throws {
    let folder = try TemporaryFolder()
    try collect(0..<9, in: folder.url)
    let file = folder.url.appending(path: "shard-0001-\(array).npy")
    let intact = try Data(contentsOf: file)
    let damages: [(Data?, String)] = [
      (nil, "No such file"), (intact.dropLast(), "bytes of data"), (intact.prefix(50), "head"),
      (Data(repeating: 7, count: 4096), "no .npy file"),
      (
        try Data(contentsOf: folder.url.appending(path: "shard-0000-\(array).npy")),
        array == "episodes" ? "is damaged" : "is needed"
      ),
    ]
    for (data, cause) in damages {
      try FileManager.default.removeItem(at: file)
      try data?.write(to: file)
      let error = #expect(throws: FileError.self) { try EpisodeDataset(at: folder.url) }
      #expect(error?.place == file.path)
      #expect(error?.cause.contains(cause) == true, "\(error?.cause ?? "no error")")
      try intact.write(to: file)
    }
    #expect(try EpisodeDataset(at: folder.url).episodes.count == 9)
  }

  @Test("episodes that do not fill their shard are an error") func inconsistentEpisodes() throws {
    let folder = try TemporaryFolder()
    try collect(0..<3, in: folder.url)
    let file = folder.url.appending(path: "shard-0000-episodes.npy")
    let index = folder.url.appending(path: "index.json")
    for (offset, value) in [(-8, 2), (-8, 200), (-16, 1), (-1, 255)] {
      let intact = try Data(contentsOf: file)
      var damaged = intact
      damaged[damaged.count + offset] = UInt8(value)
      try damaged.write(to: file)
      let text = try folder.text("index.json")
      try text.replacing(checksum(of: intact), with: checksum(of: damaged)).write(
        to: index, atomically: false, encoding: .utf8)
      let error = #expect(throws: FileError.self) { try EpisodeDataset(at: folder.url) }
      #expect(error?.cause.contains("do not fill the shard") == true)
      try intact.write(to: file)
      try text.write(to: index, atomically: false, encoding: .utf8)
    }
  }

  @Test("an index that is foreign or impossible is an error") func damagedIndex() throws {
    let folder = try TemporaryFolder()
    try collect(0..<3, in: folder.url)
    let intact = try folder.text("index.json")
    for (old, new, cause) in [
      ("{", "[", "no index"), ("\"version\": 2", "\"version\": 1", "is of version 1"),
      ("\"steps\": ", "\"steps\": -", "impossible"), ("shard-", "../shard-", "impossible"),

    ] {
      try intact.replacing(old, with: new).write(
        to: folder.url.appending(path: "index.json"), atomically: false, encoding: .utf8)
      let error = #expect(throws: FileError.self) { try EpisodeDataset(at: folder.url) }
      #expect(error?.cause.contains(cause) == true, "\(error?.cause ?? "no error")")
    }
  }

  @Test("the split is the same for the same stream and leaves no episode out or twice")
  func split() throws {
    let folder = try TemporaryFolder()
    try collect(0..<9, in: folder.url)
    let dataset = try EpisodeDataset(at: folder.url)
    let stream = RandomStream(root: 1, name: "split")
    let (training, heldOut) = dataset.split(heldOutShare: 0.3, stream)
    #expect(heldOut.count == 3)
    #expect((training + heldOut).sorted() == Array(0..<9))
    #expect(dataset.split(heldOutShare: 0.3, stream) == (training, heldOut))
    #expect(dataset.split(heldOutShare: 0.01, stream).heldOut.count == 1)
    #expect(dataset.split(heldOutShare: 0, stream).heldOut.isEmpty)
    #expect(
      dataset.frameIndices(of: [2, 0])
        == Array(dataset.episodes[2].frames) + Array(dataset.episodes[0].frames))
  }

  @Test("a shard that cannot be made leaves what the index lists") func blockedShard() throws {
    let folder = try TemporaryFolder()
    try collect(0..<3, in: folder.url)
    let writer = try DatasetWriter(at: folder.url, description)
    // A folder in the place of the next shard's largest file.
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "shard-0001-frames.npy/in-the-way"),
      withIntermediateDirectories: true)
    let error = #expect(throws: FileError.self) { try writer.append(episode(3)) }
    #expect(error?.operation == "create")
    #expect(try EpisodeDataset(at: folder.url).episodes.count == 3)
  }
}
