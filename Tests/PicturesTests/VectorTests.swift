import EnvironmentKit
import Foundation
import FoundationXML
import Pictures
import Testing

/// Plots as SVG.
@Suite struct VectorTests {
  /// What a parser finds in a drawing.
  final class Reader: NSObject, XMLParserDelegate {
    var places: [(x: Double, y: Double)] = []
    var texts: [String] = []
    var box: [Double] = []
    var names: [String] = []
    private var isText = false
    private var pending = (x: 0.0, y: 0.0, anchor: "", isUpwards: false, size: 0.0)

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      func number(_ key: String) -> Double { attributes[key].flatMap(Double.init) ?? .nan }
      names.append(name)
      isText = name == "text"
      switch name {
      case "svg":
        box = (attributes["viewBox"] ?? "").split(separator: " ").compactMap { Double($0) }
      case "rect":
        let (x, y) = (number("x"), number("y"))
        places += [(x, y), (x + number("width"), y + number("height"))]
      case "circle": places.append((number("cx"), number("cy")))
      case "polyline", "polygon":
        for point in (attributes["points"] ?? "").split(separator: " ") {
          let pair = point.split(separator: ",").compactMap { Double($0) }
          places.append(pair.count == 2 ? (pair[0], pair[1]) : (.nan, .nan))
        }
      case "text":
        texts.append("")
        pending = (
          number("x"), number("y"), attributes["text-anchor"] ?? "start",
          attributes["transform"] != nil, number("font-size")
        )
      default: break
      }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
      if isText { texts[texts.count - 1] += string }
    }

