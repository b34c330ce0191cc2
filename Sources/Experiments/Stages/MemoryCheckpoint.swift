import Files
import Foundation
import Layers
import WorldModels

/// M on disk: weights, optimiser, the lanes' states and the learning curve in one safetensors file.
struct MemoryCheckpoint {
  private static let format = "umwelt-memory-1"

  let url: URL
  let configuration: MemoryConfiguration

  /// Whether there is a checkpoint.
  var exists: Bool { FileManager.default.fileExists(atPath: url.path) }

  /// Saves a trainer, whole or not at all.
  func save(_ trainer: MemoryTrainer, _ lanes: MemoryState, _ history: MemoryHistory) throws {
    var file = TrainerStateFile.encode(trainer.state(), format: Self.format)
    let shape = [configuration.batchSize, configuration.hiddenSize]
    file.entries["history/lanes.hidden"] = TensorEntry(lanes.hidden, shape: shape)
    file.entries["history/lanes.cell"] = TensorEntry(lanes.cell, shape: shape)
    let curve = HistoryArrays.encode(history.points)
    file.entries["history/points"] = TensorEntry(curve, shape: [curve.count])
    file.entries["history/open"] = TensorEntry(history.open.sums, shape: [history.open.sums.count])
    try file.write(to: url)
  }

  /// Restores a trainer of the same configuration.
  ///
  /// - Throws: where the file is missing, cut short, foreign or of another configuration.
  func restore(
    into trainer: MemoryTrainer
  ) throws -> (history: MemoryHistory, lanes: MemoryState) {
    let file = try TensorFile(contentsOf: url, isSealed: true)
    let state = try TrainerStateFile.decode(file, format: Self.format, of: "memory", at: url.path)
    try TrainerStateFile.restore(at: url.path) { () throws(TrainerStateError) in
      try trainer.restore(state)
    }
    let shape = [configuration.batchSize, configuration.hiddenSize]
    var lanes = MemoryState(
      count: configuration.batchSize, hiddenSize: configuration.hiddenSize)
    lanes.hidden = try file.values(
      "history/lanes.hidden", as: Float.self, shape: shape, finite: true)
    lanes.cell = try file.values("history/lanes.cell", as: Float.self, shape: shape, finite: true)
    let history = MemoryHistory(
      points: try HistoryArrays.memoryPoints(
        file.values("history/points", as: Double.self), of: url),
      open: MemoryMean(
        sums: try file.values("history/open", as: Double.self, shape: [5], finite: true)))
    return (history, lanes)
  }
}
