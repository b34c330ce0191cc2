import EnvironmentKit

// What the colours of a map stand for.
extension MapPlot {
  private static let barWidth = 14

  func legendWidth(_ scale: Int) -> Int {
    let texts: [String] =
      switch colors {
      case .kinds(let names, _): names.map { "  " + $0 }
      case .scale: scaleTicks.map { "   " + $0.text }
      }
    let widest = (texts + [colorTitle]).map { Font.width(of: $0, scale: scale) }.max() ?? 0
    return min(150 * scale, max(40 * scale, widest))
  }

  /// Values along the bar, with their text.
  private var scaleTicks: [(value: Double, text: String)] {
    let axis = scaleAxis
    return Array(zip(axis.ticks, axis.labels))
  }

  private var scaleAxis: Axis {
    Axis(covering: [Double(limits.lowerBound), Double(limits.upperBound)])
  }

  func drawLegend(on canvas: Canvas, in area: Area, _ scale: Int) {
    let line = Font.lineHeight * scale
    canvas.write(
      colorTitle, x: area.x, y: area.y, Theme.secondary, scale: scale, limit: area.width)
    switch colors {
    case .kinds(let names, _):
      let room = max(1, (area.height - line) / line)
      for (kind, name) in names.prefix(names.count > room ? room - 1 : room).enumerated() {
        let y = area.y + (kind + 1) * line + 2 * scale
        canvas.fillDisc(
          centerX: Float(area.x + 4 * scale), centerY: Float(y) + 3.5 * Float(scale),
          radius: 3.5 * Float(scale), Self.kindColors[kind % Self.kindColors.count])
        canvas.write(
          name, x: area.x + 12 * scale, y: y, scale: scale, limit: area.width - 12 * scale)
      }
      if names.count > room {
        canvas.write(
          "…", x: area.x + 12 * scale, y: area.y + room * line + 2 * scale, scale: scale)
      }
    case .scale: drawBar(on: canvas, in: area.inset(top: line + 4 * scale), scale)
    }
  }

  private func drawBar(on canvas: Canvas, in area: Area, _ scale: Int) {
    let bar = Area(
      x: area.x, y: area.y, width: Self.barWidth * scale, height: min(area.height, 220 * scale))
    for row in 0..<bar.height {
      let share = 1 - Float(row) / Float(max(1, bar.height - 1))
      canvas.fillRectangle(
        x: bar.x, y: bar.y + row, width: bar.width, height: 1,
        ColorScale.heat.color(at: 0.2 + 0.8 * share))
    }
    let axis = scaleAxis
    for (value, text) in scaleTicks {
      let y = bar.bottom - 1 - Int(axis.position(of: value) * Double(bar.height - 1))
      guard y >= bar.y, y < bar.bottom else { continue }
      canvas.fillRectangle(
        x: bar.right, y: y, width: 3 * scale, height: scale, Theme.secondary)
      canvas.write(text, x: bar.right + 5 * scale, y: y - 3 * scale, scale: scale)
    }
  }

  /// The name of each kind where most of its points lie, so that colours need not be told apart.
  func drawNames(on canvas: Canvas, _ projection: MapProjection, _ scale: Int) {
    guard case .kinds(let names, let kinds) = colors else { return }
    for (kind, name) in names.enumerated() {
      let places = kinds.indices.filter { kinds[$0] == kind }.compactMap(projection.place)
      guard places.count >= 3 else { continue }
      let (x, y) = (
        places.map(\.x).sorted()[places.count / 2], places.map(\.y).sorted()[places.count / 2]
      )
      let (left, top) = (
        Int(x) - Font.width(of: name, scale: scale) / 2, Int(y) - 3 * scale
      )
      let plate = Area(
        x: left - 2 * scale, y: top - 2 * scale,
        width: Font.width(of: name, scale: scale) + 4 * scale, height: 11 * scale)
      canvas.tint(plate, Theme.background, 0.7)
      canvas.write(name, x: left, y: top, scale: scale)
    }
  }

  /// Points of which each may have its name beside it.
  private static let mostNamed = 200

  /// The name of each point beside it, those left out that would lie over others.
  func drawPointNames(on canvas: Canvas, _ projection: MapProjection, _ scale: Int) {
    guard names.count <= Self.mostNamed else { return }
    var taken: [Area] = []
    for (point, name) in names.enumerated() {
      guard let place = projection.place(of: point) else { continue }
      let (width, height) = (Font.width(of: name, scale: scale), 9 * scale)
      let (x, y) = (Int(place.x), Int(place.y))
      let sides = [x + 6 * scale, x - 6 * scale - width].map {
        Area(x: $0, y: y - height / 2, width: width, height: height)
      }
      let free = sides.first { side in
        side.x >= projection.area.x && side.right <= projection.area.right
          && !taken.contains {
            $0.x < side.right && side.x < $0.right && $0.y < side.bottom && side.y < $0.bottom
          }
      }
      guard let free else { continue }
      taken.append(free)
      canvas.write(name, x: free.x, y: free.y + scale, Theme.secondary, scale: scale)
    }
  }
}
