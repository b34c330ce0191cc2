import Controllers
import Datasets
import EnvironmentKit
import Files
import Foundation
import Settings
import WorldModels

/// What every stage of a run works with: the settings, the world, the folder, and who is told.
public final class RunRoom {
  /// The resolved configuration.
  public let configuration: RunConfiguration
  /// The world.
  public let entry: CatalogEntry
  /// Where results are kept.
  public let folder: RunFolder
  /// Where progress goes.
  let progress: ProgressReporter
  /// Who watches, if anybody.
  let observer: (any RunObserver)?
  /// What goes on after a stop.
  let resumeCommand: String
  /// Whether what is done is kept in the folder, so that a stop loses nothing.
  let keepsWork: Bool
  /// How long stages take.
  let clock = StageClock()
  /// What data set and checkpoints note.
  let identity: RunIdentity
  /// What is trained, and how it is saved.
  let checkpoints: CheckpointSet
  /// What a watcher is shown; stages add to it.
  var snapshot = RunSnapshot()
  /// One phase of progress for the whole loop, where its passes are too short to be told one by one.
  var loopPhase: ProgressPhase?
  private var sinks: [any MetricSink]?
  private var episodes: CollectedEpisodes?

  /// Joins what a run works with.
  init(
    _ configuration: RunConfiguration, entry: CatalogEntry, folder: RunFolder,
    progress: ProgressReporter, observer: (any RunObserver)? = nil, resumeCommand: String? = nil,
    keepsWork: Bool = true
  ) throws {
    (self.configuration, self.entry, self.folder) = (configuration, entry, folder)
    (self.progress, self.observer) = (progress, observer)
    self.keepsWork = keepsWork
    self.resumeCommand = resumeCommand ?? folder.goOnCommand
    identity = try RunIdentity(configuration, entry)
    checkpoints = CheckpointSet(folder.checkpoints, run: identity)
    snapshot = RunSnapshot(configuration)
  }

  /// The root seed of all streams.
  var rootSeed: UInt64 { UInt64(configuration.seed) }
  /// What the world is, as the model sees it.
  var specification: WorldSpecification { entry.specification(configuration.agent.observation) }
  /// The world as a model is told of it.
  var modelRoom: ModelRoom { configuration.modelRoom(in: entry) }

  /// The episodes collected so far; opened when they are first asked for.
  func collected() throws -> CollectedEpisodes {
    if let episodes { return episodes }
    try folder.checkData(of: identity)
    var description = DatasetIndex(
      world: specification.id, observation: specification.observation, actions: entry.actions,
      facts: specification.facts, framesPerShard: configuration.collect.shardFrames)
    description.run = identity.text
    let opened = try CollectedEpisodes(at: folder.data, description)
    episodes = opened
    return opened
  }

  /// Begins a phase of progress: one of its own, or a part of the loop's.
  func phase(_ name: String, total: Int, done: Int, unit: String) -> ProgressPhase {
    loopPhase.map { ProgressPhase(partOf: $0) }
      ?? progress.phase(name, total: total, done: done, unit: unit)
  }

  /// Runs a stage and keeps its time.
  func run<S: Stage>(_ stage: S) throws -> S.Output {
    try clock.time(S.name) { try stage.run(in: self) }
  }

  /// Hands numbers to all sinks.
  func write(phase: String, step: Int, _ metrics: [Metric]) throws {
    let known =
      try sinks
      ?? configuration.metrics.sinks.compactMap {
        try MetricSinks.make($0, in: folder)
      }
    sinks = known
    for sink in known { try sink.write(phase: phase, step: step, metrics) }
  }

  /// Shows a watcher, where one wants it, how far a phase is.
  func show(phase: String, progress: Double, detail: String, _ change: (inout RunSnapshot) -> Void)
  {
    guard let observer, observer.wantsSnapshot else { return }
    (snapshot.phase, snapshot.progress, snapshot.detail) = (phase, progress, detail)
    change(&snapshot)
    observer.receive(snapshot)
  }

  /// Ends the run cleanly where Ctrl-C was pressed: saves what is not saved, and says how to go on.
  func stopIfInterrupted() throws {
    guard Interruption.isRequested else { return }
    guard keepsWork else {
      throw ExperimentError(
        .interrupted, place: "stopped", cause: "nothing of this is kept; the run is as it was",
        remedy: "give the same command again")
    }
    try checkpoints.save()
    throw ExperimentError(
      .interrupted, place: "stopped", cause: "everything so far is saved in \(folder.url.path)",
      remedy: "go on with: \(resumeCommand)")
  }
}

/// One stage of a run: it looks in the folder how far it is, goes on from there, and gives its result.
protocol Stage {
  /// What comes of it.
  associatedtype Output
  /// What timings call it.
  static var name: String { get }
  /// Does what is not done yet.
  func run(in room: RunRoom) throws -> Output
}
