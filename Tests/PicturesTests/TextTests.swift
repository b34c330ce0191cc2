import EnvironmentKit
import Pictures
import Testing

@Suite struct TextTests {
  @Test("every printable ASCII character and the symbols in use have a glyph of their own")
  func coverage() {
    let ascii = (UInt8(32)..<127).map { Character(UnicodeScalar($0)) }
    var seen: [[UInt8]] = []
    for character in ascii + Array("±σβ→←·²°…≥≤μ") {
      #expect(Font.contains(character), "\(character)")
      let drawing = Self.drawing(String(character)).pixels
      #expect(!seen.contains(drawing), "\(character) looks like another")
      seen.append(drawing)
    }
    #expect(Font.contains("×") && Font.contains("—") && Font.contains("−"))
  }

  static func drawing(_ text: String) -> Frame {
    var frame = Frame(width: 40, height: 12)
    frame.withCanvas { $0.write(text, x: 1, y: 1, .white) }
    return frame
  }

  @Test("the drawn width is the measured one, at each scale", arguments: 1...3)
  func width(_ scale: Int) {
    var frame = Frame(width: 120, height: 40)
    frame.withCanvas { $0.write("NXM", x: 10, y: 5, .white, scale: scale) }
    let columns = (0..<120).filter { x in (0..<40).contains { frame[x, $0] == .white } }
    #expect(columns.first == 10)
    #expect(columns.last == 10 + Font.width(of: "NXM", scale: scale) - 1)
  }

  @Test("text at the edges and beyond is cut, not wrapped to other rows")
  func clipping() {
    for (x, y) in [(-3, 2), (36, 2), (5, -4), (5, 27), (-500, -500), (500, 500)] {
      var small = Frame(width: 40, height: 30)
      small.withCanvas { $0.write("Wide text", x: x, y: y, .white) }
      var large = Frame(width: 1200, height: 1200)
      large.withCanvas { $0.write("Wide text", x: x + 580, y: y + 580, .white) }
      for row in 0..<30 {
        for column in 0..<40 {
          #expect(small[column, row] == large[column + 580, row + 580])
        }
      }
    }
  }

  @Test("fitted and wrapped text never exceeds its limit", arguments: 0..<90)
  func fitting(_ limit: Int) {
    let text = "reconstruction of a held-out frame"
    #expect(Font.width(of: Font.fitted(text, to: limit)) <= limit)
    for line in Font.wrapped(text, to: limit) { #expect(Font.width(of: line) <= limit) }
    #expect(Font.fitted("short", to: 100) == "short")
  }

  @Test("text is magnified as far as it fits, and once at least")
  func fittingScale() {
    let width = Font.width(of: "reconstruction")
    let limits = [3 * width, 2 * width, 2 * width - 1, width - 1]
    let scales = limits.map { Font.scale(of: ["error", "reconstruction"], within: $0, atMost: 2) }
    #expect(scales == [2, 2, 1, 1])
    #expect(Font.scale(of: [], within: 10, atMost: 3) == 3)
  }

  @Test("numbers are written short and the same everywhere")
  func numbers() {
    let short: [(Double, String)] = [
      (0, "0"), (1, "1"), (0.25, "0.25"), (-3.5, "−3.5"), (211, "211"), (12_500, "12.5k"),
      (3e6, "3M"), (2.5e-5, "2.5e−5"), (.nan, "—"), (.infinity, "—"), (1e300, "1e300"),
    ]
    for (value, text) in short { #expect(NumberText.short(value) == text) }
    #expect(NumberText.fixed(2.005, 1) == "2.0")
    #expect(NumberText.fixed(-0.04, 1) == "0.0")
    #expect(NumberText.fixed(-1.25, 2) == "−1.25")
  }
}
