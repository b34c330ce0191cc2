/// How wide text in SVG may come out, whatever the reader's font, and how it is broken and escaped.
enum VectorText {
  /// Height of the letters' box, in units of the drawing.
  static let size = 12.0
  /// The same of titles.
  static let strongSize = 14.0
  /// From one line to the next.
  static let line = 16.0
  /// Widest a character is on average, as a share of the size: sans-serif fonts stay below.
  private static let widest = 0.62

  /// The width that a text may take.
  static func width(of text: String, size: Double = size) -> Double {
    Double(text.count) * widest * size
  }

  /// A text broken at spaces into lines no wider than a limit; a longer word is broken anywhere.
  static func wrapped(_ text: String, to limit: Double, size: Double = size) -> [String] {
    let most = max(1, Int(limit / (widest * size)))
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      var rest = Substring(word)
      if !line.isEmpty, line.count + 1 + rest.count > most {
        lines.append(line)
        line = ""
      }
      while rest.count > most {
        lines.append(String(rest.prefix(most)))
        rest = rest.dropFirst(most)
      }
      line += (line.isEmpty ? "" : " ") + rest
    }
    return line.isEmpty ? lines : lines + [line]
  }

  /// A text in which nothing is taken for markup; what XML does not allow is left out.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\u{9}", "\u{A}", "\u{D}": result += " "
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": continue
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
