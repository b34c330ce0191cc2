import Files
import Foundation
import Settings

/// Takes named numbers as they come: a file of lines, a window, another program's log.
///
/// A new sink is a new file, one line in `MetricSinks`, and its name in `MetricsConfiguration.kinds`.
protocol MetricSink: AnyObject {
  /// Takes the numbers of a step.
  ///
  /// - Parameters:
  ///   - phase: what is being trained, such as `vision`.
  ///   - step: steps done.
  func write(phase: String, step: Int, _ metrics: [Metric]) throws

  /// Takes the pictures of a run that is done: PNG and GIF files, by name.
  func write(pictures: [URL], step: Int) throws
}

extension MetricSink {
  /// Does without.
  func write(pictures: [URL], step: Int) throws {}
}

/// The registry of sinks that a configuration may name.
enum MetricSinks {
  /// The sink of a name, writing into a run's folder; nil where there is none of that name.
  static func make(
    _ name: String, in folder: RunFolder, _ configuration: RunConfiguration
  ) throws -> (any MetricSink)? {
    switch name {
    case "jsonl": try JSONLinesSink(folder.metricsFile)
    case "tensorboard": try TensorBoardSink(folder.eventsFile, configuration)
    default: nil
    }
  }
}

/// Losses and rates as they came, with times, in `metrics.jsonl`; a resumed run appends.
final class JSONLinesSink: MetricSink {
  private let lines: JSONLines

  init(_ url: URL) throws { lines = try JSONLines(at: url) }

  func write(phase: String, step: Int, _ metrics: [Metric]) throws {
    var line: JSONValue = [
      "phase": .string(phase), "step": .integer(step),
      "time": .number(Date().timeIntervalSince1970),
    ]
    for metric in metrics {
      line[metric.name] = metric.value.isFinite ? .number(metric.value) : .null
    }
    try lines.append(line)
  }
}
