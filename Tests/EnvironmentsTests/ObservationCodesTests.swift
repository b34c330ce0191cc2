import EnvironmentKit
import Environments
import Randomness
import Testing

@Suite("Codes of observations")
struct ObservationCodesTests {
  private static func greatestCode(_ entry: CatalogEntry, _ kind: ObservationKind) throws -> Int {
    let batch = entry.batch(kind, count: 8, autoreset: .sameStep)
    let buffers = batch.makeBuffers()
    var stream = RandomStream(root: 5, name: "play")
    try batch.reset(seeds: (0..<8).map { UInt64($0) }, mask: nil, into: buffers)
    var greatest = 0
    for _ in 0..<40 {
      greatest = max(greatest, Int(buffers.observations.max() ?? 0))
      let actions = (0..<8).map { _ in Int32(stream.integers(in: 0..<batch.actionSpace.count)) }
      try actions.withUnsafeBufferPointer {
        try batch.step(.indices($0), active: nil, into: buffers)
      }
    }
    return greatest
  }

  @Test(
    "stay below the number of values that their kind is said to have, in every native world"
  )
  func codes() throws {
    var seen: [ObservationKind: Int] = [:]
    for entry in Catalog.entries where entry.source == .native && entry.actions.rowWidth == 0 {
      for kind in entry.observations where !kind.isPicture && kind != .numbers {
        let greatest = try Self.greatestCode(entry, kind)
        #expect(greatest < kind.codeValues, "\(entry.id) \(kind.rawValue): \(greatest)")
        seen[kind, default: 0] = max(seen[kind] ?? 0, greatest)
      }
    }
    #expect(seen[.oneHot] == 3, "the direction is the greatest code beside bits")
    #expect(seen[.planes] == 1)
    #expect((seen[.symbols] ?? 0) >= 10)
  }
}
