import DataWorlds
import EnvironmentKit
import Environments
import Randomness
import Testing

/// Random edits of good files: they load or are refused, and what loads can be played.
@Suite struct FuzzTests {
  private static let edits = 120

  @Test(arguments: DataWorldListing.sources.map(\.name))
  func `random edits never crash it`(_ name: String) throws {
    let source = try #require(DataWorldListing.sources.first { $0.name == name })
    var stream = RandomStream(root: 1, name: "fuzz/\(name)")
    var refused = 0
    for _ in 0..<Self.edits {
      var bytes = source.bytes
      for _ in 0...stream.integers(in: 0..<4) { Self.edit(&bytes, &stream) }
      do {
        let file = try DataWorldFile(text: String(decoding: bytes, as: UTF8.self), path: "f.yaml")
        Self.play(file, &stream)
      } catch {
        refused += 1
        #expect(!error.problems.isEmpty)
        #expect(error.problems.allSatisfy { $0.line >= 1 && $0.column >= 1 && !$0.remedy.isEmpty })
      }
    }
    #expect(refused > 0 && refused < Self.edits)
  }

  private static func edit(_ bytes: inout [UInt8], _ stream: inout RandomStream) {
    guard bytes.count > 40 else { return }
    let place = stream.integers(in: 0..<bytes.count - 20)
    switch stream.integers(in: 0..<7) {
    case 0: bytes[place] = UInt8(stream.integers(in: 32..<127))
    case 1: bytes.remove(at: place)
    case 2: bytes.insert(UInt8(stream.integers(in: 1..<256)), at: place)
    case 3: bytes.removeSubrange(place..<place + stream.integers(in: 1..<20))
    case 4:
      // A number in place of another.
      let digits = bytes.indices.filter { (48...57).contains(bytes[$0]) }
      guard !digits.isEmpty else { return }
      bytes[stream.choice(digits)] = UInt8(stream.integers(in: 45..<58))
    case 5:
      // A line again, elsewhere.
      let lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
      var moved = lines
      moved.insert(stream.choice(lines), at: stream.integers(in: 0..<lines.count))
      bytes = Array(moved.joined(separator: [10]))
    default:
      var lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
      lines.remove(at: stream.integers(in: 0..<lines.count))
      bytes = Array(lines.joined(separator: [10]))
    }
  }

  private static func play(_ file: DataWorldFile, _ stream: inout RandomStream) {
    for id in file.ids.prefix(2) {
      for kind in [ObservationKind.symbols, .pixels64] {
        var world = file.world(id, observation: kind)
        var bytes = [UInt8](repeating: 0, count: world.specification.observation.count)
        for seed in 0..<2 {
          world.reset(seed: UInt64(seed))
          for _ in 0..<30 {
            guard case .discrete(let names) = world.actionSpace,
              let action = world.action(index: Int32(stream.integers(in: 0..<names.count)))
            else { return }
            let ended = world.step(action).ended
            bytes.withUnsafeMutableBufferPointer { buffer in
              var writer = ObservationWriter(buffer)
              world.observe(into: &writer)
            }
            if ended { break }
          }
          var frame = Frame(width: 40, height: 30)
          frame.withCanvas { world.draw(into: $0) }
        }
      }
    }
    _ = file.checkLevels(2)
  }
}
