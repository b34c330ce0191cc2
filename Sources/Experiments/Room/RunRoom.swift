import Controllers
import EnvironmentKit
import Files
import Foundation
import LongWork
import Ranks
import Settings
import WorldModels

/// What every stage of a run works with: the settings, the folder, and who is told.
package class RunRoom {
  /// The resolved configuration.
  let configuration: RunConfiguration
  /// What the run is about, as titles have it.
  let subject: String
  /// What the model is made for.
  let modelRoom: ModelRoom
  /// Where results are kept.
  let folder: RunFolder
  /// Where progress goes.
  let progress: ProgressReporter
  /// Who watches, if anybody.
  let observer: (any RunObserver)?
  /// What goes on after a stop.
  let resumeCommand: String
  /// Whether what is done is kept in the folder, so that a stop loses nothing.
  let keepsWork: Bool
  /// The processes that train together; the leader alone owns the folder.
  let ranks: any Communicator
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
  private var openedSinks: [any MetricSink]?
  /// Whether this process works while the others wait for it.
  private var isAlone = false
  /// The last step that numbers were handed on of.
  private var lastStep = 0

  /// Joins what a run works with.
  init(
    _ configuration: RunConfiguration, subject: String, modelRoom: ModelRoom, identity: RunIdentity,
    folder: RunFolder, progress: ProgressReporter, observer: (any RunObserver)? = nil,
    resumeCommand: String? = nil, keepsWork: Bool = true,
    ranks: any Communicator = SoleProcess()
  ) {
    (self.configuration, self.subject, self.folder) = (configuration, subject, folder)
    self.ranks = ranks
    (self.modelRoom, self.identity) = (modelRoom, identity)
    (self.progress, self.observer, self.keepsWork) = (progress, observer, keepsWork)
    self.resumeCommand = resumeCommand ?? folder.goOnCommand
    checkpoints = CheckpointSet(folder.checkpoints, run: identity, ranks: ranks)
    snapshot = RunSnapshot(configuration)
  }

  /// The root seed of all streams.
  var rootSeed: UInt64 { UInt64(configuration.seed) }
  /// The world, where there is one.
  var world: CatalogEntry? { nil }

  /// Where in a frame lies what matters, by its facts; nil where nobody says.
  func regions(inFramesOf shape: [Int]) -> FactsRegions? { world?.regions(inFramesOf: shape) }

  /// Begins a phase of progress: one of its own, or a part of the loop's.
  func phase(_ name: String, total: Int, done: Int, unit: String) -> ProgressPhase {
    loopPhase.map { ProgressPhase(partOf: $0) }
      ?? progress.phase(name, total: total, done: done, unit: unit)
  }

  /// Says what whoever trains should know.
  func note(_ words: String) { progress.say("note: \(words)") }

  /// Says what goes wrong.
  func warn(_ words: String) { progress.say("warning: \(words)") }

  /// Runs a stage and keeps its time.
  func run<S: Stage>(_ stage: S) throws -> S.Output where S.Room == RunRoom {
    try clock.time(S.name) { try stage.run(in: self) }
  }

  /// Hands numbers to all sinks.
  func write(phase: String, step: Int, _ metrics: [Metric]) throws {
    lastStep = step
    guard ranks.isLeader else { return }
    for sink in try sinks() { try sink.write(phase: phase, step: step, metrics) }
  }

  /// Hands what a run has come to, and its pictures, to all sinks.
  func write(results: [Metric]) throws {
    try write(phase: "result", step: lastStep, results)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.media.path).sorted()
    let pictures = names.filter { $0.hasSuffix(".png") || $0.hasSuffix(".gif") }
    for sink in try sinks() {
      try sink.write(pictures: pictures.map { folder.picture($0) }, step: lastStep)
    }
  }

  private func sinks() throws -> [any MetricSink] {
    if let openedSinks { return openedSinks }
    let opened = try configuration.metrics.sinks.compactMap {
      try MetricSinks.make($0, in: folder, configuration)
    }
    openedSinks = opened
    return opened
  }

  /// Shows a watcher, where one wants it, how far a phase is.
  func show(phase: String, progress: Double, detail: String, _ change: (inout RunSnapshot) -> Void)
  {
    guard let observer, observer.wantsSnapshot else { return }
    (snapshot.phase, snapshot.progress, snapshot.detail) = (phase, progress, detail)
    change(&snapshot)
    observer.receive(snapshot)
  }

  /// Does what only the leader must: the others wait for it.
  ///
  /// - Returns: what it came to; nil in the others.
  @discardableResult
  func leaderAlone<Result>(_ work: () throws -> Result) throws -> Result? {
    try alone { try ranks.leaderAlone(work) }
  }

  /// Does what leaves files in the folder: the leader first, then the others, who find them.
  func leaderFirst<Result>(_ work: () throws -> Result) throws -> Result {
    try alone { try ranks.leaderFirst(work) }
  }

  private func alone<Result>(_ work: () throws -> Result) rethrows -> Result {
    let before = isAlone
    isAlone = true
    defer { isAlone = before }
    return try work()
  }

  /// Whether a stop was asked for, of this process or of another that trains with it.
  ///
  /// What the leader does alone it may stop; what the others do after it they finish, to stop when all do.
  var isStopAsked: Bool {
    guard isAlone else { return ranks.isTrueAnywhere(Interruption.isRequested) }
    return ranks.isLeader && Interruption.isRequested
  }

  /// Ends the run cleanly where Ctrl-C was pressed: saves what is not saved, and says how to go on.
  func stopIfInterrupted() throws {
    guard isStopAsked else { return }
    guard keepsWork else {
      throw ExperimentError(
        .interrupted, place: "stopped", cause: "nothing of this is kept; the run is as it was",
        remedy: "give the same command again")
    }
    try checkpoints.save(compares: !isAlone)
    throw ExperimentError(
      .interrupted, place: "stopped", cause: "everything so far is saved in \(folder.url.path)",
      remedy: "go on with: \(resumeCommand)")
  }
}

/// One stage of a run: it looks in the folder how far it is, goes on from there, and gives its result.
protocol Stage {
  /// What comes of it.
  associatedtype Output
  /// What it works with: a run, or one in a world.
  associatedtype Room: RunRoom
  /// What timings call it.
  static var name: String { get }
  /// Does what is not done yet.
  func run(in room: Room) throws -> Output
}
