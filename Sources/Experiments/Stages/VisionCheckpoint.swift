import Files
import Foundation
import Layers
import WorldModels

/// V on disk: weights, optimiser and learning curve in one safetensors file.
struct VisionCheckpoint {
  private static let format = "umwelt-vision-1"

  let url: URL
  let configuration: VisionConfiguration

  /// Saves a trainer, whole or not at all.
  func save(_ trainer: VisionTrainer, _ history: VisionHistory) throws {
    var file = TrainerStateFile.encode(trainer.state(), format: Self.format)
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
    let file = try TensorFile(contentsOf: url, isSealed: true)
    let state = try TrainerStateFile.decode(
      file, format: Self.format, of: "autoencoder", at: url.path)
    try TrainerStateFile.restore(at: url.path) { () throws(TrainerStateError) in
      try trainer.restore(state)
    }
    return VisionHistory(
      points: try HistoryArrays.visionPoints(
        file.values("history/points", as: Double.self), of: url),
      open: VisionMean(
        sums: try file.values("history/open", as: Double.self, shape: [4], finite: true)))
  }
}
