public import EnvironmentKit

extension Canvas {
  /// The whole canvas.
  public var area: Area { Area(x: 0, y: 0, width: width, height: height) }

  /// Fills an area.
  public func fill(_ area: Area, _ color: Color) {
    fillRectangle(x: area.x, y: area.y, width: area.width, height: area.height, color)
  }

  /// Draws a line one or more pixels thick along the inside of an area's edge.
  public func outline(_ area: Area, _ color: Color, thickness: Int = 1) {
    let (width, height, line) = (area.width, area.height, min(thickness, area.width, area.height))
    guard line > 0 else { return }
    fillRectangle(x: area.x, y: area.y, width: width, height: line, color)
    fillRectangle(x: area.x, y: area.bottom - line, width: width, height: line, color)
    fillRectangle(x: area.x, y: area.y, width: line, height: height, color)
    fillRectangle(x: area.right - line, y: area.y, width: line, height: height, color)
  }

  /// Draws a picture magnified by an integer, every pixel becoming a square.
  public func draw(_ frame: Frame, x: Int, y: Int, scale: Int = 1) {
    precondition(scale >= 1, "Canvas.draw: scale \(scale); give 1 or more")
    let columns = max(0, x)..<max(0, x, min(width, x + frame.width * scale))
    let rows = max(0, y)..<max(0, y, min(height, y + frame.height * scale))
    guard !columns.isEmpty else { return }
    frame.pixels.withUnsafeBufferPointer { source in
      var drawn = (line: -1, start: base)
      for row in rows {
        let line = (row - y) / scale
        let start = base + (row * width + columns.lowerBound) * 3
        if line == drawn.line {
          start.update(from: drawn.start, count: columns.count * 3)
        } else {
          let pixels = UnsafeBufferPointer(
            rebasing: source[line * frame.width * 3..<(line + 1) * frame.width * 3])
          Self.spread(pixels, to: start, from: columns.lowerBound - x, columns.count, scale)
          drawn = (line, start)
        }
      }
    }
  }

  /// Writes one row of pixels, each `scale` times, beginning at a column of the magnified row.
  private static func spread(
    _ pixels: UnsafeBufferPointer<UInt8>, to start: UnsafeMutablePointer<UInt8>, from first: Int,
    _ count: Int, _ scale: Int
  ) {
    var (to, place, left) = (start, first / scale * 3, scale - first % scale)
    for _ in 0..<count {
      to[0] = pixels[place]
      to[1] = pixels[place + 1]
      to[2] = pixels[place + 2]
      to += 3
      left -= 1
      if left == 0 { (place, left) = (place + 3, scale) }
    }
  }

  /// Draws a picture over a whole area, every pixel becoming a block, none of them mixed.
  ///
  /// Blocks differ by one pixel in size where the magnification is not whole. A picture of the
  /// area's size comes as it is.
  public func draw(_ frame: Frame, in area: Area) {
    let columns = max(0, area.x)..<max(0, area.x, min(width, area.right))
    let rows = max(0, area.y)..<max(0, area.y, min(height, area.bottom))
    guard !columns.isEmpty, !area.isEmpty else { return }
    let offsets = columns.map { ($0 - area.x) * frame.width / area.width * 3 }
    frame.pixels.withUnsafeBufferPointer { source in
      var drawn = (line: -1, start: base)
      for row in rows {
        let line = (row - area.y) * frame.height / area.height
        let start = base + (row * width + columns.lowerBound) * 3
        if line == drawn.line {
          start.update(from: drawn.start, count: columns.count * 3)
        } else if frame.width == area.width {
          let first = (line * frame.width + columns.lowerBound - area.x) * 3
          for byte in 0..<columns.count * 3 { start[byte] = source[first + byte] }
          drawn = (line, start)
        } else {
          Self.spread(source, from: line * frame.width * 3, offsets, to: start)
          drawn = (line, start)
        }
      }
    }
  }

  private static func spread(
    _ source: UnsafeBufferPointer<UInt8>, from first: Int, _ offsets: [Int],
    to start: UnsafeMutablePointer<UInt8>
  ) {
    var to = start
    for offset in offsets {
      to[0] = source[first + offset]
      to[1] = source[first + offset + 1]
      to[2] = source[first + offset + 2]
      to += 3
    }
  }

