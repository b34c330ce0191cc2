import Files

extension TrainerState {
  /// The state as the entries of a file; counters under `counter/`.
  ///
  /// - Parameter format: what the file calls itself, such as `umwelt-vision-2`.
  func file(format: String) -> TensorFile {
    var file = TensorFile(format: format)
    for array in arrays {
      file.entries[array.name] = TensorEntry(array.values, shape: array.shape)
    }
    for counter in counters {
      file.entries["counter/\(counter.name)"] = TensorEntry([Int64(counter.value)], shape: [1])
    }
    return file
  }

  /// The state of a file, all float entries that stand under no other folder than `counter/`.
  ///
  /// - Throws: where the file calls itself something else, or a number is damaged.
  init(_ file: TensorFile, format: String, place: String) throws(FileError) {
    try file.check(format: format)
    self.init(arrays: [], counters: [])
    for name in file.names {
      guard let entry = file.entries[name] else { continue }
      if name.hasPrefix("counter/") {
        counters.append(.init(name: String(name.dropFirst(8)), value: try file.counter(name)))
      } else if !name.contains("/") {
        let values = try file.values(name, as: Float.self, finite: true)
        arrays.append(.init(name: name, shape: entry.shape, values: values))
      }
    }
  }

  /// Lets a trainer take up a state, or says in which file the mistake stands.
  static func restoring(at place: String, _ work: () throws(TrainerStateError) -> Void)
    throws(FileError)
  {
    do {
      try work()
    } catch {
      throw FileError(
        place: place, cause: "\(error.place): \(error.cause)", remedy: error.remedy)
    }
  }
}
