package import EnvironmentKit

/// Shapes and text as SVG: crisp at any width, readable on a light ground and on a dark one.
///
/// Text and axes take the colour of the page's text; all else has a colour of middle lightness.
package struct VectorDrawing {
  /// Which point of a text its given place names.
  enum Anchor: String {
    case start, middle, end
  }

  let width: Double
  let height: Double
  private var parts: [String] = []

  init(width: Double, height: Double) {
    (self.width, self.height) = (width, height)
  }

  mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, _ paint: String, opacity: Double = 1
  ) {
    parts.append(
      "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(width))\" "
        + "height=\"\(Self.number(height))\" fill=\"\(paint)\"\(Self.opacity("fill", opacity))/>")
  }

  mutating func line(
    _ points: [(x: Double, y: Double)], _ paint: String, thickness: Double = 1, dash: String = "",
    opacity: Double = 1
  ) {
    guard points.count > 1 else { return }
    parts.append(
      "<polyline points=\"\(Self.list(points))\" fill=\"none\" stroke=\"\(paint)\" "
        + "stroke-width=\"\(Self.number(thickness))\" stroke-linejoin=\"round\""
        + (dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\"")
        + Self.opacity("stroke", opacity) + "/>")
  }

  mutating func polygon(_ points: [(x: Double, y: Double)], _ paint: String, opacity: Double) {
    guard points.count > 2 else { return }
    parts.append(
      "<polygon points=\"\(Self.list(points))\" fill=\"\(paint)\"\(Self.opacity("fill", opacity))/>"
    )
  }

  mutating func dot(x: Double, y: Double, radius: Double, _ paint: String) {
    parts.append(
      "<circle cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"\(Self.number(radius))\" "
        + "fill=\"\(paint)\"/>")
  }

  mutating func text(
    _ text: String, x: Double, y: Double, _ anchor: Anchor = .start, isStrong: Bool = false,
    isQuiet: Bool = false, isUpwards: Bool = false
  ) {
    let turn =
      isUpwards ? " transform=\"rotate(-90 \(Self.number(x)) \(Self.number(y)))\"" : ""
    let size = isStrong ? " font-size=\"\(Self.number(VectorText.strongSize))\"" : ""
    parts.append(
      "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\""
        + (anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\"")
        + (isStrong ? " font-weight=\"600\"" : "") + size
        + (isQuiet ? " fill-opacity=\"0.72\"" : "") + turn + ">\(VectorText.escaped(text))</text>")
  }

  /// The whole as one element.
  ///
  /// - Parameter title: what readers of a screen are told.
  func svg(title: String) -> String {
    let size = "0 0 \(Self.number(width)) \(Self.number(height))"
    let name = title.isEmpty ? "plot" : VectorText.escaped(title)
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"\(size)\" role=\"img\" "
      + "aria-label=\"\(name)\" style=\"width:100%;max-width:\(Self.number(width))px;height:auto\" "
      + "font-family=\"system-ui, sans-serif\" font-size=\"\(Self.number(VectorText.size))\" "
      + "fill=\"currentColor\">\n" + parts.joined(separator: "\n") + "\n</svg>\n"
  }

  /// The colour of the page's text.
  static let ink = "currentColor"

  /// A colour of the same hue and of middle lightness: three to one against white, more against black.
  package static func paint(_ color: Color) -> String {
    let channels = [color.red, color.green, color.blue].map { Double($0) / 255 }
    let lightness =
      0.2126 * channels[0] * channels[0] + 0.7152 * channels[1] * channels[1]
      + 0.0722 * channels[2] * channels[2]
    // Squares stand for the curve of sRGB; the whole is scaled so that its lightness lies in between.
    let factor = (min(0.29, max(0.14, lightness)) / max(1e-6, lightness)).squareRoot()
    let bytes = channels.map { Int((min(1, $0 * factor) * 255).rounded()) }
    return "#" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// A number with one decimal at most, the same on every machine.
  static func number(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e9 else { return "0" }
    let tenths = Int((abs(value) * 10).rounded())
    let (whole, rest) = tenths.quotientAndRemainder(dividingBy: 10)
    return (value < 0 && tenths > 0 ? "-" : "") + String(whole) + (rest == 0 ? "" : ".\(rest)")
  }

  private static func list(_ points: [(x: Double, y: Double)]) -> String {
    points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
  }

  private static func opacity(_ kind: String, _ share: Double) -> String {
    share >= 1 ? "" : " \(kind)-opacity=\"\(NumberText.fixed(share, 2))\""
  }
}
