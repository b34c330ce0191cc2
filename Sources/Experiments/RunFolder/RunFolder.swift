import EnvironmentKit
import Files
import Foundation
import Settings

/// The folder in which a run keeps everything: stages find each other's results here.
public struct RunFolder: Sendable {
  /// The folder itself.
  public let url: URL

  /// Names a folder; nothing is made or read yet.
  public init(_ url: URL) {
    self.url = url
  }

  /// The resolved configuration.
  public var configurationFile: URL { url.appendingPathComponent("config.yaml") }
  /// Who ran it, where and when.
  public var metadataFile: URL { url.appendingPathComponent("meta.json") }
  /// Losses and rates by step, with times.
  public var metricsFile: URL { url.appendingPathComponent("metrics.jsonl") }
  /// The same for TensorBoard, where that is asked for.
  public var eventsFile: URL { url.appendingPathComponent("events.out.tfevents.umwelt") }
  /// One line an evaluated episode.
  public var scoresFile: URL { url.appendingPathComponent("scores.jsonl") }
  /// The result, for programs.
  public var summaryFile: URL { url.appendingPathComponent("summary.json") }
  /// The result, for people.
  public var reportFile: URL { url.appendingPathComponent("report.html") }
  /// Collected episodes.
  public var data: URL { url.appendingPathComponent("data") }
  /// Pictures.
  public var media: URL { url.appendingPathComponent("media") }
  /// What is trained, a file per part.
  public var checkpoints: URL { url.appendingPathComponent("checkpoints") }
  /// The collected frames as the autoencoder sees them.
  public var latents: URL { url.appendingPathComponent("latents") }
  /// A picture's file.
  public func picture(_ name: String) -> URL { media.appendingPathComponent(name) }

  /// What folders call a world or data: of a path the last part alone, without what file systems do not take.
  package static func nameInFolders(of subject: String) -> String {
    String((subject as NSString).lastPathComponent.map { ":?&".contains($0) ? "-" : $0 })
  }

  /// Makes the folder of a new run where none was named: `runs/<world>-<preset>-s<seed>-<time>`, with
  /// a number behind it where another run took that name.
  public static func fresh(for configuration: RunConfiguration, at date: Date) throws -> RunFolder {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.dateFormat = "yyyyMMdd'T'HHmmss"
    let name = [
      nameInFolders(of: configuration.subject), configuration.preset, "s\(configuration.seed)",
      format.string(from: date),
    ].joined(separator: "-")
    let runs = URL(fileURLWithPath: "runs")
    var url = runs.appendingPathComponent(name)
    var number = 1
    while try !DurableFile.createNewFolder(url) {
      number += 1
      url = runs.appendingPathComponent("\(name)-\(number)")
    }
    return RunFolder(url)
  }

  /// What goes on with the run, to be typed.
  public var goOnCommand: String {
    let isOfFrames = (try? configuration())?.isOfFrames ?? false
    return ShellCommand.text(
      (isOfFrames ? ["train", "vision"] : ["run"]) + ["--run-dir", url.relativePath])
  }

  /// Removes the folder where nothing was put into it; for who made it, as nobody else may hold it.
  public func removeWhereEmpty() {
    let contents = try? FileManager.default.contentsOfDirectory(atPath: url.path)
    if contents == [FolderLock.name] { unlink(url.appending(path: FolderLock.name).path) }
    rmdir(url.path)
  }

  /// Whether nothing has come of a run that was begun: no frames, no steps, nothing trained.
  var isBare: Bool {
    let kept =
      [data.appending(path: "index.json"), metricsFile, summaryFile]
      .contains { FileManager.default.fileExists(atPath: $0.path) }
    let trained = try? FileManager.default.contentsOfDirectory(atPath: checkpoints.path)
    return !kept && (trained ?? []).isEmpty
  }

  /// Gives the folder up, so that another run may begin in it; for who holds its lock and found it bare.
  func letGo() throws {
    for file in [configurationFile, metadataFile, worldFile, framesFile] {
      try DurableFile.remove(file)
    }
    for folder in [media, data, checkpoints] { rmdir(folder.path) }
  }

  /// Makes the folder and saves the configuration, or checks that the folder is of this very run.
  ///
  /// To be called by whoever holds the folder's lock.
  ///
  /// - Parameter option: which option names another folder.
  /// - Returns: whether the folder was there before, so that the run goes on.
  /// - Throws: where it cannot be written, or holds another run or foreign files.
  @discardableResult
  public func prepare(
    for configuration: RunConfiguration, in entry: CatalogEntry?, option: String = "--run-dir"
  ) throws -> Bool {
    if holdsRun {
      try checkSame(configuration, option)
      try makeFolders()
      try keepWorld(entry)
      return true
    }
    try checkHoldsNothingElse(option)
    try makeFolders()
    try keepWorld(entry)
    try write(Self.yaml(configuration), to: configurationFile)
    return false
  }

  /// Refuses a folder without a run that holds files of other kinds.
  func checkHoldsNothingElse(_ option: String = "--run-dir") throws {
    guard !holdsRun else { return }
    let contents = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    guard contents.allSatisfy(Self.ownNames.contains) else {
      throw ExperimentError(
        place: url.path, cause: "the folder holds other files and no run (no config.yaml)",
        remedy: "give an empty or new folder to \(option)")
    }
  }

  /// The form of `summary.json`.
  static let summarySchema = 2

