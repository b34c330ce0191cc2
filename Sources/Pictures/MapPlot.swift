public import EnvironmentKit

/// What the points of a map are coloured by.
public enum MapColors: Hashable, Sendable {
  /// A kind each: names, and which of them each point is; −1 where nobody knows.
  case kinds(names: [String], of: [Int])
  /// A number each, from dark to bright; NaN where nobody knows.
  case scale([Float])
}

/// Points of a plane, coloured by what is known of them, with a legend.
public struct MapPlot: Hashable, Sendable {
  /// Stands above.
  public var title: String
  /// Stands below.
  public var caption: String
  /// `[point, 2]`.
  public let points: [Float]
  /// What colours stand for.
  public var colorTitle: String
  /// The points' colours.
  public let colors: MapColors
  /// What each point is called, written beside it where points are few; empty for none.
  public let names: [String]
  /// Of a scale: the least and the greatest value but a hundredth at either end.
  let limits: ClosedRange<Float>

  /// Creates a plot.
  ///
  /// - Precondition: there is a colour for each point, and a name for each or for none.
  public init(
    _ title: String, caption: String = "", points: [Float], colorTitle: String, colors: MapColors,
    names: [String] = []
  ) {
    (self.title, self.caption, self.points) = (title, caption, points)
    (self.colorTitle, self.colors, self.names) = (colorTitle, colors, names)
    limits = Self.limits(colors)
    let count =
      switch colors {
      case .kinds(_, let kinds): kinds.count
      case .scale(let values): values.count
      }
    precondition(
      count * 2 == points.count && (names.isEmpty || names.count == count),
      "MapPlot: \(count) colours and \(names.count) names for \(points.count / 2) points")
  }

  /// The colours of kinds, told apart on a dark ground; after the last they begin anew.
  static let kindColors =
    Theme.series + [
      Color(220, 60, 70), Color(150, 210, 90), Color(180, 110, 60), Color(110, 220, 225),
      Color(190, 90, 220), Color(255, 185, 160), Color(110, 125, 90), Color(60, 110, 200),
    ]

  /// The picture by itself.
  public func frame(width: Int = 1_000, height: Int = 880, scale: Int = 2) -> Frame {
    Frame(drawnAt: width, height) { draw(on: $0, in: $0.area.inset(6 * scale), scale: scale) }
  }

  /// Where the points stand in an area that the plot is drawn into.
  public func projection(in area: Area, scale: Int) -> MapProjection {
    let line = Font.lineHeight * scale
    let below = caption.isEmpty ? 0 : lines(area, scale).count * line
    return MapProjection(
      points,
      in: area.inset(
        left: scale, top: line + 2 * scale, right: legendWidth(scale) + 8 * scale,
        bottom: below + scale))
  }

  private func lines(_ area: Area, _ scale: Int) -> [String] {
    Font.wrapped(caption, to: area.width, scale: scale)
  }

  /// Draws the plot into an area, its text magnified by `scale`.
  public func draw(on canvas: Canvas, in area: Area, scale: Int = 1) {
    let line = Font.lineHeight * scale
    let projection = projection(in: area, scale: scale)
    canvas.write(title, x: area.x, y: area.y, scale: scale, limit: area.width)
    let below = lines(area, scale)
    for (row, text) in below.enumerated() {
      canvas.write(
        text, x: area.x, y: area.bottom - (below.count - row) * line + 3 * scale, Theme.secondary,
        scale: scale)
    }
    canvas.fill(projection.area, Theme.panel)
    drawPoints(on: canvas, projection)
    drawNames(on: canvas, projection, scale)
    drawPointNames(on: canvas, projection, max(1, scale - 1))
    canvas.outline(projection.area.inset(-scale), Theme.border, thickness: scale)
    let legend = Area(
      x: projection.area.right + 8 * scale, y: projection.area.y,
      width: area.right - projection.area.right - 8 * scale, height: projection.area.height)
    drawLegend(on: canvas, in: legend, scale)
  }

  private func drawPoints(on canvas: Canvas, _ projection: MapProjection) {
    let count = points.count / 2
    let inside = projection.area
    // Dots cover about a third of the area, whatever their number.
    let share = Float(inside.width * inside.height) / Float(max(1, count))
    let radius = max(1, min(4.5, (share * 0.1).squareRoot()))
    let opacity: Float = count > 5_000 ? 0.75 : 0.9
    // In an order that mixes the kinds: none lies on top of all others.
    var step = max(1, Int(Double(count) * 0.618))
    while step > 1, Self.divisor(step, count) > 1 { step -= 1 }
    for turn in 0..<count {
      let point = turn * step % count
      guard let place = projection.place(of: point) else { continue }
      canvas.fillDisc(
        centerX: place.x, centerY: place.y, radius: radius, color(point), opacity: opacity)
    }
  }

