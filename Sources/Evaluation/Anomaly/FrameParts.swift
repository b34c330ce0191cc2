/// How far a frame is from what is drawn of a latent: of pictures the squares of differences in 0…1, of cells how many
/// codes are wrong.
struct DrawnError {
  /// Over the whole frame.
  let whole: Double
  /// Over each of its parts.
  let parts: [Double]
}

/// Parts of a picture or a grid, an eighth of a side wide and high, that overlap by half.
struct FrameParts {
  private let width: Int
  private let extent: (height: Int, width: Int)
  private let corners: [(top: Int, left: Int)]

  /// Cuts frames.
  ///
  /// - Parameter shape: height and width first.
  init(_ shape: [Int]) {
    width = shape[1]
    let extent = (height: max(1, shape[0] / 8), width: max(1, shape[1] / 8))
    self.extent = extent
    func starts(_ side: Int, _ part: Int) -> [Int] {
      Array(stride(from: 0, through: side - part, by: max(1, part / 2)))
    }
    corners = starts(shape[0], extent.height).flatMap { top in
      starts(shape[1], extent.width).map { left -> (top: Int, left: Int) in (top, left) }
    }
  }

  /// The sums over all and over each part.
  ///
  /// - Parameter errors: `[height, width]`.
  func sums(_ errors: [Float]) -> DrawnError {
    let parts = corners.map { top, left in
      (top..<top + extent.height).reduce(0.0) { sum, row in
        sum + Double(errors[row * width + left..<row * width + left + extent.width].reduce(0, +))
      }
    }
    return DrawnError(whole: errors.reduce(0) { $0 + Double($1) }, parts: parts)
  }
}
