import Files
import Foundation
import Settings

/// What was measured of the catalogue's families.
///
/// A file keeps it, so that one figure can be measured anew without the others.
public struct FamilyFigures: Codable, Hashable, Sendable {
  /// What can be measured.
  public enum Figure: String, CaseIterable, Hashable, Sendable {
    /// Steps a second, with symbols and with pictures.
    case speed
    /// The mean return of random play.
    case random
    /// The mean return of what proximal policy optimisation learned.
    case ppo
  }

  /// Figures of a family's first world; nil for what it has not, or what was not measured.
  struct Row: Codable, Hashable, Sendable {
    /// The world.
    var world: String
    /// Steps a second with symbols.
    var symbols: Double?
    /// Steps a second with pictures of 64×64.
    var pixels64: Double?
    /// Mean return of random play.
    var random: Double?
    /// Mean return of the trained policy.
    var ppo: Double?
  }

  private var schema = 1
  /// Steps of each training by proximal policy optimisation; nil where there was none.
  var ppoSteps: Int?
  /// By the family's name.
  private var families: [String: Row] = [:]

  /// Nothing measured yet.
  public init() {}

  /// What a file holds; nothing where there is none.
  public init(at url: URL) throws {
    self.init()
    guard FileManager.default.fileExists(atPath: url.path) else { return }
    do {
      self = try JSONDecoder().decode(FamilyFigures.self, from: Data(contentsOf: url))
    } catch {
      throw ExperimentError(
        .usage, place: url.relativePath, cause: "it holds no figures of families",
        remedy: "give one that 'envs --families --figures' has written, or one that is not there"
      )
    }
  }

  /// Figures of a family; none where its first world is another now.
  subscript(family: String, world: String) -> Row {
    get {
      guard let row = families[family], row.world == world else { return Row(world: world) }
      return row
    }
    set { families[family] = newValue }
  }

  /// Refuses to measure some families' policies after other steps than those of the rest.
  func check(ppoSteps steps: Int, measuring names: [String], place: String) throws {
    let others = families.filter { $0.value.ppo != nil && !names.contains($0.key) }
    guard let known = ppoSteps, known != steps, !others.isEmpty else { return }
    throw ExperimentError(
      .usage, place: place,
      cause: "it has policies trained for \(known) steps of \(others.count) more families",
      remedy: "give --ppo-steps \(known), or measure all families")
  }

  /// Writes the file.
  public func write(to url: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try DurableFile.write(
      String(decoding: try encoder.encode(self), as: UTF8.self) + "\n", to: url)
  }
}
