/// Text as a JSON string, escaped no more than must be, as safetensors' reference writer does.
package func jsonQuoted(_ text: String) -> String {
  var quoted = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": quoted += "\\\""
    case "\\": quoted += "\\\\"
    case "\n": quoted += "\\n"
    case "\r": quoted += "\\r"
    case "\t": quoted += "\\t"
    case "\u{8}": quoted += "\\b"
    case "\u{c}": quoted += "\\f"
    case ..<" ": quoted += unicodeEscape(scalar)
    default: quoted.unicodeScalars.append(scalar)
    }
  }
  return quoted + "\""
}

/// The same, with the other control characters escaped as well: a terminal obeys some of them.
func jsonQuotedForTerminals(_ text: String) -> String {
  var quoted = ""
  for scalar in jsonQuoted(text).unicodeScalars {
    if ("\u{7f}"..."\u{9f}").contains(scalar) {
      quoted += unicodeEscape(scalar)
    } else {
      quoted.unicodeScalars.append(scalar)
    }
  }
  return quoted
}

private func unicodeEscape(_ scalar: Unicode.Scalar) -> String {
  let digits = String(scalar.value, radix: 16)
  return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
}
