extension LearningCurves {
  private static let prefix = "series/"

  /// Puts the curves into a checkpoint: `series/NAME`, float64 `[points, 2]` of step and number.
  public func save(in file: inout TensorFile) {
    for name in names {
      let curve = self[name]
      let values = zip(curve.steps, curve.values).flatMap { [Double($0), $1] }
      file.entries[Self.prefix + name] = TensorEntry(values, shape: [curve.steps.count, 2])
    }
    if !names.isEmpty { file.metadata["series"] = names.joined(separator: "\n") }
  }

  /// The curves of a checkpoint.
  ///
  /// - Throws: where one of them is missing, misshapen, or has a step that is no whole number.
  public init(in file: TensorFile, place: String) throws(FileError) {
    self.init()
    for name in (file.metadata["series"] ?? "").split(separator: "\n").map(String.init) {
      let values = try file.values(Self.prefix + name, as: Double.self)
      for index in stride(from: 0, to: values.count - 1, by: 2) {
        guard let step = Int(exactly: values[index]), step >= 0 else {
          throw FileError(
            operation: "read", place: "\(place), \(Self.prefix)\(name)",
            cause: "\(values[index]) is no number of steps",
            remedy: "the file is damaged: restore it, or start anew")
        }
        append(values[index + 1], to: name, step: step)
      }
    }
  }
}
