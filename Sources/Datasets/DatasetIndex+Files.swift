import EnvironmentKit
import Files
import Foundation

/// The index as a file.
extension DatasetIndex {
  private static let mostBytes = 1 << 28
  private static let mostFrameBytes = 1 << 40
  private static let mostExtents = 4

  private struct Version: Decodable { var version: Int }

  /// Reads the index of a folder, or nil where there is none.
  ///
  /// - Throws: where it is no index, one of another version, or one that no data set can have.
  package static func read(in folder: URL) throws -> DatasetIndex? {
    let url = folder.appending(path: fileName)
    guard let bytes = try RegularFile.contents(of: url, atMost: mostBytes) else { return nil }
    func failure(_ cause: String) -> FileError {
      FileError(
        place: url.path, cause: cause, remedy: "remove the folder and collect the data again")
    }
    let data = Data(bytes)
    let decoder = JSONDecoder()
    guard let found = try? decoder.decode(Version.self, from: data) else {
      throw failure("is no index of a data set")
    }
    guard found.version == currentVersion else {
      throw failure(
        "is of version \(found.version), this program reads version \(currentVersion)")
    }
    guard let index = try? decoder.decode(Self.self, from: data) else {
      throw failure("is no index of a data set")
    }
    guard index.isPossible else { throw failure("has impossible shapes or counts") }
    return index
  }

  /// Whether all numbers lie where data sets can be.
  private var isPossible: Bool {
    let counts = shards.flatMap { [$0.episodes, $0.frames, $0.steps] }
    guard let size = Self.bytes(frameShape), hasPossibleFields(size) else { return false }
    return framesPerShard >= 1 && counts.allSatisfy { (0...1 << 40).contains($0) }
      && shards.count <= 1 << 20 && shards.allSatisfy { !$0.name.contains("/") }
      && Set(shards.map(\.name)).count == shards.count
  }

  /// Whether the fields, where there are any, fill a frame.
  private func hasPossibleFields(_ size: Int) -> Bool {
    guard let fields else { return true }
    if fields.count == 1, fields[0].shape == frameShape { return true }
    let sizes = fields.compactMap { Self.bytes($0.shape) }
    return frameShape.count == 1 && sizes.count == fields.count && fields.count <= 1 << 16
      && sizes.reduce(0, +) == size
  }

  /// The product of extents; nil where no frame can be so large, or so small.
  private static func bytes(_ shape: [Int]) -> Int? {
    guard shape.count <= mostExtents else { return nil }
    var size = 1
    for extent in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: extent)
      guard extent >= 1, !overflow, product <= mostFrameBytes else { return nil }
      size = product
    }
    return size
  }

  package func write(in folder: URL) throws {
    try DurableFile.write(json, to: folder.appending(path: Self.fileName))
  }

  /// All that it says, as one line: equal for data sets of equal contents.
  package var text: String { json.line }

  private var json: JSONValue {
    var value: JSONValue = [
      "version": .integer(version), "world": .string(world),
      "frameShape": .array(frameShape.map { .integer($0) }), "actions": actions.json,
      "facts": .array(
        facts.map { ["name": .string($0.name), "kind": .string($0.kind.rawValue)] }),
      "framesPerShard": .integer(framesPerShard), "shards": .array(shards.map(\.json)),
    ]
    if let run { value["run"] = .string(run) }
    if let fields { value["fields"] = .array(fields.map(\.json)) }
    return value
  }
}

extension DatasetIndex.Shard {
  fileprivate var json: JSONValue {
    let sums = ShardArray.allCases.compactMap { array in
      checksums[array.rawValue].map { JSONValue.Member(array.rawValue, .string($0)) }
    }
    return [
      "name": .string(name), "episodes": .integer(episodes), "frames": .integer(frames),
      "steps": .integer(steps), "checksums": .object(sums),
    ]
  }
}

extension ObservationField {
  /// As `Codable` writes it.
  fileprivate var json: JSONValue {
    var value: JSONValue = [
      "name": .string(name), "shape": .array(shape.map { .integer($0) }),
    ]
    if order != .rows { value["order"] = .string(order.rawValue) }
    return value
  }
}

extension ActionSpace {
  /// As `Codable` writes it.
  fileprivate var json: JSONValue {
    switch self {
    case .discrete(let names):
      ["kind": "discrete", "names": .array(names.map { .string($0) })]
    case .continuous(let bounds):
      [
        "kind": "continuous",
        "bounds": .array(
          bounds.map { .array([JSONValue($0.lowerBound), JSONValue($0.upperBound)]) }),
      ]
    }
  }
}
