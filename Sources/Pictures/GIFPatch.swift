import EnvironmentKit

/// What changes from one frame to the next: a rectangle of palette indices.
struct GIFPatch {
  /// Where it lies.
  let area: Area
  /// Colours as `0xRRGGBB`.
  let colors: [UInt32]
  /// The index that leaves what is there, where there is one.
  let transparent: UInt8?
  /// One index a pixel of the area.
  let indices: [UInt8]

  /// Finds the patch that makes one picture of another, or draws the first.
  init(of frame: Frame, over shown: Frame?) {
    guard let shown else {
      self.init(whole: frame, area: Area(x: 0, y: 0, width: frame.width, height: frame.height))
      return
    }
    let area = Self.changedArea(frame, shown)
    let isChanged = Self.comparison(frame, shown, area)
    let all = Self.colors(of: frame, area)
    let changed = zip(all, isChanged).compactMap { $1 ? $0 : nil }
    // Exactly 256 colours in the rectangle leave no index for transparency, and need none.
    if Palette(exactly: changed, limit: 255) == nil, let whole = Palette(exactly: all, limit: 256) {
      self.init(area: area, palette: whole)
      return
    }
    let palette = Palette(changed, limit: 255)
    var rest = palette.indices.makeIterator()
    let transparent = UInt8(palette.colors.count)
    self.init(
      area: area, colors: palette.colors + [0], transparent: transparent,
      indices: isChanged.map { $0 ? rest.next() ?? transparent : transparent })
  }

  private init(whole frame: Frame, area: Area) {
    self.init(area: area, palette: Palette(Self.colors(of: frame, area), limit: 256))
  }

  private init(area: Area, palette: Palette) {
    self.init(
      area: area, colors: palette.colors, transparent: nil, indices: palette.indices)
  }

  private init(area: Area, colors: [UInt32], transparent: UInt8?, indices: [UInt8]) {
    self.area = area
    self.colors = colors
    self.transparent = transparent
    self.indices = indices
  }

  /// The smallest rectangle with all changes; one pixel where nothing changed.
  private static func changedArea(_ a: Frame, _ b: Frame) -> Area {
    var (left, right, top, bottom) = (a.width, -1, a.height, -1)
    let bytes = a.width * 3
    for row in 0..<a.height {
      let line = row * bytes..<(row + 1) * bytes
      guard let first = line.first(where: { a.pixels[$0] != b.pixels[$0] }),
        let last = line.last(where: { a.pixels[$0] != b.pixels[$0] })
      else { continue }
      left = min(left, (first - line.lowerBound) / 3)
      right = max(right, (last - line.lowerBound) / 3)
      top = min(top, row)
      bottom = row
    }
    guard right >= 0 else { return Area(x: 0, y: 0, width: 1, height: 1) }
    return Area(x: left, y: top, width: right - left + 1, height: bottom - top + 1)
  }

  private static func comparison(_ a: Frame, _ b: Frame, _ area: Area) -> [Bool] {
    zip(colors(of: a, area), colors(of: b, area)).map { $0 != $1 }
  }

  private static func colors(of frame: Frame, _ area: Area) -> [UInt32] {
    var colors: [UInt32] = []
    colors.reserveCapacity(area.width * area.height)
    frame.pixels.withUnsafeBufferPointer { pixels in
      for row in area.y..<area.bottom {
        var place = (row * frame.width + area.x) * 3
        for _ in 0..<area.width {
          colors.append(
            UInt32(pixels[place]) << 16 | UInt32(pixels[place + 1]) << 8
              | UInt32(pixels[place + 2]))
          place += 3
        }
      }
    }
    return colors
  }
}
