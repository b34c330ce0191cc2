import Foundation
import Layers
import WorldModels

/// V on disk: weights, optimiser and learning curve in one safetensors file.
struct VisionCheckpoint {
  let url: URL
  let configuration: VisionConfiguration

  /// Saves a trainer, whole or not at all.
  func save(_ trainer: VisionTrainer, _ history: VisionHistory) throws {
    let state = trainer.state()
    var file = TensorFile()
    file.metadata["format"] = "umwelt-vision-1"
    for array in state.arrays {
      file.entries[array.name] = TensorEntry(array.values, shape: array.shape)
    }
    for counter in state.counters {
      file.entries["counter/\(counter.name)"] = TensorEntry([Int64(counter.value)], shape: [1])
    }
    let curve = HistoryArrays.encode(history.points)
    file.entries["history/points"] = TensorEntry(curve, shape: [curve.count])
    file.entries["history/open"] = TensorEntry(history.open.sums, shape: [history.open.sums.count])
    try file.write(to: url)
  }

  /// Whether there is a checkpoint.
  var exists: Bool { FileManager.default.fileExists(atPath: url.path) }

  /// Restores a trainer of the same configuration.
  ///
  /// - Throws: where the file is missing, cut short, foreign or of another configuration.
  func restore(into trainer: VisionTrainer) throws -> VisionHistory {
    let file = try TensorFile(contentsOf: url)
    guard file.metadata["format"] == "umwelt-vision-1" else {
      throw ExperimentError(
        place: url.path, cause: "is a safetensors file, but not of this program's autoencoder",
        remedy: "give a run folder whose files were not exchanged, or start a new run")
    }
    var state = TrainerState(arrays: [], counters: [])
    for name in file.names {
      guard let entry = file.entries[name] else { continue }
      if let counter = name.dropping(prefix: "counter/") {
        let value = try file.values(name, as: Int64.self, shape: [1])[0]
        state.counters.append(.init(name: counter, value: Int(value)))
      } else if !name.hasPrefix("history/") {
        state.arrays.append(
          .init(name: name, shape: entry.shape, values: try file.values(name, as: Float.self)))
      }
    }
    do {
      try trainer.restore(state)
    } catch {
      throw ExperimentError(
        place: url.path, cause: "\(error.place): \(error.cause)", remedy: error.remedy)
    }
    return VisionHistory(
      points: HistoryArrays.visionPoints(try file.values("history/points", as: Double.self)),
      open: VisionMean(sums: try file.values("history/open", as: Double.self, shape: [4])))
  }
}

extension String {
  /// What follows a prefix, or nil where it does not begin with it.
  func dropping(prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
