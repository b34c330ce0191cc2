import Statistics

/// One number of a judgement, under the name that programs read.
package struct JudgedNumber: Sendable {
  /// Its name, such as `nll.iw.100`.
  package let name: String
  /// The number; its interval is NaN where none is known.
  package let number: MeasuredValue
  /// What it counts in; empty for a pure number.
  package let unit: String

  init(_ name: String, _ number: MeasuredValue, _ unit: String = "") {
    (self.name, self.number, self.unit) = (name, number, unit)
  }

  init(_ name: String, _ value: Double, _ unit: String = "") {
    self.init(name, MeasuredValue(value), unit)
  }
}
