import EnvironmentKit

/// The shapes that a file names.
enum Shapes {
  static let names = [
    "none", "fill", "floor", "block", "tile", "pad", "brick", "ball", "ring", "diamond", "coin",
    "star", "key", "box", "crate", "door-open", "door-closed", "door-locked", "lava", "water",
    "grass", "triangle", "person", "ghost", "car-left", "car-right", "truck-left", "truck-right",
    "fruit", "rock", "basket", "flag",
    "paddle",
  ]

  private typealias P = Stroke.Point

  /// The picture of a shape in a colour; nil where there is no such shape.
  static func picture(_ name: String, _ color: Color) -> Picture? {
    guard names.contains(name) else { return nil }
    let strokes =
      ground(name, color) ?? jewel(name, color) ?? thing(name, color) ?? figure(name, color) ?? []
    return Picture(
      strokes: name.hasSuffix("-right") ? strokes.map(\.mirrored) : strokes,
      turns: name == "triangle")
  }

  private static func light(_ color: Color, _ share: Float) -> Color {
    color.mixed(with: .white, share)
  }
  private static func dark(_ color: Color, _ share: Float) -> Color {
    color.mixed(with: .black, share)
  }

  /// Half, a quarter …: cut off as MiniGrid cuts.
  private static func scaled(_ color: Color, _ share: Double) -> Color {
    Color(
      UInt8(share * Double(color.red)), UInt8(share * Double(color.green)),
      UInt8(share * Double(color.blue)))
  }

  private static func ground(_ name: String, _ color: Color) -> [Stroke]? {
    switch name {
    case "none": []
    case "fill": [.rectangle(0, 1, 0, 1, color)]
    case "floor": [.rectangle(0.031, 1, 0.031, 1, scaled(color, 0.5))]
    case "block":
      [
        .rectangle(0, 1, 0, 1, dark(color, 0.35)), .rectangle(0, 0.92, 0, 0.92, light(color, 0.2)),
        .rectangle(0.08, 0.92, 0.08, 0.92, color),
      ]
    case "tile":
      [.rectangle(0, 1, 0, 1, dark(color, 0.12)), .rectangle(0.03, 0.97, 0.03, 0.97, color)]
    case "pad":
      [
        .rectangle(0, 1, 0, 1, dark(color, 0.45)), .rectangle(0.06, 0.94, 0.06, 0.94, color),
        .rectangle(0.06, 0.94, 0.06, 0.14, light(color, 0.3)),
      ]
    case "brick": brick(color)
    case "water":
      [
        .rectangle(0, 1, 0, 1, color), .rectangle(0.1, 0.45, 0.25, 0.32, light(color, 0.35)),
        .rectangle(0.55, 0.9, 0.65, 0.72, light(color, 0.35)),
      ]
    case "grass":
      [
        .rectangle(0, 1, 0, 1, color), .rectangle(0.2, 0.26, 0.2, 0.36, dark(color, 0.25)),
        .rectangle(0.68, 0.74, 0.6, 0.76, dark(color, 0.25)),
        .rectangle(0.42, 0.48, 0.74, 0.88, light(color, 0.15)),
      ]
    case "lava": lava
    default: nil
    }
  }

  private static func brick(_ color: Color) -> [Stroke] {
    let mortar = dark(color, 0.4)
    return [
      .rectangle(0, 1, 0, 1, mortar), .rectangle(0, 0.46, 0.04, 0.46, color),
      .rectangle(0.54, 1, 0.04, 0.46, color), .rectangle(0, 0.2, 0.54, 0.96, color),
      .rectangle(0.28, 0.74, 0.54, 0.96, color), .rectangle(0.82, 1, 0.54, 0.96, color),
      .rectangle(0, 0.46, 0.04, 0.1, light(color, 0.2)),
      .rectangle(0.54, 1, 0.04, 0.1, light(color, 0.2)),
      .rectangle(0.28, 0.74, 0.54, 0.6, light(color, 0.2)),
    ]
  }

