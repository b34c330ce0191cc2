import EnvironmentKit
import Files

/// A format as a run's `frames.json` notes it.
extension FrameFormat {
  /// Numbers that a noted frame may have.
  private static let mostNumbers = 0x1p27

  /// What a note says frames are; nil where it does not say, or says what cannot be.
  package init?(noted note: JSONValue) {
    guard let kind = note["kind"]?.asString.flatMap(FrameKind.init),
      let shape = note["shape"]?.asArray?.compactMap(\.asInteger),
      let classes = note["classes"]?.asInteger,
      kind == .cells ? (1...256).contains(classes) : classes == 0,
      (1...8).contains(shape.count), Self.count(shape) <= Self.mostNumbers
    else { return nil }
    let grid = note["grid"]?.asArray?.compactMap(\.asInteger) ?? []
    guard grid.isEmpty || (grid.count == 3 && Self.count(grid) <= Self.count(shape)) else {
      return nil
    }
    let order = note["order"]?.asString.flatMap(GridOrder.init) ?? .rows
    self.init(kind, shape: shape, classes: classes, grid: grid, order: order)
  }

  /// Numbers of some extents; infinite where one is below 1.
  private static func count(_ extents: [Int]) -> Double {
    extents.reduce(1) { $1 > 0 ? $0 * Double($1) : .infinity }
  }
}
