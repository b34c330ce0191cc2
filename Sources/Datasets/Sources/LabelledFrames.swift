import EnvironmentKit
import Files

/// Frames with what is known of them in a file beside them.
final class LabelledFrames: DerivedFrames {
  let base: any FrameSource
  private let table: LabelTable

  var frameFacts: [Fact] { table.facts }
  var contentHash: String { Checksum(of: "\(base.contentHash) \(table.hash)").text }

  /// Puts labels beside frames, in the place of the facts that the frames come with.
  ///
  /// - Throws: where there are not as many as frames.
  init(_ base: any FrameSource, _ table: LabelTable) throws {
    guard table.count == base.frameCount else {
      throw FileError(
        place: table.place, cause: "has \(table.count) labels, there are \(base.frameCount) frames",
        remedy: "give a label for each frame, in the order of the frames")
    }
    (self.base, self.table) = (base, table)
  }

  func readFacts(_ frame: Int) -> [Float] { table.row(frame) }
}

/// A column of numbers per fact.
struct LabelTable: Sendable {
  let place: String
  let facts: [Fact]
  let count: Int
  let hash: String
  /// `[row, fact]`.
  private let values: [Float]

  /// Whole numbers of so many kinds at most are names of kinds rather than quantities.
  private static let mostCategories = 64
  private static let mostColumns = 256

  /// Reads labels, `[frame]` or `[frame, fact]`.
  init(_ array: NumberArray) throws {
    guard (1...2).contains(array.shape.count), (1...Self.mostColumns).contains(array.rowSize) else {
      throw FileError(
        place: array.place, cause: "has shape \(array.shape) where labels are needed",
        remedy: "save labels as [frame], or as [frame, fact] with a column per fact")
    }
    var values: [Float] = []
    try array.forEachRow { _, numbers in
      for place in 0..<array.rowSize { values.append(Float(array.kind.number(place, in: numbers))) }
    }
    (place, count, self.values) = (array.place, array.count, values)
    hash = values.withUnsafeBytes { bytes in
      var sum = Checksum()
      sum.add(bytes)
      return sum.text
    }
    let width = array.rowSize
    facts = (0..<width).map { column in
      let found = Set(stride(from: column, to: values.count, by: width).lazy.map { values[$0] })
      let areKinds =
        found.count <= Self.mostCategories && found.allSatisfy { $0 == $0.rounded() }
      return Fact(width == 1 ? "label" : "label \(column)", areKinds ? .category : .quantity)
    }
  }

  /// The values of a frame.
  func row(_ row: Int) -> [Float] {
    Array(values[row * facts.count..<(row + 1) * facts.count])
  }
}
