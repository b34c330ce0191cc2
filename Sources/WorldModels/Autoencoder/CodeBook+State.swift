/// The running means as entries of V's checkpoint.
extension CodeBook {
  private static let (countsName, sumsName) = ("book.counts", "book.sums")

  /// What is needed to go on, bit for bit.
  var entries: [TrainerState.Entry] {
    [
      .init(name: Self.countsName, shape: [classes], values: counts),
      .init(name: Self.sumsName, shape: [classes, codeSize], values: sums),
    ]
  }

  /// The means that a state of the same configuration holds.
  ///
  /// - Throws: where an entry is missing or has another shape.
  func restored(from state: TrainerState) throws(TrainerStateError) -> CodeBook {
    var restored = self
    restored.counts = try numbers(Self.countsName, [classes], state)
    restored.sums = try numbers(Self.sumsName, [classes, codeSize], state)
    return restored
  }

  private func numbers(
    _ name: String, _ shape: [Int], _ state: TrainerState
  ) throws(TrainerStateError) -> [Float] {
    let entry = try state.entry(name)
    guard entry.shape == shape, entry.values.count == shape.reduce(1, *) else {
      throw TrainerStateError(
        operation: "restore", place: name,
        cause: "shape \(entry.shape) where the book has \(shape)",
        remedy: "restore with the configuration the state was saved with")
    }
    return entry.values
  }
}
