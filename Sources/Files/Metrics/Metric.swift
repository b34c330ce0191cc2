/// One named number of a step, such as `vision/kl`.
public struct Metric: Hashable, Sendable {
  /// What it is called in files: part, slash, quantity.
  public var name: String
  /// What people are told: a few words; empty keeps it from the progress line.
  public var title: String
  /// The number; NaN where it was not measured in this step.
  public var value: Double

  /// Names a number.
  public init(_ name: String, _ value: Double, title: String = "") {
    (self.name, self.value, self.title) = (name, value, title)
  }
}

/// One learning curve: numbers of one name by step.
public struct Series: Hashable, Sendable {
  /// Steps done when each number was noted, rising.
  public var steps: [Int] = []
  /// The numbers, one per step.
  public var values: [Double] = []

  /// An empty curve.
  public init() {}
}

/// All learning curves of a training, by name, in the order in which they first came.
public struct LearningCurves: Hashable, Sendable {
  /// The names that have a number.
  public private(set) var names: [String] = []
  private var series: [String: Series] = [:]

  /// No curves.
  public init() {}

  /// The curve of a name; empty where there is none.
  public subscript(name: String) -> Series { series[name] ?? Series() }

  /// Notes the numbers of a step; those that are NaN are left out.
  public mutating func append(_ metrics: [Metric], step: Int) {
    for metric in metrics where !metric.value.isNaN {
      append(metric.value, to: metric.name, step: step)
    }
  }

  /// Notes one number.
  public mutating func append(_ value: Double, to name: String, step: Int) {
    if series[name] == nil { names.append(name) }
    series[name, default: Series()].steps.append(step)
    series[name, default: Series()].values.append(value)
  }

  /// Takes in the curves of others, in the place of those of the same name.
  public mutating func merge(_ others: LearningCurves) {
    for name in others.names {
      if series[name] == nil { names.append(name) }
      series[name] = others[name]
    }
  }
}
