import Datasets
import EnvironmentKit
import Files
import Settings

/// What is known of some frames, a column a fact: what comes with them, their time within their episode, and how
/// closely latents lie around theirs.
package struct KnownFacts: Sendable {
  /// One fact.
  package struct Column: Sendable {
    /// Its name, and how it is to be read.
    package let fact: Fact
    /// One a frame, NaN where it is absent.
    package let values: [Float]
  }

  /// The facts, in the order in which they come.
  package private(set) var columns: [Column]

  /// The names of what is found beside what frames come with.
  static let (time, density) = ("time", "density")

  /// `[frame, fact]`.
  var rows: [Float] {
    (columns.first?.values ?? []).indices.flatMap { row in columns.map { $0.values[row] } }
  }

  /// Collects what is known.
  ///
  /// - Parameters:
  ///   - frames: of the source, in rising order.
  ///   - densities: one a frame.
  init(_ source: any FrameSource, _ frames: [Int], densities: [Float]) throws {
    let rows = try frames.map { try source.readFacts($0) }
    columns = source.frameFacts.enumerated().map { place, fact in
      Column(fact: fact, values: rows.map { $0[place] })
    }
    if !source.frameGroups.isEmpty { add(Self.time, Self.times(source.frameGroups, frames)) }
    add(Self.density, densities)
  }

  /// A fact of the world's own of that name stays.
  private mutating func add(_ name: String, _ values: [Float]) {
    guard !columns.contains(where: { $0.fact.name == name }) else { return }
    columns.append(Column(fact: Fact(name), values: values))
  }

  private static func times(_ groups: [Range<Int>], _ frames: [Int]) -> [Float] {
    var group = 0
    return frames.map { frame in
      while group < groups.count - 1, frame >= groups[group].upperBound { group += 1 }
      return Float(frame - groups[group].lowerBound)
    }
  }

  /// The place of the fact of a name; of the first, where none is given.
  ///
  /// - Throws: where there is none of that name.
  func place(of name: String?) throws -> Int {
    guard let name else { return 0 }
    let names = columns.map(\.fact.name)
    guard let place = names.firstIndex(of: name) else {
      throw ExperimentError(
        .usage, place: "--color \(name)", cause: "nothing of that name is known of the frames",
        remedy: NearestName.hint(name, among: names))
    }
    return place
  }
}
