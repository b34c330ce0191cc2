import EnvironmentKit
import Evaluation
import Files
import Foundation
import Pictures
import Settings

/// A run's report: one page of everything that the folder holds of its results.
///
/// It is made of files alone, so that it can be renewed whenever a study has been added.
package struct ReportPage {
  let folder: RunFolder
  let configuration: RunConfiguration
  /// What `summary.json` holds.
  let summary: JSONValue
  let curves: LearningCurves

  init(
    _ folder: RunFolder, _ configuration: RunConfiguration, summary: JSONValue,
    curves: LearningCurves
  ) {
    (self.folder, self.configuration) = (folder, configuration)
    (self.summary, self.curves) = (summary, curves)
  }

  /// Makes the page of a finished run anew; does nothing where the run is not finished.
  ///
  /// - Returns: whether there is a page now.
  @discardableResult
  package static func renew(_ folder: RunFolder, _ configuration: RunConfiguration) throws -> Bool {
    guard try folder.isFinished(configuration), let summary = folder.summary else { return false }
    var curves = LearningCurves()
    for part in summary["parameters"]?.asObject ?? [] {
      let file = folder.checkpoints.appending(path: "\(part.name).safetensors")
      guard FileManager.default.fileExists(atPath: file.path) else { continue }
      curves.merge(
        try LearningCurves(
          in: TensorFile(contentsOf: file, isSealed: true), place: file.path))
    }
    try ReportPage(folder, configuration, summary: summary, curves: curves).write()
    return true
  }

  /// Writes `report.html`.
  func write() throws { try folder.write(page().render(), to: folder.reportFile) }

  private func page() throws -> HTMLPage {
    var page = HTMLPage(
      title: "\(configuration.subject), preset \(configuration.preset), seed \(configuration.seed)",
      subtitle: subtitle)
    page.warnings = (summary["warnings"]?.asArray ?? []).compactMap(\.asString)
    page.sections = [
      returns, unplayed, beside, episode, dream, frames, doctor, learning, latents, memory,
      pictures,
      vision, model,
      effort,
      times,
      HTMLPage.Section(
        title: "Configuration",
        parts: [
          .details(
            "Every setting of this run",
            [.lines([try RunFolder.yaml(configuration)])])
        ]),
    ].compactMap { $0 }
    return page
  }

  private var isDream: Bool { summary["trainsIn"]?.asString == "dream" }

  private var subtitle: String {
    let model = summary["model"]?.asString ?? ""
    guard let learner = summary["learner"]?.asString else {
      return "'\(model)', trained on frames alone; "
        + (summary["program"]?.asString ?? ProgramVersion.text) + "."
    }
    return "World model '\(model)', learner '\(learner)', trained in the "
      + "\(isDream ? "dream" : "world"); \(summary["program"]?.asString ?? ProgramVersion.text)."
  }

  /// A number that the summary holds below some names.
  func number(_ names: String...) -> Double? {
    names.reduce(summary as JSONValue?) { $0?[$1] }?.asNumber
  }
}

extension RunFolder {
  /// Writes `report.html` of a finished run anew, with all studies that were made of it.
  ///
  /// - Parameter others: folders of runs and of sweeps of agents in the same world, whose results are noted and shown
  ///   beside the run's own; none leaves what was noted before.
  /// - Throws: where the folder holds no finished run, another process works on it, or another folder holds nothing
  ///   to be shown beside it.
  public func renewReport(_ toolkit: Toolkit, beside others: [RunFolder] = []) throws {
    let configuration = try configuration(toolkit.kinds)
    let renewed = try FolderLock.hold(self) {
      if !others.isEmpty, try isFinished(configuration) {
        let agents = try AgentsBeside(
          others, beside: self, in: configuration.world, kinds: toolkit.kinds)
        try DurableFile.write(agents.json, to: besideFile)
      }
      return try ReportPage.renew(self, configuration)
    }
    guard !renewed else { return }
    throw ExperimentError(
      place: url.relativePath, cause: "the run is not finished\(statusInWords): there is no report",
      remedy: "go on with: \(goOnCommand)")
  }
}