  private static let lava: [Stroke] = {
    var strokes: [Stroke] = [.rectangle(0, 1, 0, 1, Color(255, 128, 0))]
    for wave in 0..<3 {
      let y = 0.3 + 0.2 * Double(wave)
      for (x, rise) in [(0.1, 0.1), (0.3, -0.1), (0.5, 0.1), (0.7, -0.1)] {
        let (from, to) = (rise > 0 ? y : y + 0.1, rise > 0 ? y + 0.1 : y)
        strokes.append(
          .triangle(P(x, from - 0.03), P(x + 0.2, to - 0.03), P(x, from + 0.03), .black))
        strokes.append(
          .triangle(P(x + 0.2, to + 0.03), P(x + 0.2, to - 0.03), P(x, from + 0.03), .black))
      }
    }
    return strokes
  }()

  private static func jewel(_ name: String, _ color: Color) -> [Stroke]? {
    switch name {
    case "ball": [.disc(0.5, 0.5, 0.31, color)]
    case "ring": [.disc(0.5, 0.5, 0.36, color), .disc(0.5, 0.5, 0.22, dark(color, 0.7))]
    case "diamond":
      [
        .triangle(P(0.5, 0.1), P(0.14, 0.45), P(0.86, 0.45), light(color, 0.3)),
        .triangle(P(0.14, 0.45), P(0.86, 0.45), P(0.5, 0.92), color),
        .triangle(P(0.36, 0.45), P(0.64, 0.45), P(0.5, 0.92), light(color, 0.15)),
      ]
    case "coin":
      [
        .disc(0.5, 0.5, 0.3, dark(color, 0.3)), .disc(0.5, 0.5, 0.24, color),
        .rectangle(0.46, 0.54, 0.36, 0.64, dark(color, 0.3)),
      ]
    case "star":
      [
        .triangle(P(0.5, 0.08), P(0.22, 0.7), P(0.78, 0.7), color),
        .triangle(P(0.5, 0.92), P(0.22, 0.3), P(0.78, 0.3), color),
      ]
    default: nil
    }
  }

  private static func thing(_ name: String, _ color: Color) -> [Stroke]? {
    switch name {
    case "key": key(color)
    case "box":
      [
        .rectangle(0.12, 0.88, 0.12, 0.88, color), .rectangle(0.18, 0.82, 0.18, 0.82, .black),
        .rectangle(0.16, 0.84, 0.47, 0.53, color),
      ]
    case "crate": crate(color)
    case "fruit":
      [
        .disc(0.4, 0.58, 0.25, color), .disc(0.6, 0.58, 0.25, color),
        .disc(0.36, 0.5, 0.07, light(color, 0.6)),
        .rectangle(0.47, 0.53, 0.16, 0.4, Color(110, 70, 40)),
        .triangle(P(0.53, 0.26), P(0.78, 0.14), P(0.7, 0.32), Color(90, 180, 80)),
      ]
    case "rock":
      [
        .disc(0.42, 0.56, 0.3, dark(color, 0.25)), .disc(0.6, 0.54, 0.3, dark(color, 0.25)),
        .disc(0.5, 0.48, 0.3, color), .disc(0.42, 0.4, 0.09, light(color, 0.3)),
        .disc(0.62, 0.56, 0.06, dark(color, 0.3)),
      ]
    case "flag":
      [
        .rectangle(0.24, 0.31, 0.1, 0.92, Color(200, 200, 205)),
        .triangle(P(0.31, 0.12), P(0.82, 0.3), P(0.31, 0.5), color),
      ]
    default: door(name, color)
    }
  }

  private static func key(_ color: Color) -> [Stroke] {
    [
      .rectangle(0.50, 0.63, 0.31, 0.88, color), .rectangle(0.38, 0.50, 0.59, 0.66, color),
      .rectangle(0.38, 0.50, 0.81, 0.88, color), .disc(0.56, 0.28, 0.190, color),
      .disc(0.56, 0.28, 0.064, .black),
    ]
  }

  private static func crate(_ color: Color) -> [Stroke] {
    let edge = dark(color, 0.35)
    return [
      .rectangle(0.08, 0.92, 0.08, 0.92, edge), .rectangle(0.14, 0.86, 0.14, 0.86, color),
      .triangle(P(0.14, 0.22), P(0.78, 0.86), P(0.86, 0.86), edge),
      .triangle(P(0.14, 0.14), P(0.14, 0.22), P(0.86, 0.86), edge),
      .triangle(P(0.14, 0.14), P(0.22, 0.14), P(0.86, 0.86), edge),
      .triangle(P(0.22, 0.14), P(0.86, 0.78), P(0.86, 0.86), edge),
      .rectangle(0.14, 0.86, 0.14, 0.19, light(color, 0.25)),
    ]
  }

