import Files
import Foundation
import Settings

/// Learning curves, pictures and settings as TensorBoard shows them: an event file in the run's folder.
final class TensorBoardSink: MetricSink {
  private let file: EventFile

  /// Opens the file; a new one begins with the settings.
  init(_ url: URL, _ configuration: RunConfiguration) throws {
    file = try EventFile(at: url)
    guard file.isNew else { return }
    let results =
      configuration.isOfFrames ? ["result/reconstruction", "result/kl"] : ["result/trained"]
    try file.add(settings: try configuration.settingValues, results: results)
    let text = try configuration.yaml.split(separator: "\n", omittingEmptySubsequences: false)
    // Lines that begin with four blanks are shown as they are.
    try file.add("configuration", text: text.map { "    \($0)" }.joined(separator: "\n"), step: 0)
  }

  func write(phase: String, step: Int, _ metrics: [Metric]) throws {
    try file.add(metrics, step: step)
  }

  func write(pictures: [URL], step: Int) throws {
    for url in pictures {
      guard let bytes = try RegularFile.contents(of: url, atMost: 1 << 28),
        let picture = EventFile.Picture(bytes)
      else { continue }
      try file.add("media/\(url.deletingPathExtension().lastPathComponent)", picture, step: step)
    }
    try file.addEnd()
  }
}
