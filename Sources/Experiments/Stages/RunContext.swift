import EnvironmentKit
import Foundation

/// What every stage of a run works with.
public final class RunContext {
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

  /// Joins what a run works with.
  init(
    configuration: RunConfiguration, entry: CatalogEntry, folder: RunFolder,
    progress: ProgressReporter, observer: (any RunObserver)?, resumeCommand: String? = nil,
    keepsWork: Bool = true
  ) {
    self.configuration = configuration
    self.entry = entry
    self.folder = folder
    self.progress = progress
    self.observer = observer
    self.keepsWork = keepsWork
    self.resumeCommand = resumeCommand ?? "umwelt run --run-dir \(folder.url.path)"
  }

  /// The root seed of all streams.
  var rootSeed: UInt64 { UInt64(configuration.seed) }

  /// Ends the run cleanly where Ctrl-C was pressed; called after a stage has saved.
  func stopIfInterrupted() throws {
    guard Interruption.isRequested else { return }
    guard keepsWork else {
      throw ExperimentError(
        .interrupted, place: "stopped", cause: "nothing of this is kept; the run is as it was",
        remedy: "give the same command again")
    }
    throw ExperimentError(
      .interrupted, place: "stopped", cause: "everything so far is saved in \(folder.url.path)",
      remedy: "go on with: \(resumeCommand)")
  }
}
