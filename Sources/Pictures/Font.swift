import Foundation

/// The metrics and glyphs of the embedded bitmap font: fixed width, six by eleven pixels a cell.
public enum Font {
  /// Pixels from one character to the next, at scale 1.
  public static let advance = 6
  /// Height of a glyph with its descender, at scale 1.
  public static let glyphHeight = 9
  /// Height of a capital letter or digit, at scale 1.
  public static let capitalHeight = 7
  /// Pixels from one line to the next, at scale 1.
  public static let lineHeight = 12

  static let glyphWidth = 5
  private static let glyphsPerBand = 12

  /// Rows of five bits, the leftmost pixel in bit 4.
  static let glyphs: [Character: [UInt8]] = parseSheet()
  static let replacement: [UInt8] = glyphs["\u{FFFD}"] ?? []

  /// What is drawn for a character: its own glyph, that of its letter without accents, or a box.
  static func glyph(_ character: Character) -> [UInt8] {
    if let own = glyphs[character] { return own }
    let letter = String(character).decomposedStringWithCanonicalMapping.unicodeScalars.first
    return letter.flatMap { glyphs[Character($0)] } ?? replacement
  }

  /// Width in pixels of a line of text, without the gap after its last character.
  ///
  /// - Parameter scale: integer magnification, at least 1.
  public static func width(of text: String, scale: Int = 1) -> Int {
    text.isEmpty ? 0 : (text.count * advance - 1) * scale
  }

  /// Whether the font has a glyph of its own for a character.
  public static func contains(_ character: Character) -> Bool { glyphs[character] != nil }

  /// Text cut to a width, ending in `…` where something was cut.
  ///
  /// - Parameters:
  ///   - text: one line.
  ///   - limit: width in pixels.
  ///   - scale: integer magnification, at least 1.
  public static func fitted(_ text: String, to limit: Int, scale: Int = 1) -> String {
    if width(of: text, scale: scale) <= limit { return text }
    let room = max(0, (limit / scale + 1) / advance)
    return room == 0 ? "" : String(text.prefix(room - 1)) + "…"
  }

  /// The greatest magnification at which no text is cut; 1 where some are at any.
  ///
  /// - Parameters:
  ///   - limit: pixels that each text has.
  ///   - most: the greatest that is asked for, 1 or more.
  package static func scale(of texts: [String], within limit: Int, atMost most: Int) -> Int {
    let longest = texts.map { width(of: $0) }.max() ?? 0
    return max(1, min(most, limit / max(1, longest)))
  }

  /// Text broken at spaces into lines no wider than a limit; a longer word is cut.
  public static func wrapped(_ text: String, to limit: Int, scale: Int = 1) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      let longer = line.isEmpty ? String(word) : line + " " + word
      if !line.isEmpty && width(of: longer, scale: scale) > limit {
        lines.append(line)
        line = String(word)
      } else {
        line = longer
      }
    }
    return (lines + (line.isEmpty ? [] : [line])).map { fitted($0, to: limit, scale: scale) }
  }

  private static func parseSheet() -> [Character: [UInt8]] {
    let rows = FontSheet.art.split(separator: "\n").map { Array($0.utf8) }
    var glyphs: [Character: [UInt8]] = [:]
    for (index, character) in FontSheet.glyphOrder.enumerated() {
      let band = index / glyphsPerBand * glyphHeight
      let column = index % glyphsPerBand * (glyphWidth + 1)
      glyphs[character] = rows[band..<band + glyphHeight].map { bits(of: $0, from: column) }
    }
    return glyphs
  }

  private static func bits(of row: [UInt8], from column: Int) -> UInt8 {
    row[column..<column + glyphWidth].reduce(0) { $0 << 1 | ($1 == UInt8(ascii: "#") ? 1 : 0) }
  }
}
