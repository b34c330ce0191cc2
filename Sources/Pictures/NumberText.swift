/// Numbers as short text, the same on every machine and in every locale.
public enum NumberText {
  /// A number with a fixed count of decimals, such as `−0.25`; `—` where it is not finite.
  public static func fixed(_ value: Double, _ decimals: Int) -> String {
    let places = max(0, min(9, decimals))
    var power = 1.0
    for _ in 0..<places { power *= 10 }
    let scaled = (abs(value) * power).rounded()
    guard scaled.isFinite, scaled < 9e18 else {
      return value.isFinite ? scientific(value) : "—"
    }
    let (whole, rest) = Int(scaled).quotientAndRemainder(dividingBy: Int(power))
    let digits = String(rest)
    let zeros = String(repeating: "0", count: places - min(places, digits.count))
    let sign = value < 0 && scaled > 0 ? "−" : ""
    return sign + String(whole) + (places == 0 ? "" : "." + zeros + digits)
  }

  /// A number of about three digits with a unit prefix: `0.012`, `3.5`, `120`, `12.5k`, `3M`.
  public static func short(_ value: Double) -> String {
    let size = abs(value)
    guard size.isFinite else { return "—" }
    if size == 0 { return "0" }
    if size >= 1e15 || size < 1e-3 { return scientific(value) }
    for (limit, unit) in [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k")] where size >= limit {
      return trimmed(fixed(value / (unit == "k" ? 1e3 : limit), size >= limit * 100 ? 0 : 1)) + unit
    }
    return trimmed(fixed(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3))
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var kept = Substring(text)
    while kept.last == "0" { kept.removeLast() }
    if kept.last == "." { kept.removeLast() }
    return String(kept)
  }

  /// A number as a mantissa of so many decimals at most and a power of ten, such as `1.5e−7`.
  static func scientific(_ value: Double, _ decimals: Int = 1) -> String {
    var (mantissa, exponent) = (abs(value), 0)
    guard mantissa > 0, mantissa.isFinite else { return value == 0 ? "0" : "—" }
    var half = 0.5
    for _ in 0..<decimals { half /= 10 }
    while mantissa >= 10 - half {
      mantissa /= 10
      exponent += 1
    }
    while mantissa < 1 - half / 10 && exponent > -330 {
      mantissa *= 10
      exponent -= 1
    }
    let sign = value < 0 ? "−" : ""
    return sign + trimmed(fixed(mantissa, decimals)) + "e" + (exponent < 0 ? "−" : "")
      + "\(abs(exponent))"
  }
}
