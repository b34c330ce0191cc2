import Environments
import Foundation
import TestSupport

/// What the Python library gave for one id and seed; bytes are base64.
struct MiniGridRecording: Decodable {
  let id: String
  let seed: UInt64
  let width: Int
  let height: Int
  let max_steps: Int
  let episodes: [Episode]

  /// The first episode follows `reset(seed)`, the others `reset()`.
  struct Episode: Decodable {
    let mission: String
    let grid: Data
    let agent_pos: [Int]
    let actions: [Int32]
    let rewards: [Double]
    let images: Data
    let directions: [UInt8]
    let terminated: Bool
    let truncated: Bool
    let final_grid: Data
  }

  private static let fixtures = Bundle.module.bundleURL.appendingPathComponent("Fixtures")

  /// All recordings of the golden folder, or of the fixtures.
  static func all() throws -> [MiniGridRecording] {
    try read(Golden.url("minigrid.jsonl.gz", fixtures: fixtures).path)
  }

  /// An episode of each family with a task that ends in success, however long the golden ones are.
  static func solved() throws -> [MiniGridRecording] {
    try read(fixtures.appendingPathComponent("minigrid-solved.jsonl.gz").path)
  }

  private static func read(_ path: String) throws -> [MiniGridRecording] {
    try Gzip.lines(of: path).map {
      try JSONDecoder().decode(MiniGridRecording.self, from: Data($0))
    }
  }

  /// Those of worlds that the catalogue has.
  static func ofTheCatalog() throws -> [MiniGridRecording] {
    try all().filter { Catalog.entry($0.id) != nil }
  }

  /// The picture at the end of the last episode in tiles of 8 pixels, where one was recorded.
  func finalPicture() throws -> RecordedPicture? {
    let name = "minigrid-frames/\(id)-seed\(seed)-final-tile8.png"
    let path = Golden.url(name, fixtures: Self.fixtures).path
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    return try RecordedPicture(path: path)
  }
}
