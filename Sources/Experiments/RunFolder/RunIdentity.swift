import Datasets
import EnvironmentKit
import Files
import Foundation
import Settings

/// What a run is: a fingerprint of everything that decides its result.
///
/// Data set and checkpoints note it, so that nothing of another run is taken for the run's own.
package struct RunIdentity: Hashable, Sendable {
  /// 16 hexadecimal digits.
  package let text: String

  /// The metadata's and the index's name for it.
  static let key = "run"

  /// The identity of a run.
  ///
  /// - Parameters:
  ///   - entry: the world, where there is one; of one in a user's file the contents count.
  ///   - part: what else tells it from others, such as the variant of a sweep, or the frames of a run without a world.
  package init(_ configuration: RunConfiguration, _ entry: CatalogEntry?, part: String = "") throws
  {
    let parts = [try RunFolder.yaml(configuration), entry?.text ?? "", part]
    text = Checksum(of: parts.joined(separator: "\u{0}")).text
  }

  /// Refuses what was made by another run.
  ///
  /// - Parameters:
  ///   - found: the identity that the file notes; nil where it notes none.
  ///   - place: the file.
  func check(_ found: String?, place: String) throws {
    guard found != text else { return }
    throw ExperimentError(
      place: place,
      cause: found == nil
        ? "it does not say which run it is of"
        : "it is of another run, or config.yaml was edited since (identity \(found ?? ""), not \(text))",
      remedy: "put the run's own file or configuration back, or start a new run in another folder")
  }
}

extension RunFolder {
  /// The run's data set.
  ///
  /// - Throws: where there is none, or it is of another run.
  package func dataset(of run: RunIdentity) throws -> EpisodeDataset {
    let dataset = try EpisodeDataset(at: data)
    try run.check(dataset.index.run, place: dataIndexFile.path)
    return dataset
  }

  /// Refuses a data set of another run; none is none.
  func checkData(of run: RunIdentity) throws {
    guard let index = try DatasetIndex.read(in: data) else { return }
    try run.check(index.run, place: dataIndexFile.path)
  }

  private var dataIndexFile: URL { data.appendingPathComponent(DatasetIndex.fileName) }

  /// Refuses a configuration that was edited since the run was begun.
  func checkIdentity(_ run: RunIdentity) throws {
    guard let noted = metadata?["identity"]?.asString else { return }
    guard noted != run.text else { return }
    throw ExperimentError(
      .usage, place: configurationFile.path, cause: "it was edited since the run was begun",
      remedy: "put it back as it was, or start a new run in another folder")
  }
}
