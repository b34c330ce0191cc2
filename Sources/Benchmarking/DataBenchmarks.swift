import Datasets
import Experiments
import Files
import Foundation
import LongWork
import Pictures
import Settings
import WorldModels

extension Benchmark {
  /// V trained on more frames than a machine has memory for, by the way of `train vision --frames`.
  ///
  /// The file is a sparse one without a name in the folder for temporary files: it takes no room on most
  /// disks, and is gone with the process, whatever ends it.
  ///
  /// - Parameters:
  ///   - frames: of 64×64×3 bytes; 500,000 are 6.1 GB.
  ///   - preset: whose V is trained.
  package static func largeData(frames: Int = 500_000, preset: Preset = .quick) -> Benchmark {
    Benchmark(
      "data.large", unit: "frames/s",
      summary: "V's training step on a batch read from a .npy of "
        + "\(NumberText.fixed(Double(frames * frameBytes) / 1e9, 1)) GB, and the most memory resident",
      isDefault: false
    ) { progress in
      ProcessMemory.restartPeak()
      let file = try largeFile(frames)
      progress.beat("reading all of it once")
      let part = try training(on: file, preset)
      let batch = part.autoencoder.configuration.batchSize
      return BenchmarkWork(
        operationsPerItem: MatrixWork.train(part.autoencoder),
        peakMemoryBytes: { ProcessMemory.peakBytes }
      ) {
        try withExtendedLifetime(file) { _ = try part.train() }
        return Double(batch)
      }
    }
  }

  private static let shape = [64, 64, 3]
  private static var frameBytes: Int { shape.reduce(1, *) }

  /// A `.npy` of black frames.
  private static func largeFile(_ frames: Int) throws -> ScratchFile {
    let file = try ScratchFile(in: FileManager.default.temporaryDirectory)
    let head = NpyHeader(description: UInt8.npyDescription, shape: [frames] + shape).bytes
    try file.append(head)
    try file.extend(to: head.count + frames * frameBytes)
    return file
  }

  /// V, made ready to be trained on a file as a run would.
  private static func training(
    on file: ScratchFile, _ preset: Preset
  ) throws -> any TrainsAutoencoder {
    var configuration = preset.configuration(forFramesOf: nil)
    configuration.data.frames = [file.ownPath]
    let input = try FrameInput(
      configuration, folder: nil, Toolkit(worlds: WorldCatalog([])), progress: .silent)
    let trainer = try configuration.model.makeTrainer(in: input.modelRoom)
    guard let (source, split) = input.opened,
      let part = trainer.parts.lazy.compactMap({ $0 as? any TrainsAutoencoder }).first
    else { preconditionFailure("largeData: \(preset) has no autoencoder") }
    try part.prepare(
      TrainingData(
        frames: source, split: split, actions: input.modelRoom.actions,
        folder: FileManager.default.temporaryDirectory, rootSeed: GoldenLoss.seed),
      steps: 0..<part.schedule.steps, pass: 1)
    return part
  }
}
