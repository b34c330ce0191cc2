import Datasets
import Files
import Foundation

/// The folder of a rollout: a data set, and a note of what was rolled out.
struct RolloutFolder {
  /// The note's name.
  static let noteName = "rollout.json"

  private let url: URL
  private let description: JSONValue

  /// Names a folder and what belongs into it; nothing is made or read yet.
  init(_ url: URL, _ description: JSONValue) {
    self.url = url
    self.description = description
  }

  private var note: URL { url.appending(path: Self.noteName) }

  /// Makes the folder, or checks that it is of this very rollout.
  func prepare() throws {
    guard let found = FileManager.default.contents(atPath: note.path) else {
      let contents = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
      guard contents.isEmpty else {
        throw ExperimentError(
          .usage, place: url.relativePath, cause: "the folder holds other things and no rollout",
          remedy: "give an empty or new folder to --save")
      }
      try DurableFile.createFolder(url)
      return try DurableFile.write(description, to: note)
    }
    guard found == Data(description.document.utf8) else {
      throw ExperimentError(
        .usage, place: note.relativePath,
        cause: "the folder holds a rollout of another world, seed, observation or policy",
        remedy: "give the options it was started with, or another folder to --save")
    }
  }
}

/// What a rollout's folder holds.
public struct RolloutReport: Hashable, Sendable {
  /// Episodes in the folder.
  public let episodes: Int
  /// Steps in all of them.
  public let steps: Int
  /// The mean of the episodes' returns.
  public let meanReturn: Double
  /// Actions of the file that were not taken, because the episodes asked for were full.
  public let actionsLeft: Int
  private let folder: URL

  init(_ dataset: EpisodeDataset, folder: URL, actionsLeft: Int) {
    episodes = dataset.episodes.count
    steps = dataset.stepCount
    let total = (0..<dataset.stepCount).reduce(0) { $0 + Double(dataset.reward($1)) }
    meanReturn = total / Double(max(1, dataset.episodes.count))
    self.actionsLeft = actionsLeft
    self.folder = folder
  }

  /// What there is, in words.
  public var lines: [String] {
    let left = actionsLeft > 0 ? ["\(actionsLeft) actions of the file were not taken"] : []
    let mean = (meanReturn * 1000).rounded() / 1000
    return left + [
      "\(episodes) episodes, \(steps) steps, mean return \(mean): \(folder.relativePath)"
    ]
  }
}
