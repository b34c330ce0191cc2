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
  let states_packedbits: Data?
  /// In their place the CRC-32 of the bytes of 0 and 1 of each state.
  let states_crc32: [UInt32]?

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

  /// Whether the state after so many steps is this one.
  ///
  /// - Parameter planes: its bytes of 0 and 1, `[row, column, channel]`.
  func hasState(_ planes: [UInt8], after steps: Int) -> Bool {
    if let states_crc32 { return states_crc32[steps] == Gzip.checksum(of: planes) }
    guard let bits = states_packedbits else { return false }
    let start = steps * planes.count
    return planes.indices.allSatisfy { place in
      let bit = start + place
      return bits[bits.startIndex + bit / 8] >> (7 - UInt8(bit % 8)) & 1 == planes[place]
    }
  }
}
