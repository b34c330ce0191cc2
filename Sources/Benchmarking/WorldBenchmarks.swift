import EnvironmentKit
import Randomness

extension Benchmark {
  /// Every world of a catalogue in every way it can be observed; by default each family's first one.
  package static func worlds(_ entries: [CatalogEntry]) -> [Benchmark] {
    var families: [String] = []
    return entries.flatMap { entry in
      let isFirst = !families.contains(entry.family)
      if isFirst { families.append(entry.family) }
      return entry.observations.map {
        world(entry, $0, isDefault: isFirst && [.symbols, .pixels64].contains($0))
      }
    }
  }

  private static func world(
    _ entry: CatalogEntry, _ kind: ObservationKind, isDefault: Bool
  ) -> Benchmark {
    let slots = 64
    return Benchmark(
      "world.\(entry.id).\(kind.rawValue)", unit: kind == .symbols ? "steps/s" : "frames/s",
      summary: "\(slots) worlds in a batch, uniformly random actions, resets included",
      isDefault: isDefault, effort: .brief
    ) { _ in
      let batch = entry.batch(kind, count: slots, autoreset: .sameStep)
      let actions = RandomActions(batch.actionSpace, slots: slots)
      let buffers = batch.makeBuffers()
      let seeds = (0..<slots).map { UInt64?(UInt64($0)) }
      try batch.reset(seeds: seeds, mask: nil, into: buffers)
      return BenchmarkWork {
        for _ in 0..<stepsTogether {
          try actions.withNext { try batch.step($0, active: nil, into: buffers) }
        }
        return Double(slots * stepsTogether)
      }
    }
  }

  /// Batch steps between two looks at the clock.
  private static let stepsTogether = 16
}

/// Uniformly random actions, drawn once and used in turn, so that drawing them is not measured.
private final class RandomActions {
  private static let rows = 1009
  private let slots: Int
  private let width: Int
  private var indices: [Int32] = []
  private var numbers: [Float] = []
  private var row = 0

  init(_ space: ActionSpace, slots: Int) {
    self.slots = slots
    var stream = RandomStream(root: GoldenLoss.seed, name: "benchmark/actions")
    switch space {
    case .discrete(let names):
      width = 1
      indices = (0..<Self.rows * slots).map { _ in Int32(stream.integers(in: 0..<names.count)) }
    case .continuous(let bounds):
      width = bounds.count
      for _ in 0..<Self.rows * slots {
        numbers += bounds.map {
          Float(stream.uniform(Double($0.lowerBound), Double($0.upperBound)))
        }
      }
    }
  }

  /// Gives the next step's actions to `body`.
  func withNext(_ body: (ActionBuffer) throws -> Void) rethrows {
    row = (row + 1) % Self.rows
    let range = row * slots * width..<(row + 1) * slots * width
    if indices.isEmpty {
      try numbers.withUnsafeBufferPointer {
        try body(.rows(UnsafeBufferPointer(rebasing: $0[range])))
      }
    } else {
      try indices.withUnsafeBufferPointer {
        try body(.indices(UnsafeBufferPointer(rebasing: $0[range])))
      }
    }
  }
}
