import Experiments
import Files
import Foundation
import Settings

/// A run as a list has it: what it is, how far it is, and what it came to.
package struct ListedRun {
  /// How far a run is.
  package enum State: String, Sendable {
    /// Every stage is done.
    case finished
    /// A process works on it now.
    case running
    /// It was stopped; the same command goes on.
    case stopped
    /// Its configuration cannot be read.
    case unreadable
  }

  /// A number with its interval.
  package struct Result {
    /// What it is: `return`, of recorded episodes `dreamt return`, or of V alone `loss`.
    package let name: String
    /// The number: the trained policy's mean return in the world, or the loss of reconstruction.
    package let value: Double
    /// The 95 % interval, where there is one.
    package let interval: ClosedRange<Double>?
  }

  /// Its folder.
  package let folder: RunFolder
  /// How far it is.
  package let state: State
  /// What was resolved; nil where it cannot be read.
  package let configuration: RunConfiguration?
  /// When it was begun or last gone on with, as `meta.json` has it.
  package let started: String
  /// What it came to, where it is finished.
  package let result: Result?
  /// Random play's mean return, where it was measured.
  package let random: Double?
  /// Seconds that its stages took, where it is finished.
  package let seconds: Double?
  /// Settings in which it differs from its preset; world, preset, seed and paths are told elsewhere.
  package let changes: [(name: String, value: String)]

  /// Its folder, as the command line would name it.
  package var path: String { folder.url.relativePath }
  /// Its folder's name.
  package var name: String { folder.url.lastPathComponent }

  /// Reads a run.
  init(_ folder: RunFolder, _ toolkit: Toolkit) {
    self.folder = folder
    let found = try? folder.configuration(toolkit.kinds)
    configuration = found
    let metadata = try? JSONValue(reading: readFile(folder.metadataFile.path, atMost: 1 << 20))
    started = metadata?["started"]?.asString ?? ""
    let summary = folder.summary
    state =
      found == nil
      ? .unreadable
      : FolderLock.isHeld(folder) ? .running : summary == nil ? .stopped : .finished
    let trained = summary?["returns"]?["trained"]
    if let value = trained?["mean"]?.asNumber {
      let (low, high) = (trained?["low"]?.asNumber, trained?["high"]?.asNumber)
      result = Result(
        name: "return", value: value,
        interval: low.flatMap { low in high.flatMap { low <= $0 ? low...$0 : nil } })
    } else if configuration?.isOfEpisodes ?? false, let value = summary?["dream"]?["mean"]?.asNumber
    {
      result = Result(name: "dreamt return", value: value, interval: nil)
    } else {
      result = summary?["vision"]?["reconstruction"]?.asNumber.map {
        Result(name: "loss", value: $0, interval: nil)
      }
    }
    random = summary?["returns"]?["random"]?["mean"]?.asNumber
    seconds = summary?["timing"]?["totalSeconds"]?.asNumber
    changes = found.map { Self.changes($0, folder, toolkit) } ?? []
  }

  /// Names that stand in columns of their own.
  private static let told = [
    "world", "preset", "seed", "data.frames", "data.episodes", "data.labels",
  ]

  private static func changes(
    _ configuration: RunConfiguration, _ folder: RunFolder, _ toolkit: Toolkit
  ) -> [(name: String, value: String)] {
    let entry =
      configuration.isOfFrames && configuration.world.isEmpty
      ? nil : try? folder.entry(of: configuration, in: toolkit.worlds, tellsChange: false)
    guard let preset = try? Preset.named(configuration.preset),
      let own = try? configuration.settingValues
    else { return [] }
    let usual =
      configuration.isOfFrames
      ? preset.configuration(forFramesOf: entry, configuration.data.kind)
      : entry.map {
        $0.canBePlayed
          ? preset.configuration(for: $0)
          : preset.configuration(forEpisodes: $0, frames: configuration.loop.frames)
      } ?? preset.configuration
    guard let values = try? usual.settingValues else { return [] }
    let known = Dictionary(values.map { ($0.name, $0.value) }) { $1 }
    return own.filter { known[$0.name] != $0.value && !told.contains($0.name) }
  }
}
