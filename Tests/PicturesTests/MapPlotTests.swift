import EnvironmentKit
import Pictures
import Testing

@Suite struct MapPlotTests {
  private static let area = Area(x: 0, y: 0, width: 400, height: 300)

  private func plot(
    _ points: [Float], _ colors: MapColors, names: [String] = []
  ) -> MapPlot {
    MapPlot(
      "latents", caption: "all", points: points, colorTitle: "label", colors: colors, names: names)
  }

  /// Pixels of a colour, nearly.
  private func count(_ color: Color, _ frame: Frame) -> Int {
    stride(from: 0, to: frame.pixels.count, by: 3).count { place in
      let found = (0..<3).map { Int(frame.pixels[place + $0]) }
      let wanted = [Int(color.red), Int(color.green), Int(color.blue)]
      return zip(found, wanted).allSatisfy { abs($0 - $1) < 30 }
    }
  }

  @Test("points keep their proportion, lie within the area, and are found where they are drawn")
  func places() throws {
    let points: [Float] = [0, 0, 10, 0, 10, 5, 3, 4]
    let plot = plot(points, .scale([1, 2, 3, 4]))
    let projection = plot.projection(in: Self.area, scale: 1)
    let places = try (0..<4).map { try #require(projection.place(of: $0)) }
    let inside = projection.area.inset(4)
    for (x, y) in places {
      #expect(Float(inside.x) <= x && x <= Float(inside.right))
      #expect(Float(inside.y) <= y && y <= Float(inside.bottom))
    }
    #expect(abs((places[1].x - places[0].x) / (places[1].y - places[2].y) - 2) < 1e-3)
    for (point, place) in places.enumerated() {
      let (x, y) = (Int(place.x), Int(place.y))
      #expect(projection.point(atX: x + 3, y: y - 2, within: 8) == point)
      #expect(projection.points(in: Area(x: x - 1, y: y - 1, width: 3, height: 3)) == [point])
    }
    let far = (x: Int((places[0].x + places[1].x) / 2), y: Int(places[0].y))
    #expect(projection.point(atX: far.x, y: far.y, within: 8) == nil)
  }

  @Test("kinds have their colours, what nobody knows another, and the legend all of them")
  func kinds() {
    let points: [Float] = (0..<60).flatMap { [Float($0 % 8), Float($0 / 8)] }
    let known = plot(points, .kinds(names: ["0", "1"], of: (0..<60).map { $0 % 2 })).frame()
    let half = plot(
      points, .kinds(names: ["0", "1"], of: (0..<60).map { $0 < 30 ? 0 : -1 })
    ).frame()
    let (first, second) = (Theme.series(0), Theme.series(1))
    #expect(count(first, known) > 400 && count(second, known) > 400)
    // In the legend alone: a disc of a radius of seven.
    #expect(count(second, half) < 250 && count(second, half) > 80)
    #expect(count(first, half) > count(first, known) - 100)
  }

  @Test("many points, none, equal ones, and ones that are nowhere are drawn")
  func extremes() {
    let many: [Float] = (0..<40_000).map { Float($0 * 7_919 % 10_007) }
    let cases: [[Float]] = [[], [1, 1], [2, 2, 2, 2], [.nan, 0, 1, 1, .infinity, 2], many]
    for points in cases {
      let values = (0..<points.count / 2).map { $0 % 3 == 0 ? Float.nan : Float($0) }
      for (width, height) in [(1_000, 880), (90, 60)] {
        let frame = plot(points, .scale(values)).frame(width: width, height: height)
        #expect(frame.width == width && frame.height == height)
      }
      let panel = MapPanel(plot: plot(points, .scale(values)), selected: points.isEmpty ? [] : [0])
      let room = PictureRoom(width: 640, height: 360)
      #expect(panel.frame(in: room, over: panel.ground(in: room)).width == 640)
    }
  }

  @Test("few points have their names beside them, many do not")
  func names() {
    let points: [Float] = [0, 0, 10, 0, 5, 9]
    let (bare, named) = (
      plot(points, .scale([1, 2, 3])).frame(),
      plot(points, .scale([1, 2, 3]), names: ["first", "second", "third"]).frame()
    )
    #expect(count(Theme.secondary, named) > count(Theme.secondary, bare) + 100)
    let many = [Float](repeating: 1, count: 800)
    let colors = MapColors.scale([Float](repeating: 1, count: 400))
    #expect(
      plot(many, colors, names: [String](repeating: "name", count: 400)).frame()
        == plot(many, colors).frame())
  }
}