  private static func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : divisor(b, a % b) }

  /// The colour of a point.
  public func color(_ point: Int) -> Color {
    switch colors {
    case .kinds(_, let kinds): return Self.color(kind: kinds[point])
    case .scale(let values):
      guard values[point].isFinite else { return Theme.border }
      let extent = max(.leastNormalMagnitude, limits.upperBound - limits.lowerBound)
      return Self.shade((values[point] - limits.lowerBound) / extent)
    }
  }

  private static func color(kind: Int) -> Color {
    kind < 0 ? Theme.border : kindColors[kind % kindColors.count]
  }

  /// Of the scale the part that stands out from the ground.
  private static func shade(_ share: Float) -> Color {
    ColorScale.heat.color(at: 0.2 + 0.8 * min(1, max(0, share)))
  }

  private static func limits(_ colors: MapColors) -> ClosedRange<Float> {
    guard case .scale(let values) = colors else { return 0...1 }
    let sorted = values.filter { $0.isFinite }.sorted()
    guard !sorted.isEmpty else { return 0...1 }
    let cut = sorted.count / 100
    return sorted[cut]...sorted[sorted.count - 1 - cut]
  }
}

/// Where the points of a plane stand in pixels: as large as fits, both axes at one scale.
public struct MapProjection: Hashable, Sendable {
  /// The pixels that points may lie in.
  public let area: Area
  private let places: [Float]
  private let factor: Float
  private let middle: (x: Float, y: Float)

  /// Lays points out.
  init(_ points: [Float], in area: Area) {
    (self.area, places) = (area, points)
    var (low, high) = (SIMD2<Float>(repeating: .infinity), SIMD2<Float>(repeating: -.infinity))
    for point in 0..<points.count / 2 {
      let place = SIMD2(points[2 * point], points[2 * point + 1])
      guard place.x.isFinite, place.y.isFinite else { continue }
      (low.x, low.y) = (min(low.x, place.x), min(low.y, place.y))
      (high.x, high.y) = (max(high.x, place.x), max(high.y, place.y))
    }
    let isEmpty = !(low.x <= high.x)
    middle = isEmpty ? (0, 0) : ((low.x + high.x) / 2, (low.y + high.y) / 2)
    let room = (Float(max(1, area.width - 16)), Float(max(1, area.height - 16)))
    let extent = isEmpty ? (1, 1) : (max(1e-12, high.x - low.x), max(1e-12, high.y - low.y))
    factor = min(room.0 / extent.0, room.1 / extent.1)
  }

  /// The pixel of a point; nil where it is nowhere.
  public func place(of point: Int) -> (x: Float, y: Float)? {
    let (x, y) = (places[2 * point], places[2 * point + 1])
    guard x.isFinite, y.isFinite else { return nil }
    return (
      Float(area.x) + Float(area.width) / 2 + (x - middle.x) * factor,
      Float(area.y) + Float(area.height) / 2 - (y - middle.y) * factor
    )
  }

  /// The point nearest to a pixel; nil where none is nearer than a distance.
  public func point(atX x: Int, y: Int, within reach: Float) -> Int? {
    var best: (point: Int, square: Float)?
    for point in 0..<places.count / 2 {
      guard let place = place(of: point) else { continue }
      let (dx, dy) = (place.x - Float(x) - 0.5, place.y - Float(y) - 0.5)
      let square = dx * dx + dy * dy
      if square <= reach * reach, square < best?.square ?? .infinity { best = (point, square) }
    }
    return best?.point
  }

  /// The points in a rectangle of pixels, in order.
  public func points(in rectangle: Area) -> [Int] {
    (0..<places.count / 2).filter { point in
      place(of: point).map { rectangle.contains(Int($0.x), Int($0.y)) } ?? false
    }
  }

  /// Whether both lie the same points out in the same way.
  public static func == (first: MapProjection, second: MapProjection) -> Bool {
    first.area == second.area && first.places == second.places
  }

  /// Feeds what equality looks at.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(area)
    hasher.combine(places)
  }
}
