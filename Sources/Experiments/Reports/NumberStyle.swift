import Pictures

/// How numbers are written in tables.
enum NumberStyle {
  /// A return: one decimal, more where it is small.
  static func value(_ value: Double) -> String {
    value.isFinite ? NumberText.fixed(value, abs(value) < 10 ? 3 : 1) : "–"
  }

  /// A ratio, two decimals.
  static func ratio(_ value: Double) -> String {
    value.isFinite ? NumberText.fixed(value, 2) : "–"
  }

  /// A share in per cent.
  static func share(_ value: Double) -> String {
    value.isFinite ? NumberText.fixed(value * 100, 1) + " %" : "–"
  }
}
