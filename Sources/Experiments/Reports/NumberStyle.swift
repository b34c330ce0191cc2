import Pictures

/// How numbers are written in tables.
package enum NumberStyle {
  /// A return: one decimal, more where it is small.
  package static func value(_ value: Double) -> String {
    value.isFinite ? NumberText.fixed(value, abs(value) < 10 ? 3 : 1) : "–"
  }

  /// A ratio, two decimals.
  package static func ratio(_ value: Double) -> String {
    value.isFinite ? NumberText.fixed(value, 2) : "–"
  }

  /// A share in per cent.
  package static func share(_ value: Double) -> String {
    value.isFinite ? NumberText.fixed(value * 100, 1) + " %" : "–"
  }
}
