import EnvironmentKit
import Environments
import Foundation
import Randomness
import Testing

/// Steps a second of one thread, by its processor time: other programs on the machine do not count.
private func rate(_ entry: CatalogEntry, _ kind: ObservationKind) throws -> Double {
  let slots = 64
  let batch = entry.batch(kind, count: slots, autoreset: .sameStep)
  let buffers = batch.makeBuffers()
  try batch.reset(seeds: (0..<slots).map { UInt64($0) }, mask: nil, into: buffers)
  var stream = RandomStream(seed: 1)
  let rows = 199
  let actions = (0..<rows * slots).map { _ in
    Int32(stream.integers(in: 0..<batch.actionSpace.count))
  }
  func play(_ steps: Int) throws {
    try actions.withUnsafeBufferPointer { all in
      for step in 0..<steps {
        let row = step % rows * slots
        try batch.step(
          .indices(UnsafeBufferPointer(rebasing: all[row..<row + slots])), active: nil,
          into: buffers)
      }
    }
  }
  func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
  try play(400)
  var best = 0.0
  for _ in 0..<12 {
    let start = seconds()
    try play(300)
    best = max(best, Double(300 * slots) / (seconds() - start))
  }
  return best
}

/// Run with `UMWELT_SLOW=1`; on a machine whose processors differ the figures say little.
@Suite(
  "Speed of worlds",
  .enabled(if: ProcessInfo.processInfo.environment["UMWELT_SLOW"] != nil, "set UMWELT_SLOW=1"),
  .serialized)
struct SpeedTests {
  /// The first world of each family, and the last of those written as data.
  private static func worlds(_ source: WorldSource) -> [CatalogEntry] {
    var seen = Set<String>()
    let entries = Catalog.entries.filter {
      $0.source == source && $0.family != "TakeCover" && $0.actions.rowWidth == 0
    }
    let firsts = entries.filter { seen.insert($0.family).inserted }
    let lasts = source == .data ? entries.filter { $0.id.hasSuffix("-Hail") } : []
    return firsts + lasts
  }

  @Test("the arcade's games show five million boards of symbols per second or more")
  func arcade() throws {
    for entry in Catalog.entries where entry.id.hasPrefix("MinAtar/") {
      let found = try rate(entry, .symbols)
      print("\(entry.id): \(Int(found / 1000)) thousand a second")
      #expect(found >= 5e6)
    }
  }

  @Test("worlds written as data run at a third of the native ones' speed or more")
  func speed() throws {
    for kind in [ObservationKind.symbols, .pixels64] {
      var rates: [WorldSource: [Double]] = [:]
      for source in [WorldSource.native, .data] {
        for entry in Self.worlds(source) {
          let found = try rate(entry, kind)
          rates[source, default: []].append(found)
          print("\(entry.id).\(kind.rawValue): \(Int(found / 1000)) thousand a second")
        }
      }
      let native = try #require(rates[.native]).sorted()
      let slowest = try #require(rates[.data]?.min())
      #expect(slowest >= native[native.count / 2] / 3)
    }
  }
}
