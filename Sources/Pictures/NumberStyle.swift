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

  /// Two ends of an interval.
  package static func range(_ low: Double, _ high: Double) -> String {
    "\(value(low))…\(value(high))"
  }

  /// A count, its digits in groups of three: `1,113,443`.
  package static func count(_ value: Int) -> String {
    var digits = Array(String(value.magnitude))
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: place)
      place -= 3
    }
    return (value < 0 ? "−" : "") + String(digits)
  }

  /// A count of things: `1 episode`, `1,200 episodes`.
  ///
  /// - Parameter plural: what is counted, a word whose singular has no s, or y for ies.
  package static func count(_ value: Int, _ plural: String) -> String {
    "\(count(value)) \(value == 1 ? singular(plural) : plural)"
  }

  private static func singular(_ plural: String) -> String {
    if plural.hasSuffix("ies") { return String(plural.dropLast(3)) + "y" }
    return plural.hasSuffix("s") ? String(plural.dropLast()) : plural
  }

  /// A size in memory: `300 MiB`, `3.4 GiB`, `12 GiB`.
  package static func bytes(_ value: Double) -> String {
    let gibibytes = value / Double(1 << 30)
    if gibibytes < 1 { return "\(Int((value / Double(1 << 20)).rounded(.up))) MiB" }
    return gibibytes < 10
      ? "\(NumberText.fixed(gibibytes, 1)) GiB"
      : "\(count(Int(min(gibibytes, 1e15).rounded()))) GiB"
  }

  /// A duration: `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`.
  package static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite else { return "–" }
    if seconds < 9.95 { return NumberText.fixed(seconds, 1) + " s" }
    let whole = Int(seconds.rounded())
    if whole >= 3600 { return "\(whole / 3600) h \(whole % 3600 / 60) min" }
    return whole >= 60 ? "\(whole / 60) min \(whole % 60) s" : "\(whole) s"
  }
}
