import Files
import Layers
import WorldModels

/// A trainer's state in a safetensors file, beside which a stage keeps its learning curve.
enum TrainerStateFile {
  /// The file of a state.
  ///
  /// - Parameter format: what the file calls itself, such as `umwelt-vision-1`.
  static func encode(_ state: TrainerState, format: String) -> TensorFile {
    var file = TensorFile()
    file.metadata["format"] = format
    for array in state.arrays {
      file.entries[array.name] = TensorEntry(array.values, shape: array.shape)
    }
    for counter in state.counters {
      file.entries["counter/\(counter.name)"] = TensorEntry([Int64(counter.value)], shape: [1])
    }
    return file
  }

  /// The state of a file, all entries but those under `history/`.
  ///
  /// - Throws: where the file calls itself something else.
  static func decode(
    _ file: TensorFile, format: String, of part: String, at path: String
  ) throws -> TrainerState {
    guard file.metadata["format"] == format else {
      throw ExperimentError(
        place: path, cause: "is a safetensors file, but not of this program's \(part)",
        remedy: "give a run folder whose files were not exchanged, or start a new run")
    }
    var state = TrainerState(arrays: [], counters: [])
    for name in file.names {
      guard let entry = file.entries[name] else { continue }
      if let counter = name.dropping(prefix: "counter/") {
        state.counters.append(.init(name: counter, value: try file.counter(name)))
      } else if !name.hasPrefix("history/") {
        state.arrays.append(
          .init(
            name: name, shape: entry.shape,
            values: try file.values(name, as: Float.self, finite: true)))
      }
    }
    return state
  }

  /// Lets a trainer take up a state, or says in which file the mistake stands.
  static func restore(at path: String, _ work: () throws(TrainerStateError) -> Void) throws {
    do {
      try work()
    } catch {
      throw ExperimentError(
        place: path, cause: "\(error.place): \(error.cause)", remedy: error.remedy)
    }
  }
}

extension String {
  /// What follows a prefix, or nil where it does not begin with it.
  func dropping(prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
