import Datasets
import Environments
import Experiments
import Files
import FinishedRuns
import Foundation
import Randomness
import Tensors
import UmweltCommands
import WorldModels

// Opens a run's checkpoints, lists their tensors, and builds the autoencoder from them by hand:
// ReadCheckpoint RUN. FinishedRun.model does all of this in one line.

struct Foreign: Error, CustomStringConvertible {
  let description: String
}

/// The autoencoder of a checkpoint: a fresh one whose parameters are replaced by name.
func vision(_ file: TensorFile, _ configuration: VisionConfiguration, frameShape: [Int]) throws
  -> Vision
{
  var stream = RandomStream(seed: 0)
  var vision = Vision(configuration, frameShape: frameShape, stream: &stream)
  var weights: [String: Tensor] = [:]
  for (name, value) in vision.parameters {
    let scalars: [Float] = try file.values("model.\(name)", shape: value.shape, finite: true)
    weights[name] = Tensor(scalars, shape: value.shape)
  }
  vision.visitParameters { name, value in value = weights[name] ?? value }
  return vision
}

do {
  let folder = RunFolder(
    URL(fileURLWithPath: CommandLine.arguments.dropFirst().first ?? "runs/try"))
  let run = try FinishedRun(folder, .standard(worlds: Catalog.entries))
  for name in try FileManager.default.contentsOfDirectory(atPath: folder.checkpoints.path).sorted()
  where name.hasSuffix(".safetensors") {
    let file = try TensorFile(contentsOf: folder.checkpoints.appending(path: name))
    print("\(name): \(file.metadata["format"] ?? "no format")")
    for tensor in file.names {
      guard let entry = file.entries[tensor] else { continue }
      print("  \(tensor) \(entry.elementType.rawValue) \(entry.shape)")
    }
  }

  guard let theirs = (run.model as? any SeesThroughAutoencoder)?.vision else {
    throw Foreign(
      description: "the run's model '\(run.configuration.model.kind)' has no autoencoder")
  }
  let file = try TensorFile(contentsOf: folder.checkpoints.appending(path: "vision.safetensors"))
  let ours = FrozenVision(
    try vision(file, theirs.configuration, frameShape: theirs.frameShape))
  let frame = try EpisodeDataset(at: folder.data).copy(ofFrame: 0)
  let (mine, known) = (ours.encode(frame), theirs.encode(frame))
  print("the first frame's latent: \(mine)")
  print(
    mine == known ? "the run's model says the same, bit for bit" : "the run's model says \(known)")
} catch {
  print("ReadCheckpoint: \(error)")
  exit(1)
}
