extension Canvas {
  /// Fills whole pixels of one row, which lie inside, with a shade.
  @inline(__always)
  func fillSpan(_ columns: Range<Int>, _ line: Int, _ shade: Shade, _ opacity: Float) {
    guard !columns.isEmpty else { return }
    let y = Float(line) + 0.5
    if opacity < 1 {
      for column in columns { mix(column, line, shade.color(Float(column) + 0.5, y), opacity) }
    } else if shade.isLevel {
      fillSolid(columns, line, shade.color(0.5, y))
    } else {
      fillGradient(columns, line, shade)
    }
  }

  /// Fills pixels of a row with one colour.
  @inline(__always)
  private func fillSolid(_ columns: Range<Int>, _ line: Int, _ color: SIMD4<Float>) {
    guard !columns.isEmpty else { return }
    var pixel = base + (line * width + columns.lowerBound) * 3
    put(color, at: pixel)
    let (red, green, blue) = (pixel[0], pixel[1], pixel[2])
    for _ in 1..<columns.count {
      pixel += 3
      pixel[0] = red
      pixel[1] = green
      pixel[2] = blue
    }
  }

  /// Fills pixels of a row with a gradient: one colour before it, the ramp, one colour behind it.
  private func fillGradient(_ columns: Range<Int>, _ line: Int, _ shade: Shade) {
    let y = Float(line) + 0.5
    let ramp = rampColumns(columns, y, shade)
    fillSolid(
      columns.lowerBound..<ramp.lowerBound, line, shade.color(Float(columns.lowerBound) + 0.5, y))
    fillRamp(ramp, line, shade)
    fillSolid(
      ramp.upperBound..<columns.upperBound, line, shade.color(Float(columns.upperBound) - 0.5, y))
  }

  /// The columns in which a gradient's colour changes.
  private func rampColumns(_ columns: Range<Int>, _ y: Float, _ shade: Shade) -> Range<Int> {
    let (from, to) = (Float(columns.lowerBound), Float(columns.upperBound))
    let begin = -(shade.offset + shade.slopeY * y) / shade.slopeX
    let end = begin + 1 / shade.slopeX
    let low = min(to, max(from, min(begin, end) - 0.5))
    let high = min(to, max(from, max(begin, end) - 0.5))
    return Self.ceiling(low)..<max(Self.ceiling(low), Int(high))
  }

  /// Fills pixels of a row whose colour changes evenly.
  ///
  /// The three components advance together in one number, 8 bits and 13 of fraction each: a step
  /// down borrows from the component above, and the next whole value gives it back.
  private func fillRamp(_ columns: Range<Int>, _ line: Int, _ shade: Shade) {
    guard !columns.isEmpty else { return }
    let first = shade.color(Float(columns.lowerBound) + 0.5, Float(line) + 0.5)
    var value = Self.packed(first + 0.5)
    let step = Self.packed(shade.change * shade.slopeX)
    var pixel = base + (line * width + columns.lowerBound) * 3
    for _ in columns {
      pixel[0] = UInt8(truncatingIfNeeded: value >> 13)
      pixel[1] = UInt8(truncatingIfNeeded: value >> 34)
      pixel[2] = UInt8(truncatingIfNeeded: value >> 55)
      pixel += 3
      value &+= step
    }
  }

  private static func packed(_ color: SIMD4<Float>) -> Int64 {
    Int64(color[0] * 8_192) + Int64(color[1] * 8_192) << 21 + Int64(color[2] * 8_192) << 42
  }
}
