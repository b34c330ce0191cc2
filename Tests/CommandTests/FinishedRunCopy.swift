import Foundation
import TestSupport

/// Copies of one finished run, which is made once.
enum FinishedRunCopy {
  private struct ProgramFailed: Error {
    let outcome: Program.Outcome
  }

  private static let original: Result<TemporaryFolder, any Error> = Result {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(smallRun + ["--run-dir", folder.path("run")])
    guard outcome.code == 0 else { throw ProgramFailed(outcome: outcome) }
    return folder
  }

  /// A folder with a copy, `run`, of a test's own.
  static func make() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(
      atPath: original.get().path("run"), toPath: folder.path("run"))
    return folder
  }
}