    func parser(
      _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
      qualifiedName: String?
    ) {
      isText = false
      guard name == "text", let text = texts.last else { return }
      // Wider than any common font without serifs sets it.
      let width = Double(text.count) * 0.6 * (pending.size.isFinite ? pending.size : 12)
      let start = ["start": 0, "middle": -0.5, "end": -1][pending.anchor] ?? .nan
      for share in [start, start + 1] {
        places.append(
          pending.isUpwards
            ? (pending.x, pending.y + share * width) : (pending.x + share * width, pending.y))
      }
    }
  }

  static func read(_ svg: String) throws -> Reader {
    let reader = Reader()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = reader
    try #require(parser.parse(), "\(svg)")
    return reader
  }

  static let title =
    "R² of <latents> & \"probes\", a title that is longer than one line may be at 420"

  static func drawings(_ width: Int, _ values: [Double]) -> [(name: String, svg: String)] {
    let curve = Series("with band", x: values, y: values, low: values, high: values)
    let plot = LinePlot(
      title, xLabel: "frames beyond the last one seen", yLabel: "share of the variance",
      series: [curve, Series("second, it's dashed", values)],
      references: values.prefix(2).map { ReferenceLine("level", $0) })
    var logarithmic = plot
    logarithmic.yScale = .logarithmic
    let group = GroupedBars.Group(
      "nearestLandingOffset of the second <fireball>", [0.4, .nan], mark: 0.2,
      intervals: [-1...2, nil])
    return [
      ("plot", plot.svg(width: width)), ("logarithmic", logarithmic.svg(width: width)),
      ("bars", BarChart(title, values: values).svg(width: width)),
      ("histogram", Histogram(title, values: values, label: "return").svg(width: width)),
      (
        "groups",
        GroupedBars(title, series: ["z", "h, a name"], groups: [group, group], label: "accuracy")
          .svg(width: width)
      ),
      ("none", GroupedBars(title, series: [], groups: []).svg(width: width)),
    ]
  }

  @Test(
    "every drawing is well-formed, and nothing lies outside its box",
    arguments: PlotTests.lists.indices, [300, 420, 900])
  func wellFormed(_ list: Int, _ width: Int) throws {
    for (name, svg) in Self.drawings(width, PlotTests.lists[list]) {
      let reader = try Self.read(svg)
      #expect(reader.box.count == 4 && reader.box[2] == Double(width))
      let outside = reader.places.filter {
        !((-0.05...reader.box[2] + 0.05).contains($0.x)
          && (-0.05...reader.box[3] + 0.05).contains($0.y))
      }
      #expect(outside.isEmpty, "\(name): \(outside.prefix(3)) in \(reader.box)")
      let words = reader.texts.joined(separator: " ")
      #expect(words.contains("<latents> & \"probes\","), "\(name): \(words)")
      #expect(svg.utf8.count < 60_000, "\(name): \(svg.utf8.count) bytes")
    }
    if let folder = getenv("UMWELT_GALLERY").map({ String(cString: $0) }) {
      for (name, svg) in Self.drawings(width, PlotTests.lists[list]) {
        try svg.write(
          toFile: "\(folder)/vector-\(name)-\(list)-\(width).svg", atomically: true, encoding: .utf8
        )
      }
    }
  }

  @Test("every name, label and tick is in the drawing, whole")
  func labels() throws {
    let plot = LinePlot(
      "return by temperature", xLabel: "temperature", yLabel: "return",
      series: [Series("in the dream", [1, 5, 9]), Series("in the world", [2, 3, 4])],
      references: [ReferenceLine("random", 2.5)])
    let texts = try Self.read(plot.svg()).texts
    for text in [
      "return by temperature", "temperature", "return", "in the dream", "in the world",
      "random 2.5", "0", "1", "2", "8",
    ] {
      #expect(texts.contains(text), "\(text) in \(texts)")
    }
    let bars = GroupedBars(
      "agents", series: ["mean", "seed 1"],
      groups: [.init("z", [0.5, 0.25], intervals: [0.25...0.75]), .init("z and h", [1, 0])])
    let reader = try Self.read(bars.svg())
    for text in ["agents", "mean", "seed 1", "z", "z and h"] {
      #expect(reader.texts.contains(text))
    }
    // A whisker is three lines, over the grid's six and no mark.
    let without = GroupedBars(
      "agents", series: ["mean", "seed 1"],
      groups: [.init("z", [0.5, 0.25]), .init("z and h", [1, 0])])
    let lines = { (reader: Reader) in reader.names.count { $0 == "polyline" } }
    #expect(lines(reader) == lines(try Self.read(without.svg())) + 3)
  }

  @Test("a band around a lone point becomes a whisker, around several an area")
  func bands() throws {
    func names(_ values: [Double]) throws -> [String] {
      try Self.read(
        LinePlot(
          "",
          series: [
            Series(
              "a", x: values, y: values, low: values.map { $0 - 1 }, high: values.map { $0 + 1 })
          ]
        ).svg()
      ).names
    }
    #expect(try names([1, 2, 3]).contains("polygon"))
    #expect(try !names([1]).contains("polygon"))
    #expect(try names([1]).contains("circle"))
  }

  @Test("every colour of the theme can be told from white and from black")
  func colors() throws {
    func lightness(_ color: Color) -> Double {
      let parts = [color.red, color.green, color.blue].map { part -> Double in
        let share = Double(part) / 255
        return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
    for color in Theme.series + [Theme.seeing, Theme.dreaming, Theme.warning, Theme.secondary] {
      let paint = VectorDrawing.paint(color)
      let value = try #require(UInt32(paint.dropFirst(), radix: 16))
      let light = lightness(
        Color(UInt8(value >> 16), UInt8(value >> 8 & 255), UInt8(value & 255)))
      // WCAG 2.1, 1.4.11: three to one for graphics.
      #expect(1.05 / (light + 0.05) >= 2.9 && (light + 0.05) / 0.05 >= 3, "\(color) \(paint)")
    }
  }

  @Test("the same plot gives the same text")
  func determinism() {
    #expect(
      Self.drawings(500, [1, .nan, 3]).map(\.svg) == Self.drawings(500, [1, .nan, 3]).map(\.svg))
  }
}
