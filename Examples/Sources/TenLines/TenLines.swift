import Controllers
import Environments
import Experiments
import FinishedRuns
import Foundation
import UmweltCommands

// Trains a controller of one's own on the latents of a finished run: TenLines RUN [GENERATIONS].
do {
  let arguments = CommandLine.arguments.dropFirst()
  let folder = RunFolder(URL(fileURLWithPath: arguments.first ?? "runs/try"))
  let run = try FinishedRun(folder, .standard(worlds: Catalog.entries))
  let worlds = try run.latentEnvironments(count: 64)
  var settings = ControllerConfiguration()
  settings.hiddenUnits = 8
  (settings.populationSize, settings.episodesPerCandidate) = (16, 4)
  let shape = try ControllerShape(
    settings, observation: worlds.observationSpace, actions: worlds.actionSpace)
  var trainer = ControllerTrainer(settings, shape: shape, rootSeed: 7)
  let runner = EpisodeRunner<Float>(worlds)
  for _ in 0..<(Int(arguments.dropFirst().first ?? "") ?? 10) {
    print(try trainer.trainGeneration(on: runner).mean)
  }
} catch {
  print("TenLines: \(error)")
  exit(1)
}
