import EnvironmentKit
import Foundation

/// How environments are run: what the variables of this process's environment say.
package struct GymnasiumSettings: Hashable, Sendable {
  /// What can be set.
  package enum Variable: String, Sendable {
    /// The Python that has Gymnasium: a path, or a name to be looked for in `PATH`.
    case python = "UMWELT_PYTHON"
    /// Processes of a batch.
    case workers = "UMWELT_GYM_WORKERS"
    /// Seconds that a step of one environment may take.
    case timeout = "UMWELT_GYM_TIMEOUT"
  }

  /// The Python that has Gymnasium.
  package var python = "python3"
  /// Processes of a batch, 1 to 1024; a batch of fewer environments takes fewer.
  package var workers = ProcessInfo.processInfo.activeProcessorCount
  /// Seconds that a step of one environment may take, 0.01 to 86,400.
  package var timeout = 60.0

  /// The defaults.
  package init() {}

  /// What the variables say, the defaults where they say nothing.
  ///
  /// - Throws: where one is out of range.
  package init(environment: [String: String]) throws(EnvironmentError) {
    func text(_ variable: Variable) -> String? {
      environment[variable.rawValue].flatMap { $0.isEmpty ? nil : $0 }
    }
    if let path = text(.python) { python = path }
    if let count = text(.workers) {
      guard let number = Int(count), 1...1024 ~= number else {
        throw Self.outOfRange(.workers, count, "give 1 to 1024")
      }
      workers = number
    }
    if let seconds = text(.timeout) {
      guard let number = Double(seconds), 0.01...86_400 ~= number else {
        throw Self.outOfRange(.timeout, seconds, "give 0.01 to 86400 seconds")
      }
      timeout = number
    }
  }

  /// What the variables of this process say now.
  package static func current() throws(EnvironmentError) -> GymnasiumSettings {
    try GymnasiumSettings(environment: ProcessInfo.processInfo.environment)
  }

  private static func outOfRange(
    _ variable: Variable, _ value: String, _ remedy: String
  ) -> EnvironmentError {
    let option =
      switch variable {
      case .python: "--python"
      case .workers: "--gym-workers"
      case .timeout: "--gym-timeout"
      }
    return EnvironmentError(
      operation: "set", place: "\(option) (\(variable.rawValue)) \(value)", cause: "out of range",
      remedy: remedy)
  }
}