  /// Whether every stage is done: the summary is written last.
  ///
  /// - Throws: where there is something in its place that is no summary of this run.
  func isFinished(_ configuration: RunConfiguration) throws -> Bool {
    guard FileManager.default.fileExists(atPath: summaryFile.path) else { return false }
    let result =
      configuration.hasWorld ? summary?["returns"]?["trained"]?["mean"] : summary?["data"]?["paths"]
    guard let summary, summary["schema"]?.asInteger == Self.summarySchema,
      !configuration.hasWorld || summary["world"]?.asString == configuration.world,
      summary["seed"]?.asInteger == configuration.seed, result != nil, summary["timing"] != nil
    else {
      throw ExperimentError(
        place: summaryFile.path, cause: "is no summary of this run",
        remedy: "remove it: the same command makes it again")
    }
    return true
  }

  /// What the run reached, where it is finished and the file can be read.
  package var summary: JSONValue? {
    try? JSONValue(reading: readFile(summaryFile.path, atMost: 1 << 26))
  }

  /// Whether a run was begun here.
  public var holdsRun: Bool { FileManager.default.fileExists(atPath: configurationFile.path) }

  /// Reads the configuration of a finished or unfinished run.
  ///
  /// - Parameter kinds: the models and learners that it may name.
  public func configuration(_ kinds: Kinds = .standard) throws -> RunConfiguration {
    guard holdsRun else {
      let exists = FileManager.default.fileExists(atPath: url.path)
      throw ExperimentError(
        .usage, place: url.relativePath,
        cause: exists ? "not a run folder: no config.yaml" : "there is no such folder",
        remedy: "give the folder of a run, such as runs/TakeCover-quick-s1-…; make one with: "
          + ShellCommand.text("run"))
    }
    let bytes = try readFile(configurationFile.path, atMost: 1 << 24)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ExperimentError(
        place: configurationFile.path, cause: "cannot be read as text",
        remedy: "restore the file, or start a new run")
    }
    var overlay = try ConfigurationOverlay(RunConfiguration(), kinds: kinds)
    try overlay.apply(wholeYAML: text, file: configurationFile.path)
    return try overlay.configuration()
  }

  /// Replaces a file of the run, whole or not at all.
  public func write(_ text: String, to file: URL) throws {
    try DurableFile.write(text, to: file)
  }

  /// A configuration as it is saved.
  public static func yaml(_ configuration: RunConfiguration) throws -> String {
    try configuration.yaml
  }

  /// What a run killed before it could save its configuration may have left.
  private static let ownNames = [
    "checkpoints", "data", "latents", "media", "world.yaml", ".world.yaml.partial",
    ".config.yaml.partial", ".lock",
  ]

  private func makeFolders() throws {
    for folder in [url, media, data, url.appendingPathComponent("checkpoints")] {
      try DurableFile.createFolder(folder)
    }
  }

  private func checkSame(_ configuration: RunConfiguration, _ option: String) throws {
    let text = (try? String(contentsOf: configurationFile, encoding: .utf8)) ?? ""
    let asked = try Self.yaml(configuration)
    guard text != asked else { return }
    let old = text.split(separator: "\n")
    let new = asked.split(separator: "\n")
    let line = zip(old, new).first { $0 != $1 }
    let shown =
      line.map { "it has '\($0.0.trimmed)', asked is '\($0.1.trimmed)'" } ?? "the keys differ"
    throw ExperimentError(
      .usage, place: configurationFile.path,
      cause: "the folder holds a run of another configuration: \(shown)",
      remedy: "give the options it was started with, or another folder to \(option)")
  }
}

/// What studies of a finished run leave in its folder.
extension RunFolder {
  /// What other agents reached in its world, to be shown beside it.
  public var besideFile: URL { url.appendingPathComponent("beside.json") }
  /// What the autoencoder is worth, for programs.
  public var visionFile: URL { url.appendingPathComponent("vision.json") }
  /// What is wrong with the autoencoder, for programs.
  public var doctorFile: URL { url.appendingPathComponent("doctor.json") }
  /// Which of some frames are unlike those that V learned from.
  public var anomalyFile: URL { url.appendingPathComponent("anomaly.json") }
  /// Every score of every one of these frames.
  public var anomalyScores: URL { url.appendingPathComponent("anomaly.npy") }
  /// Which scores find what was made to go wrong.
  public var faultFile: URL { url.appendingPathComponent("faults.json") }
  /// Every score of normal and of spoiled frames.
  public var faultScores: URL { url.appendingPathComponent("faults.npy") }
  /// What was made of latents last.
  public var sampleFile: URL { url.appendingPathComponent("sample.json") }
  /// The latents that were made last.
  public var sampledLatents: URL { url.appendingPathComponent("samples.npy") }
  /// What they decode to.
  public var sampledFrames: URL { url.appendingPathComponent("sample-frames.npy") }
  /// What maps of latents keep.
  public var embeddingFile: URL { url.appendingPathComponent("embed.json") }
  /// Latents of some frames.
  public var embedding: URL { url.appendingPathComponent("embedding.npy") }
  /// The numbers of these frames.
  public var embeddingFrames: URL { url.appendingPathComponent("embedding-frames.npy") }
  /// What is known of them.
  public var embeddingFacts: URL { url.appendingPathComponent("embedding-facts.npy") }
  /// Where a map puts them.
  public func map(_ method: String) -> URL { url.appendingPathComponent("map-\(method).npy") }
  /// What the world model knows, for programs.
  public var modelFile: URL { url.appendingPathComponent("model.json") }
  /// The same, for people.
  public var modelTablesFile: URL { url.appendingPathComponent("model.txt") }
}

extension Substring {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespaces) }
}
