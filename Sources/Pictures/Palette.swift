/// At most 256 colours that stand for those of a picture, and the index of each pixel.
struct Palette {
  /// Colours as `0xRRGGBB`.
  var colors: [UInt32]
  /// One index a pixel, in the order given.
  var indices: [UInt8]

  /// Finds a palette: the colours themselves where they suffice, else by median cut.
  ///
  /// - Parameters:
  ///   - pixels: colours as `0xRRGGBB`.
  ///   - limit: greatest number of colours, 1...256.
  init(_ pixels: [UInt32], limit: Int) {
    self = Palette(exactly: pixels, limit: limit) ?? Self.medianCut(pixels, limit: limit)
  }

  /// Takes the colours in the order of their first pixel; nil where there are too many.
  init?(exactly pixels: [UInt32], limit: Int) {
    var table = ColorTable()
    var indices = [UInt8](repeating: 0, count: pixels.count)
    for (place, color) in pixels.enumerated() {
      let index = table.index(of: color)
      if index >= limit { return nil }
      indices[place] = UInt8(index)
    }
    self.init(colors: table.colors, indices: indices)
  }

  private init(colors: [UInt32], indices: [UInt8]) {
    self.colors = colors
    self.indices = indices
  }

  private static func medianCut(_ pixels: [UInt32], limit: Int) -> Palette {
    var cells = ColorCells(pixels)
    let boxes = cells.split(into: limit)
    var colors: [UInt32] = []
    for (index, box) in boxes.enumerated() {
      colors.append(cells.mean(of: box))
      cells.assign(UInt8(index), to: box)
    }
    let indices = pixels.map { cells.assigned[Int(ColorCells.cell(of: $0))] }
    return Palette(colors: colors, indices: indices)
  }
}

/// Numbers colours in the order in which they come, up to 256 of them.
private struct ColorTable {
  private(set) var colors: [UInt32] = []
  private var slots = [Int32](repeating: -1, count: 1024)
  private var last: (color: UInt32, index: Int) = (.max, 0)

  mutating func index(of color: UInt32) -> Int {
    if color == last.color { return last.index }
    var slot = Int(truncatingIfNeeded: (color &* 2_654_435_761) >> 22)
    while slots[slot] >= 0, colors[Int(slots[slot])] != color { slot = (slot + 1) & 1023 }
    if slots[slot] < 0 {
      // A 257th colour is only counted: the caller gives up on it.
      if colors.count >= 256 { return 256 }
      slots[slot] = Int32(colors.count)
      colors.append(color)
    }
    last = (color, Int(slots[slot]))
    return last.index
  }
}

/// The colours of a picture gathered in cells of six bits a channel, and median cut over them.
private struct ColorCells {
  private(set) var assigned: [UInt8]
  private var used: [UInt32] = []
  private var counts: [UInt32]
  private var sums: [(red: UInt32, green: UInt32, blue: UInt32)]

  init(_ pixels: [UInt32]) {
    let size = 1 << 18
    assigned = [UInt8](repeating: 0, count: size)
    counts = [UInt32](repeating: 0, count: size)
    sums = Array(repeating: (0, 0, 0), count: size)
    for color in pixels {
      let cell = Self.cell(of: color)
      let index = Int(cell)
      if counts[index] == 0 { used.append(cell) }
      counts[index] += 1
      sums[index].red += color >> 16
      sums[index].green += color >> 8 & 255
      sums[index].blue += color & 255
    }
    used.sort()
  }

  static func cell(of color: UInt32) -> UInt32 {
    (color >> 18 & 63) << 12 | (color >> 10 & 63) << 6 | (color >> 2 & 63)
  }

  /// Cuts the box whose colours differ most, weighed by its pixels, until there are enough.
  mutating func split(into limit: Int) -> [Range<Int>] {
    var boxes = [used.indices]
    var errors = [error(of: boxes[0])]
    while boxes.count < limit {
      guard let worst = errors.indices.max(by: { errors[$0].value < errors[$1].value }),
        errors[worst].value > 0
      else { break }
      let (left, right) = cut(boxes[worst], alongShift: errors[worst].shift)
      boxes[worst] = left
      boxes.append(right)
      errors[worst] = error(of: left)
      errors.append(error(of: right))
    }
    return boxes
  }

  func mean(of box: Range<Int>) -> UInt32 {
    var (red, green, blue, count) = (0, 0, 0, 0)
    for cell in used[box] {
      let index = Int(cell)
      red += Int(sums[index].red)
      green += Int(sums[index].green)
      blue += Int(sums[index].blue)
      count += Int(counts[index])
    }
    let half = count / 2
    let (r, g, b) = ((red + half) / count, (green + half) / count, (blue + half) / count)
    return UInt32(r << 16 | g << 8 | b)
  }

  mutating func assign(_ index: UInt8, to box: Range<Int>) {
    for cell in used[box] { assigned[Int(cell)] = index }
  }

  /// The greatest of the three channels' squared deviations, and where that channel's bits stand.
  private func error(of box: Range<Int>) -> (value: Double, shift: UInt32) {
    var best = (value: -1.0, shift: UInt32(0))
    // Green counts most to the eye, blue least.
    for (shift, weight) in [(UInt32(6), 1.0), (12, 0.8), (0, 0.5)] {
      var (count, sum, squares) = (0.0, 0.0, 0.0)
      for cell in used[box] {
        let weight = Double(counts[Int(cell)])
        let value = Double(cell >> shift & 63)
        count += weight
        sum += weight * value
        squares += weight * value * value
      }
      let deviation = box.count < 2 ? 0 : max(0, squares - sum * sum / count) * weight
      if deviation > best.value { best = (deviation, shift) }
    }
    return best
  }

  /// Cuts a box at the mean of a channel that has more than one value, keeping the order.
  private mutating func cut(_ box: Range<Int>, alongShift shift: UInt32)
    -> (Range<Int>, Range<Int>)
  {
    var (count, sum) = (UInt64(0), UInt64(0))
    for cell in used[box] {
      count += UInt64(counts[Int(cell)])
      sum += UInt64(counts[Int(cell)]) * UInt64(cell >> shift & 63)
    }
    let mean = UInt32(sum / count)
    var (place, above) = (box.lowerBound, [UInt32]())
    for index in box {
      let cell = used[index]
      if cell >> shift & 63 > mean {
        above.append(cell)
      } else {
        used[place] = cell
        place += 1
      }
    }
    used.replaceSubrange(place..<box.upperBound, with: above)
    return (box.lowerBound..<place, place..<box.upperBound)
  }
}
