import Controllers
import Files
import Foundation
import Layers

/// C on disk: search distribution, best parameters and learning curve in one safetensors file.
struct ControllerCheckpoint {
  private static let format = "umwelt-controller-1"

  let url: URL
  let configuration: ControllerConfiguration
  let shape: ControllerShape

  /// Whether there is a checkpoint.
  var exists: Bool { FileManager.default.fileExists(atPath: url.path) }

  /// Saves a training, whole or not at all.
  func save(_ trainer: ControllerTrainer, _ history: [GenerationPoint]) throws {
    let state = trainer.savedState
    var file = TensorFile()
    file.metadata["format"] = Self.format
    for array in state.arrays {
      file.entries[array.name] = TensorEntry(array.values, shape: array.shape)
    }
    for integer in state.integers {
      file.entries["integer/\(integer.name)"] = TensorEntry([Int64(integer.value)], shape: [1])
    }
    let curve = HistoryArrays.encode(history)
    file.entries["history"] = TensorEntry(curve, shape: [curve.count])
    try file.write(to: url)
  }

  /// Restores a training of the same configuration.
  ///
  /// - Throws: where the file is missing, cut short, foreign or of another configuration.
  func restore() throws -> (trainer: ControllerTrainer, history: [GenerationPoint]) {
    let file = try TensorFile(contentsOf: url, isSealed: true)
    guard file.metadata["format"] == Self.format else {
      throw ExperimentError(
        place: url.path, cause: "is a safetensors file, but not of this program's controller",
        remedy: "give a run folder whose files were not exchanged, or start a new run")
    }
    var state = SavedState()
    for name in file.names where name != "history" {
      if let integer = name.dropping(prefix: "integer/") {
        let value = try file.values(name, as: Int64.self, shape: [1])[0]
        state.integers.append(NamedInteger(integer, Int(value)))
      } else if let entry = file.entries[name] {
        let values = try file.values(name, as: Double.self)
        state.arrays.append(NamedArray(name, entry.shape, values))
      }
    }
    let points = try HistoryArrays.generationPoints(
      file.values("history", as: Double.self), of: url)
    do {
      return (try ControllerTrainer(configuration, shape: shape, restoring: state), points)
    } catch {
      throw ExperimentError(
        place: url.path, cause: "\(error.place): \(error.cause)", remedy: error.remedy)
    }
  }
}
