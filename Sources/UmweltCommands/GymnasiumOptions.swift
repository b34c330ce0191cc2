import ArgumentParser
import Foundation
import GymnasiumWorlds
import Settings

/// How the environments of worlds named `gym:ID` are run.
///
/// The options are put into the environment of this process, so that processes that it starts, such as the
/// cells of a sweep, have them too.
struct GymnasiumOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Of worlds gym:ID: the Python that has Gymnasium. Default: $UMWELT_PYTHON, else python3.",
      valueName: "path"), completion: .file())
  var python: String?

  @Option(
    help: ArgumentHelp(
      "Of worlds gym:ID: processes that step the environments; results do not depend on it. "
        + "Default: $UMWELT_GYM_WORKERS, else as many as there are processors.", valueName: "N"))
  var gymWorkers: Int?

  @Option(
    help: ArgumentHelp(
      "Of worlds gym:ID: seconds that a step of one environment may take. Default: "
        + "$UMWELT_GYM_TIMEOUT, else 60.", valueName: "seconds"))
  var gymTimeout: Double?

  /// Puts what was given into effect, before any world is looked for.
  func validate() throws {
    let given: [(GymnasiumSettings.Variable, String?)] = [
      (.python, python), (.workers, gymWorkers.map(String.init)),
      (.timeout, gymTimeout.map { "\($0)" }),
    ]
    for case (let variable, let value?) in given { setenv(variable.rawValue, value, 1) }
  }
}
