import EnvironmentKit

extension Frame {
  /// What a frame looks like to people: a picture as it is, without what stands beside it; cells as squares whose
  /// colours stand for their codes, below them what stands beside the grid; other numbers as squares from blue (below
  /// 0) over dark to orange.
  ///
  /// - Parameter bytes: of one frame.
  package init(_ bytes: some RandomAccessCollection<UInt8>, format: FrameFormat) {
    switch format.kind {
    case .pictures:
      let shape = format.shownShape
      self.init(bytes.prefix(shape.reduce(1, *)), shape: shape)
    case .cells: self = Frame.cells(Array(bytes), format)
    case .vectors, .counts: self = Frame.squares(format.numbers(bytes))
    }
  }

  private static let side = 8

  /// A square a cell: the first code's colour, within it the second's, within that the third's.
  private static func cells(_ codes: [UInt8], _ format: FrameFormat) -> Frame {
    let shape = format.shownShape
    let isSideways = format.order == .columns && shape.count > 1
    // Codes that are no grid fill a square.
    let columns = shape.count > 1 ? shape[isSideways ? 0 : 1] : squareColumns(codes.count)
    let cells = shape.count > 1 ? shape[0] * shape[1] : codes.count
    let perCell = shape.dropFirst(2).reduce(1, *)
    let things =
      (0..<cells).map { codes[$0 * perCell..<($0 + 1) * perCell] }
      + (cells * perCell..<codes.count).map { codes[$0...$0] }
    let rows = (things.count + columns - 1) / columns
    var frame = Frame(width: columns * side, height: rows * side)
    for (place, thing) in things.enumerated() {
      var (column, row) = (place % columns, place / columns)
      if isSideways, place < cells { (column, row) = (place / shape[1], place % shape[1]) }
      let (x, y) = (column * side, row * side)
      for (layer, code) in thing.prefix(3).enumerated() {
        // A code of 0 beside others says nothing.
        guard layer == 0 || code > 0 else { continue }
        frame.fill(x: x, y: y, inset: [0, 2, 3][layer], palette[Int(code) % palette.count])
      }
    }
    return frame
  }

  /// A square a number, about as many rows as columns.
  private static func squares(_ numbers: [Float]) -> Frame {
    let columns = squareColumns(numbers.count)
    let rows = max(1, (numbers.count + columns - 1) / columns)
    let greatest = numbers.reduce(Float.leastNormalMagnitude) { max($0, abs($1)) }
    var frame = Frame(width: columns * side, height: rows * side)
    for (place, number) in numbers.enumerated() {
      let share = max(-1, min(1, number / greatest))
      let end: [Float] = share < 0 ? [70, 150, 255] : [255, 150, 40]
      let color = end.map { UInt8(24 + abs(share) * ($0 - 24)) }
      frame.fill(x: place % columns * side, y: place / columns * side, inset: 0, color)
    }
    return frame
  }

  private static func squareColumns(_ count: Int) -> Int {
    max(1, Int(Float(count).squareRoot().rounded(.up)))
  }

  private mutating func fill(x: Int, y: Int, inset: Int, _ color: [UInt8]) {
    for row in y + inset..<y + Self.side - inset {
      for column in x + inset..<x + Self.side - inset {
        for channel in 0..<3 { pixels[(row * width + column) * 3 + channel] = color[channel] }
      }
    }
  }

  /// Colours that are told apart, the first dark.
  private static let palette: [[UInt8]] = [
    [24, 24, 28], [52, 54, 64], [118, 122, 134], [196, 160, 96], [214, 69, 65], [240, 200, 60],
    [88, 170, 90], [74, 144, 226], [46, 204, 170], [170, 110, 210], [255, 112, 170],
    [230, 126, 34], [220, 224, 230], [110, 80, 60], [160, 210, 60], [90, 200, 240],
  ]
}
