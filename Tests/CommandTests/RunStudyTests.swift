import Experiments
import Foundation
import TestSupport
import Testing

/// Commands that measure a finished run and write into its folder.
@Suite("Studies of a run")
struct RunStudyTests {
  private static let studies = [
    ["anomaly", "RUN"], ["anomaly", "RUN", "--inject", "freeze", "--normal", "100"],
    ["doctor", "RUN"], ["evaluate", "vision", "RUN"], ["evaluate", "model", "RUN"],
    ["sample", "RUN"], ["embed", "RUN", "--method", "pca"],
  ]

  /// Expects one error before anything is measured: no progress is told.
  private func expectError(
    _ message: String, _ command: [String], _ run: String, code: Int32 = 1
  ) throws {
    let outcome = try Program.run(command.map { $0 == "RUN" ? run : $0 })
    #expect(outcome.code == code && outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
  }

  @Test("of two at once one is refused, since both would write the same files", arguments: studies)
  func together(command: [String]) throws {
    let folder = try FinishedRunCopy.make()
    let study = try RunFolder(folder.url.appending(path: "run")).beginStudy()
    try expectError("another process is making a study of this run", command, folder.path("run"))
    study.end()
    let outcome = try Program.run(["sample", folder.path("run")])
    #expect(outcome.code == 0, "\(outcome.errors)")
  }

  @Test("a folder that cannot be written is told before anything is measured", arguments: studies)
  func readOnly(command: [String]) throws {
    let folder = try FinishedRunCopy.make()
    let media = folder.path("run/media")
    try FileManager.default.removeItem(atPath: media)
    // No permission hinders the tests where they run as root: a link to itself cannot be written by anybody.
    try FileManager.default.createSymbolicLink(atPath: media, withDestinationPath: media)
    try expectError("media: nothing can be written there", command, folder.path("run"))
  }

  @Test(
    "a summary that the report cannot be made of is told before anything is measured",
    arguments: ["vision", "model"])
  func damagedSummary(part: String) throws {
    let folder = try FinishedRunCopy.make()
    try "{}".write(toFile: folder.path("run/summary.json"), atomically: true, encoding: .utf8)
    try expectError("is no summary of this run", ["evaluate", part, "RUN"], folder.path("run"))
  }
}