  private static func door(_ name: String, _ color: Color) -> [Stroke]? {
    switch name {
    case "door-open":
      [.rectangle(0.88, 1, 0, 1, color), .rectangle(0.92, 0.96, 0.04, 0.96, .black)]
    case "door-closed":
      [
        .rectangle(0, 1, 0, 1, color), .rectangle(0.04, 0.96, 0.04, 0.96, .black),
        .rectangle(0.08, 0.92, 0.08, 0.92, color), .rectangle(0.12, 0.88, 0.12, 0.88, .black),
        .disc(0.75, 0.50, 0.08, color),
      ]
    case "door-locked":
      [
        .rectangle(0, 1, 0, 1, color), .rectangle(0.06, 0.94, 0.06, 0.94, scaled(color, 0.45)),
        .rectangle(0.52, 0.75, 0.50, 0.56, color),
      ]
    default: nil
    }
  }

  private static func figure(_ name: String, _ color: Color) -> [Stroke]? {
    switch name {
    case "triangle": [.triangle(P(0.12, 0.19), P(0.87, 0.50), P(0.12, 0.81), color)]
    case "person":
      [
        .disc(0.5, 0.28, 0.2, light(color, 0.65)), .rectangle(0.28, 0.72, 0.46, 0.8, color),
        .disc(0.3, 0.54, 0.08, color), .disc(0.7, 0.54, 0.08, color),
        .rectangle(0.3, 0.46, 0.8, 0.94, dark(color, 0.45)),
        .rectangle(0.54, 0.7, 0.8, 0.94, dark(color, 0.45)),
        .disc(0.43, 0.28, 0.035, .black), .disc(0.57, 0.28, 0.035, .black),
      ]
    case "ghost": ghost(color)
    case "car-left", "car-right": car(color, isLong: false)
    case "truck-left", "truck-right": car(color, isLong: true)
    case "basket":
      [
        .rectangle(0.04, 0.96, 0.4, 0.52, light(color, 0.3)),
        .rectangle(0.1, 0.9, 0.52, 0.9, color),
        .rectangle(0.1, 0.9, 0.64, 0.69, dark(color, 0.3)),
        .rectangle(0.1, 0.9, 0.78, 0.83, dark(color, 0.3)),
      ]
    case "paddle":
      [
        .rectangle(0, 1, 0.3, 0.7, color), .rectangle(0, 1, 0.3, 0.42, light(color, 0.4)),
      ]
    default: nil
    }
  }

  private static func ghost(_ color: Color) -> [Stroke] {
    [
      .disc(0.5, 0.44, 0.34, color), .rectangle(0.16, 0.84, 0.44, 0.8, color),
      .triangle(P(0.16, 0.8), P(0.39, 0.8), P(0.27, 0.94), color),
      .triangle(P(0.39, 0.8), P(0.61, 0.8), P(0.5, 0.94), color),
      .triangle(P(0.61, 0.8), P(0.84, 0.8), P(0.73, 0.94), color),
      .disc(0.37, 0.42, 0.1, .white), .disc(0.63, 0.42, 0.1, .white),
      .disc(0.39, 0.44, 0.05, .black), .disc(0.65, 0.44, 0.05, .black),
    ]
  }

  private static func car(_ color: Color, isLong: Bool) -> [Stroke] {
    let wheel = Color(25, 25, 30)
    let glass = Color(190, 220, 240)
    return [
      .rectangle(0.14, 0.32, 0.12, 0.88, wheel), .rectangle(0.68, 0.86, 0.12, 0.88, wheel),
      .rectangle(0.04, 0.96, 0.2, 0.8, color),
      .rectangle(0.04, 0.96, 0.2, 0.28, light(color, 0.3)),
      isLong
        ? .rectangle(0.3, 0.94, 0.26, 0.74, light(color, 0.55))
        : .rectangle(0.3, 0.72, 0.28, 0.72, dark(color, 0.25)),
      .rectangle(isLong ? 0.12 : 0.22, isLong ? 0.22 : 0.32, 0.28, 0.72, glass),
    ]
  }
}