  /// Mixes a colour into an area.
  public func tint(_ area: Area, _ color: Color, _ share: Float) {
    for row in max(0, area.y)..<max(0, area.y, min(height, area.bottom)) {
      for column in max(0, area.x)..<max(0, area.x, min(width, area.right)) {
        blend(column, row, color, share)
      }
    }
  }

  /// Draws a smooth line between two points given in pixels, cut to an area.
  ///
  /// - Parameters:
  ///   - from: first point; a point that is not finite draws nothing.
  ///   - to: last point.
  ///   - thickness: in pixels.
  ///   - dash: lengths in pixels of strokes and of the gaps between; 0 draws a full line.
  ///   - clip: where pixels may be set.
  func line(
    from: (x: Float, y: Float), to: (x: Float, y: Float), _ color: Color, thickness: Float = 1,
    dash: Float = 0, clip: Area
  ) {
    guard let (a, b) = Self.trimmed(from, to, clip, margin: thickness + 1) else { return }
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    let length = max(1e-3, (dx * dx + dy * dy).squareRoot())
    let isSteep = abs(dy) > abs(dx)
    let (low, high) = isSteep ? (min(a.y, b.y), max(a.y, b.y)) : (min(a.x, b.x), max(a.x, b.x))
    let reach = Int(thickness) + 1
    for major in Int((low - 0.5).rounded(.down))...Int((high + 0.5).rounded(.up)) {
      let along = Float(major) + 0.5
      let extent = isSteep ? dy : dx
      let share = extent == 0 ? 0 : (along - (isSteep ? a.y : a.x)) / extent
      let middle = isSteep ? a.x + share * dx : a.y + share * dy
      for minor in Int(middle.rounded(.down)) - reach...Int(middle.rounded(.down)) + reach {
        let (column, row) = isSteep ? (minor, major) : (major, minor)
        guard clip.contains(column, row) else { continue }
        let (px, py) = (Float(column) + 0.5 - a.x, Float(row) + 0.5 - a.y)
        let position = (px * dx + py * dy) / length
        let beside = abs(px * dy - py * dx) / length
        let beyond = max(0, -position, position - length)
        if dash > 0, position.truncatingRemainder(dividingBy: 2 * dash) >= dash { continue }
        let distance = (beside * beside + beyond * beyond).squareRoot()
        blend(column, row, color, min(1, max(0, thickness / 2 + 0.5 - distance)))
      }
    }
  }

  /// The part of a segment inside an area widened by a margin (Liang–Barsky), or nil.
  private static func trimmed(
    _ a: (x: Float, y: Float), _ b: (x: Float, y: Float), _ clip: Area, margin: Float
  ) -> ((x: Float, y: Float), (x: Float, y: Float))? {
    // Beyond a million pixels the differences of floats would no longer be exact to a pixel.
    guard [a.x, a.y, b.x, b.y].allSatisfy({ abs($0) < 1e6 }), !clip.isEmpty else { return nil }
    var (first, last): (Float, Float) = (0, 1)
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    let edges: [(Float, Float)] = [
      (-dx, a.x - Float(clip.x) + margin), (dx, Float(clip.right) + margin - a.x),
      (-dy, a.y - Float(clip.y) + margin), (dy, Float(clip.bottom) + margin - a.y),
    ]
    for (slope, room) in edges {
      if slope == 0 {
        if room < 0 { return nil }
      } else if slope < 0 {
        first = max(first, room / slope)
      } else {
        last = min(last, room / slope)
      }
    }
    guard first <= last else { return nil }
    return ((a.x + first * dx, a.y + first * dy), (a.x + last * dx, a.y + last * dy))
  }
}

extension Frame {
  /// The picture magnified by an integer, every pixel becoming a square.
  public func magnified(by scale: Int) -> Frame {
    var result = Frame(width: width * scale, height: height * scale)
    result.withCanvas { $0.draw(self, x: 0, y: 0, scale: scale) }
    return result
  }

  /// Creates a picture by drawing on the theme's background.
  public init(drawnAt width: Int, _ height: Int, _ draw: (Canvas) -> Void) {
    self.init(width: width, height: height, filledWith: Theme.background)
    withCanvas(draw)
  }
}
