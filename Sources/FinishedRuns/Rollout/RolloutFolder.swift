import Datasets
import EnvironmentKit
import Experiments
import Files
import Foundation
import Pictures
import Settings

/// The folder of a rollout: a data set, a note of what was rolled out, and a copy of a user's world.
struct RolloutFolder {
  /// The note's name.
  static let noteName = "rollout.json"
  static let worldName = "world.yaml"
  private static let mostBytes = 1 << 28

  private let url: URL
  private let description: JSONValue
  private let world: String?

  /// Names a folder and what belongs into it; nothing is made or read yet.
  ///
  /// - Parameters:
  ///   - world: the text of the world's file, where it is a user's.
  init(_ url: URL, _ description: JSONValue, world: String?) {
    (self.url, self.description, self.world) = (url, description, world)
  }

  private var note: URL { url.appending(path: Self.noteName) }

  /// Works on the folder while no other process can.
  func hold<Result>(_ work: () throws -> Result) throws -> Result {
    if FileManager.default.fileExists(atPath: url.path) { try checkContents() }
    try DurableFile.createFolder(url)
    return try FolderLock.hold(url, work: "rollout", option: "--save") {
      let isNew = try prepare()
      do {
        return try work()
      } catch {
        let isStop = (error as? ExperimentError)?.kind == .interrupted
        // What failed before an episode was kept, as in a world without levels, claims no folder.
        if isNew, !isStop, holdsLeftovers { try? letGo() }
        throw error
      }
    }
  }

  /// Refuses a folder of something else, before anything is written into it.
  private func checkContents() throws {
    guard try RegularFile.contents(of: note, atMost: Self.mostBytes) == nil else { return }
    guard holdsLeftovers else {
      throw ExperimentError(
        .usage, place: url.relativePath, cause: "the folder holds other things and no rollout",
        remedy: "give an empty or new folder to --save")
    }
  }

  /// Whether there are no episodes, nor anything else but what a rollout begins with.
  private var holdsLeftovers: Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    return names.allSatisfy(Self.isLeftover)
  }

  private func letGo() throws {
    for name in [Self.noteName, Self.worldName] {
      try DurableFile.remove(url.appending(path: name))
    }
  }

  /// Whether a file can be what a rollout left that was stopped in its first moments.
  private static func isLeftover(_ name: String) -> Bool {
    let own = [noteName, worldName]
    return name == FolderLock.name || own.contains { name == $0 || name == ".\($0).partial" }
  }

  /// Notes what is rolled out, or checks that it is this very rollout.
  ///
  /// - Returns: whether it begins.
  private func prepare() throws -> Bool {
    guard let found = try RegularFile.contents(of: note, atMost: Self.mostBytes) else {
      if let world { try DurableFile.write(world, to: url.appending(path: Self.worldName)) }
      try DurableFile.write(description, to: note)
      return true
    }
    guard found == Array(description.document.utf8) else {
      throw ExperimentError(
        .usage, place: note.relativePath,
        cause: "the folder holds a rollout of another world, seed, observation or policy"
          + (world == nil ? "" : ", or the world's file has changed since"),
        remedy: "give the options it was started with, or another folder to --save")
    }
    return false
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
  /// Episodes that given actions were asked to fill; nil where nobody asked.
  private let asked: Int?
  private let folder: URL

  init(_ dataset: EpisodeDataset, folder: URL, actionsLeft: Int, asked: Int?) {
    self.asked = asked
    episodes = dataset.episodes.count
    steps = dataset.stepCount
    let total = (0..<dataset.stepCount).reduce(0) { $0 + Double(dataset.reward($1)) }
    meanReturn = total / Double(max(1, dataset.episodes.count))
    self.actionsLeft = actionsLeft
    self.folder = folder
  }

  /// What there is, in words.
  public var lines: [String] {
    var left: [String] = []
    if actionsLeft > 0 {
      let verb = actionsLeft == 1 ? "was" : "were"
      left.append("\(NumberStyle.count(actionsLeft, "actions")) of the file \(verb) not taken")
    }
    if let asked, episodes < asked {
      left.append(
        "the actions of the file fill \(episodes) of \(NumberStyle.count(asked, "episodes"))")
    }
    let mean = (meanReturn * 1000).rounded() / 1000
    return left + [
      "\(NumberStyle.count(episodes, "episodes")), \(NumberStyle.count(steps, "steps")), "
        + "mean return \(mean): \(folder.relativePath)"
    ]
  }
}
