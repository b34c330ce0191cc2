import Statistics

/// Readers of several facts that learn from the same few frames.
struct FewReaders {
  let known: KnownFrames
  let judged: KnownFrames
  let view: AugmentationStudy.View
  /// What readers are shown of the few frames, then of those made of them.
  let rows: RidgeRows
  /// Frames made of each.
  let made: Int
  /// Whether each fact is a kind.
  let areKinds: [Bool]

  private static let penalties = [1e-3, 1e-2, 1e-1, 1, 10, 100]
  private static let folds = 5

  private var few: Int { known.rows.latents.count }

  /// How well each fact is read of the frames to judge by: the share told right, of a quantity R².
  func scores(withMade: Bool, beat: () throws -> Void) throws -> [Double] {
    let readers = areKinds.enumerated().map { fact, isKind in
      FewReader(labels: isKind ? Set(known.values[fact]).sorted() : [])
    }
    // The sum of what is told wrong, or of squared errors, by fact and penalty.
    var errors = [[Double]](
      repeating: Array(repeating: 0, count: Self.penalties.count), count: areKinds.count)
    for fold in 0..<Self.folds {
      let left = (0..<few).filter { $0 % Self.folds == fold }
      let learned = (0..<few).filter { $0 % Self.folds != fold }
      guard !learned.isEmpty, !left.isEmpty else { continue }
      let part = part(learned, withMade)
      let (targets, columns) = targets(learned, withMade, readers)
      let fits = Self.penalties.map {
        part.fit(targets, penalties: [Double](repeating: $0, count: columns))
      }
      for (place, read) in part.read(left, by: fits).enumerated() {
        let losses = losses(read, columns, readers) { fact in left.map { known.values[fact][$0] } }
        for fact in losses.indices { errors[fact][place] += losses[fact] }
      }
      try beat()
    }
    let penalties = zip(readers, errors).flatMap { reader, errors in
      let best = errors.indices.min { (errors[$0], $0) < (errors[$1], $1) } ?? 0
      return [Double](repeating: Self.penalties[best], count: reader.width)
    }
    let all = Array(0..<few)
    let part = part(all, withMade)
    let (targets, columns) = targets(all, withMade, readers)
    let read = part.reader(part.fit(targets, penalties: penalties)).read(judged.rows.view(view))
    try beat()
    return zip(losses(read, columns, readers) { judged.values[$0] }, areKinds.indices).map {
      loss, fact in
      let values = judged.values[fact]
      guard !areKinds[fact] else { return 1 - loss / Double(values.count) }
      let mean = values.reduce(0, +) / Double(values.count)
      return 1 - loss / values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }
  }

  /// Some of the few frames, and what was made of them.
  private func part(_ frames: [Int], _ withMade: Bool) -> RidgeRows.Part {
    let more = frames.flatMap { few + $0 * made..<few + ($0 + 1) * made }
    return rows.part(withMade ? frames + more : frames)
  }

  /// What all readers learn, `[row, column]`.
  private func targets(
    _ frames: [Int], _ withMade: Bool, _ readers: [FewReader]
  ) -> (values: [Double], columns: Int) {
    let own = frames.map { frame in
      readers.enumerated().flatMap { fact, reader in reader.targets(known.values[fact][frame]) }
    }
    let more = withMade ? own.flatMap { Array(repeating: $0, count: made) } : []
    return ((own + more).flatMap { $0 }, readers.reduce(0) { $0 + $1.width })
  }

  /// Each fact's sum of squared errors, or of labels told wrong.
  private func losses(
    _ read: [Double], _ columns: Int, _ readers: [FewReader], _ values: (Int) -> [Double]
  ) -> [Double] {
    var first = 0
    return readers.enumerated().map { fact, reader in
      defer { first += reader.width }
      return values(fact).enumerated().reduce(0) { sum, row in
        let start = row.offset * columns + first
        return sum + reader.loss(read[start..<start + reader.width], row.element)
      }
    }
  }
}

/// How a quantity, or labels, a column each, are read.
private struct FewReader {
  /// Of a fact that is a kind; empty of a quantity.
  let labels: [Double]

  /// Columns that are read.
  var width: Int { max(1, labels.count) }

  /// What a reader learns.
  func targets(_ value: Double) -> [Double] {
    labels.isEmpty ? [value] : labels.map { $0 == value ? 1 : 0 }
  }

  /// The squared error, or whether a label is told wrong.
  func loss(_ read: ArraySlice<Double>, _ value: Double) -> Double {
    guard !labels.isEmpty else {
      return read.reduce(0) { $0 + ($1 - value) * ($1 - value) }
    }
    let best = read.indices.max { (read[$0], $1) < (read[$1], $0) }
    return best.map { labels[$0 - read.startIndex] } == value ? 0 : 1
  }
}
