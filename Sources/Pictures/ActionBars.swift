public import EnvironmentKit

/// One component of a continuous action: where within its bounds it lies.
public struct ActionBar: Hashable, Sendable {
  /// The component; NaN where no action was taken yet.
  public var value: Double
  /// The least and the greatest that it can be.
  public var range: ClosedRange<Double>

  /// Creates a component.
  public init(value: Double, range: ClosedRange<Double>) {
    (self.value, self.range) = (value, range)
  }

  /// The components of an action; none where actions are choices.
  ///
  /// - Parameters:
  ///   - action: a row; nil or an index where none was taken yet.
  ///   - space: what may be done.
  public static func all(of action: ActionValue?, in space: ActionSpace) -> [ActionBar] {
    guard case .continuous(let bounds) = space else { return [] }
    var row = [Float](repeating: .nan, count: bounds.count)
    if case .row(let components) = action, components.count == bounds.count { row = components }
    return zip(row, bounds).map {
      ActionBar(value: Double($0), range: Double($1.lowerBound)...Double($1.upperBound))
    }
  }
}

extension AgentPanel {
  /// Shows what was done of all that may be done.
  ///
  /// - Parameters:
  ///   - action: the action taken; nil for none yet.
  ///   - space: what may be done.
  public mutating func show(_ action: ActionValue?, of space: ActionSpace) {
    actions = space.names
    if case .index(let index)? = action { chosen = Int(index) } else { chosen = nil }
    components = ActionBar.all(of: action, in: space)
  }
}

extension DreamPanel {
  /// Shows what was done of all that may be done.
  ///
  /// - Parameters:
  ///   - action: the last action; nil for none yet.
  ///   - space: what may be done.
  public mutating func show(_ action: ActionValue?, of space: ActionSpace) {
    actions = space.names
    if case .index(let index)? = action { chosen = Int(index) } else { chosen = nil }
    components = ActionBar.all(of: action, in: space)
  }
}

/// The components of a continuous action as bars from zero, each with its number.
struct ActionBars {
  let bars: [ActionBar]

  /// Components up to which each has its number beside it.
  static let mostNumbers = 4
  private static let numberWidth = 36

  /// Draws the bars into the top of an area, one below the other.
  ///
  /// - Returns: the height used, in pixels.
  func draw(on canvas: Canvas, in area: Area, scale: Int) -> Int {
    guard !bars.isEmpty else { return 0 }
    let hasNumbers = bars.count <= Self.mostNumbers
    let least = 3 * scale
    let height =
      hasNumbers ? 11 * scale : max(least, min(11 * scale, area.height / 2 / bars.count - scale))
    for (row, bar) in bars.enumerated() {
      let place = Area(
        x: area.x, y: area.y + row * (height + scale), width: area.width, height: height)
      draw(bar, on: canvas, in: place, scale: scale, hasNumber: hasNumbers)
    }
    return bars.count * (height + scale) + 3 * scale
  }

  private func draw(
    _ bar: ActionBar, on canvas: Canvas, in area: Area, scale: Int, hasNumber: Bool
  ) {
    let track = area.inset(right: hasNumber ? Self.numberWidth * scale : 0)
    canvas.fill(track, Theme.panel)
    let zero = column(min(max(0, bar.range.lowerBound), bar.range.upperBound), bar, track)
    if bar.value.isFinite {
      let end = column(bar.value, bar, track)
      let (left, right) = (min(zero, end), max(zero, end))
      canvas.fillRectangle(
        x: left, y: track.y, width: max(scale, right - left), height: track.height, Theme.accent)
    }
    canvas.fillRectangle(x: zero, y: track.y, width: scale, height: track.height, Theme.secondary)
    canvas.outline(track, Theme.border, thickness: scale)
    if hasNumber {
      canvas.write(
        NumberText.fixed(bar.value, 2), x: area.right, y: area.y + 2 * scale, Theme.secondary,
        scale: scale, alignment: .trailing, limit: Self.numberWidth * scale)
    }
  }

  /// The pixel column of a value, cut to the bar's range.
  private func column(_ value: Double, _ bar: ActionBar, _ track: Area) -> Int {
    let length = bar.range.upperBound - bar.range.lowerBound
    let share = length > 0 ? (value - bar.range.lowerBound) / length : 0.5
    return track.x + Int((min(1, max(0, share)) * Double(track.width - 1)).rounded())
  }
}
