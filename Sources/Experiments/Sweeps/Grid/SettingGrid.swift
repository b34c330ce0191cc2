import Randomness
import Settings

/// The runs of a sweep over settings: all combinations of their values, or some drawn at random, each with
/// every seed.
public struct SettingGrid: Sendable {
  /// One run.
  public struct Cell: Hashable, Sendable {
    /// Its number, from 1; all seeds of one combination are neighbours.
    public let number: Int
    /// What is set, as `key=value`; settings of a single value included.
    public let settings: [String]
    /// Its seed.
    public let seed: Int
    /// Its folder's name: what varies, and the seed.
    public let name: String
  }

  /// The runs, by number.
  public let cells: [Cell]

  /// Cells that a sweep may have at most.
  public static let mostCells = 100_000

  /// All combinations.
  ///
  /// - Throws: where there are too many, a setting is named twice, or one has a range.
  public init(all axes: [SettingAxis], seeds: [Int]) throws {
    try Self.check(axes)
    var combinations: [[String]] = [[]]
    for axis in axes {
      guard let values = axis.list else {
        throw SettingAxis.failure(
          axis.name, "a range has no end of values",
          "name values as \(axis.name)=A,B,C, or draw them by: "
            + ShellCommand.text("sweep", "random"))
      }
      guard combinations.count * values.count * seeds.count <= Self.mostCells else {
        throw SettingAxis.failure(
          axis.name, "that makes more than \(Self.mostCells) runs",
          "give fewer values, or draw some by: " + ShellCommand.text("sweep", "random"))
      }
      combinations = combinations.flatMap { known in values.map { known + ["\(axis.name)=\($0)"] } }
    }
    cells = Self.cells(combinations, axes, seeds)
  }

  /// Combinations drawn at random.
  ///
  /// - Parameters:
  ///   - count: of combinations, 1 or more; each is played with every seed.
  ///   - root: equal numbers draw equal combinations; a greater count draws the same ones first.
  /// - Throws: where there are too many, or a setting is named twice.
  public init(drawing count: Int, of axes: [SettingAxis], root: UInt64, seeds: [Int]) throws {
    try Self.check(axes)
    guard count >= 1, count <= Self.mostCells / max(1, seeds.count) else {
      throw ExperimentError(
        .usage, place: "--count \(count)", cause: "out of range",
        remedy: "give 1 to \(Self.mostCells / max(1, seeds.count))")
    }
    let columns = axes.map { axis in
      var stream = RandomStream(root: root, name: "sweep/random/\(axis.name)")
      return (0..<count).map { _ in "\(axis.name)=\(axis.draw(from: &stream))" }
    }
    let combinations = (0..<count).map { row in columns.map { $0[row] } }
    var seen = Set<[String]>()
    cells = Self.cells(combinations.filter { seen.insert($0).inserted }, axes, seeds)
  }

  private static func check(_ axes: [SettingAxis]) throws {
    var names = Set<String>()
    for axis in axes where !names.insert(axis.name).inserted {
      throw SettingAxis.failure(axis.name, "the setting is named twice", "name it once")
    }
  }

  private static func cells(
    _ combinations: [[String]], _ axes: [SettingAxis], _ seeds: [Int]
  ) -> [Cell] {
    let isVaried = axes.map { $0.list?.count != 1 }
    var cells: [Cell] = []
    for combination in combinations {
      let varied = zip(combination, isVaried).filter(\.1).map(\.0)
      for seed in seeds {
        cells.append(
          Cell(
            number: cells.count + 1, settings: combination, seed: seed,
            name: folderName(varied + ["s\(seed)"])))
      }
    }
    return named(apart: cells)
  }

  /// A name that any file system takes and no shell reads anything into.
  private static func folderName(_ parts: [String]) -> String {
    let letters = parts.joined(separator: "_").map { letter in
      letter.isASCII && (letter.isLetter || letter.isNumber || "=.-_+".contains(letter))
        ? letter : "-"
    }
    return String(letters)
  }

  /// Longest name of a folder.
  private static let longestName = 120

  /// Names that are too long, or that two cells have, are told apart by the cell's number.
  private static func named(apart cells: [Cell]) -> [Cell] {
    let counts = Dictionary(grouping: cells, by: { $0.name.lowercased() }).mapValues(\.count)
    return cells.map { cell in
      guard cell.name.count > longestName || counts[cell.name.lowercased()] != 1 else {
        return cell
      }
      return Cell(
        number: cell.number, settings: cell.settings, seed: cell.seed,
        name: "\(cell.number)-\(cell.name.prefix(longestName - 20))_s\(cell.seed)")
    }
  }
}
