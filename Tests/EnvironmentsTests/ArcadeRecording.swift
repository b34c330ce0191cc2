import Foundation
import TestSupport

/// What the Python library gave for one game and seed.
struct ArcadeRecording: Decodable {
  /// The library's name: `space_invaders`.
  let game: String
  let seed: UInt64
  let ramping: Bool
  /// The probability that the last action is repeated.
  let sticky: Double
  /// Steps and one, rows, columns, channels.
  let shape: [Int]
  let actions: [Int32]
  let rewards: [Double]
  let dones: [Bool]
  /// Bits of all states, the highest of a byte first; after an end the state is that after the reset.
  let states_packedbits: Data

  private static let fixtures = Bundle.module.bundleURL.appendingPathComponent("Fixtures")

  /// All recordings of the golden folder, or of the fixtures.
  static func all() throws -> [ArcadeRecording] {
    try read(Golden.url("minatar.jsonl.gz", fixtures: fixtures).path)
  }

  /// Long games of policies that know the facts, in which what is rare comes about, however long the golden ones
  /// are.
  static func played() throws -> [ArcadeRecording] {
    try read(fixtures.appendingPathComponent("minatar-played.jsonl.gz").path)
  }

  private static func read(_ path: String) throws -> [ArcadeRecording] {
    try Gzip.lines(of: path).map {
      try JSONDecoder().decode(ArcadeRecording.self, from: Data($0))
    }
  }

  /// The bytes of 0 and 1 of a state, `[row, column, channel]`.
  func planes(_ step: Int) -> [UInt8] {
    let size = shape[1] * shape[2] * shape[3]
    return (step * size..<(step + 1) * size).map { bit in
      states_packedbits[states_packedbits.startIndex + bit / 8] >> (7 - UInt8(bit % 8)) & 1
    }
  }
}
