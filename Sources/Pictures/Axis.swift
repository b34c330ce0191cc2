import Glibc

/// How values lie along an axis.
public enum AxisScale: Hashable, Sendable {
  /// Equal steps.
  case linear
  /// Equal factors; values at or below 0 are left out.
  case logarithmic
}

/// A range of values with round ticks.
public struct Axis: Hashable, Sendable {
  /// The value at the start.
  public let low: Double
  /// The value at the end, greater than `low`.
  public let high: Double
  /// How values lie between.
  public let scale: AxisScale
  /// Round values within, ascending.
  public let ticks: [Double]
  /// What each tick says.
  public let labels: [String]

  /// Creates an axis that covers values; those that are not finite are passed over.
  ///
  /// - Parameters:
  ///   - values: what must lie on the axis; none gives 0...1.
  ///   - scale: how they lie; a logarithmic axis covers the positive ones.
  ///   - tickCount: about how many ticks.
  ///   - margin: room added at both ends, as a share of the extent.
  ///   - isWhole: whether ticks stand at whole numbers only: steps, counts.
  public init(
    covering values: some Sequence<Double>, scale: AxisScale = .linear, tickCount: Int = 5,
    margin: Double = 0, isWhole: Bool = false
  ) {
    let usable = values.lazy.filter { abs($0) < 1e300 && (scale == .linear || $0 > 1e-300) }
    let unit = { (value: Double) in scale == .linear ? value : log10(value) }
    let positions = usable.map(unit)
    var (low, high) = (positions.min() ?? 0, positions.max() ?? 1)
    if low == 0 && high == 0 && scale == .linear {
      // Zeros alone, such as no reward yet, stand on the ground.
      high = 1
    } else if !(high - low > max(abs(low), abs(high)) * 1e-9) {
      let room = scale == .linear ? max(abs(low) * 0.1, 0.5) : 0.5
      (low, high) = (low - room, high + room)
    }
    let room = (high - low) * margin
    self.init(
      from: low - room, to: high + room, scale: scale, tickCount: max(1, tickCount),
      isWhole: isWhole)
  }

  private init(
    from low: Double, to high: Double, scale: AxisScale, tickCount: Int, isWhole: Bool
  ) {
    self.scale = scale
    if scale == .logarithmic {
      (self.low, self.high) = (pow(10, low), pow(10, high))
      let decades = Self.decades(from: low, to: high, tickCount: tickCount)
      ticks =
        decades.count >= 2
        ? decades
        : Self.roundTicks(from: pow(10, low), to: pow(10, high), tickCount, least: 0).ticks
      labels = Self.distinct(ticks.map(NumberText.short), of: ticks)
    } else {
      (self.low, self.high) = (low, high)
      let (ticks, step) = Self.roundTicks(
        from: low, to: high, tickCount, least: isWhole ? 1 : 0)
      self.ticks = ticks
      labels = Self.distinct(ticks.map { Self.label($0, step: step) }, of: ticks)
    }
  }

  /// Labels as they are where no two say the same, else with as many digits as tell ticks apart.
  private static func distinct(_ labels: [String], of ticks: [Double]) -> [String] {
    let forms: [(Double) -> [String]] = [
      { value in (0...9).map { NumberText.fixed(value, $0) } },
      { value in (2...9).map { NumberText.scientific(value, $0) } },
    ]
    var chosen = labels
    for form in forms where Set(chosen).count < chosen.count {
      let columns = ticks.map(form)
      for digits in columns.first?.indices ?? 0..<0 where Set(chosen).count < chosen.count {
        chosen = columns.map { $0[digits] }
      }
    }
    return chosen
  }

  /// Multiples of a round step, not below the least, within a range.
  private static func roundTicks(
    from low: Double, to high: Double, _ count: Int, least: Double
  ) -> (ticks: [Double], step: Double) {
    var step = max(least, roundStep((high - low) / Double(count)))
    // Of the round steps 2.5 alone passes over whole numbers.
    if least > 0, step != step.rounded() { step = step.rounded(.up) }
    let first = (low / step - 1e-6).rounded(.up)
    let last = (high / step + 1e-6).rounded(.down)
    return ((0...max(0, min(50, Int(last - first)))).map { (first + Double($0)) * step }, step)
  }

  /// Where a value lies: 0 at the start, 1 at the end, beyond outside; NaN where it cannot lie.
  public func position(of value: Double) -> Double {
    switch scale {
    case .linear: (value - low) / (high - low)
    case .logarithmic:
      value > 0 ? (log10(value) - log10(low)) / (log10(high) - log10(low)) : .nan
    }
  }

  /// The least of 1, 2, 2.5 and 5 times a power of ten that is not below a step.
  private static func roundStep(_ step: Double) -> Double {
    let power = pow(10, log10(step).rounded(.down))
    for factor in [1, 2, 2.5, 5] where factor * power >= step * (1 - 1e-9) {
      return factor * power
    }
    return 10 * power
  }

  private static func decades(from low: Double, to high: Double, tickCount: Int) -> [Double] {
    let isWide = high - low > Double(tickCount)
    let stride = isWide ? Int(((high - low) / Double(tickCount)).rounded(.up)) : 1
    let factors: [Double] = high - low < 2 ? [1, 2, 5] : [1]
    var ticks: [Double] = []
    var exponent = Int(low.rounded(.down))
    while Double(exponent) <= high {
      for factor in factors {
        let position = Double(exponent) + log10(factor)
        if position >= low - 1e-9, position <= high + 1e-9 {
          ticks.append(factor * pow(10, Double(exponent)))
        }
      }
      exponent += stride
    }
    return ticks
  }

  private static func label(_ value: Double, step: Double) -> String {
    let size = max(abs(value), step)
    if size >= 1e4 || size < 1e-3 { return NumberText.short(abs(value) < step / 2 ? 0 : value) }
    for decimals in 0...6 {
      let scaled = step * pow(10, Double(decimals))
      if abs(scaled - scaled.rounded()) < 1e-6 * scaled {
        return NumberText.fixed(value, decimals)
      }
    }
    return NumberText.short(value)
  }
}
