public import EnvironmentKit

/// A continuous scale of colours.
public enum ColorScale: Hashable, Sendable {
  /// From near black over violet and orange to pale yellow; brighter is more.
  case heat
  /// From blue over dark grey to orange; the middle is zero.
  case signed
  /// From black to white.
  case gray

  /// The colour at a place of the scale, 0...1; beyond, and for NaN, the nearest end.
  public func color(at share: Float) -> Color {
    let stops = stops
    let place = min(1, max(0, share.isNaN ? 0 : share)) * Float(stops.count - 1)
    let index = min(stops.count - 2, Int(place))
    return stops[index].mixed(with: stops[index + 1], place - Float(index))
  }

  private var stops: [Color] {
    switch self {
    case .heat:
      [
        Color(8, 8, 20), Color(62, 24, 92), Color(140, 41, 99), Color(212, 72, 66),
        Color(245, 140, 40), Color(250, 240, 150),
      ]
    case .signed: [Color(86, 180, 233), Color(40, 46, 58), Color(240, 150, 50)]
    case .gray: [.black, .white]
    }
  }
}
