import EnvironmentKit
import Pictures
import Testing

@Suite("The curve of surprise")
struct SurpriseCurveTests {
  private static let side = (width: 160, height: 80)

  /// The columns in which the colour of warnings, blended or not, stands nearly as high as the plot.
  private func marked(_ values: [Double], threshold: Double) -> Int {
    let frame = Frame(drawnAt: Self.side.width, Self.side.height) { canvas in
      SurpriseCurve(values, threshold: threshold).draw(
        on: canvas, in: Area(x: 0, y: 0, width: Self.side.width, height: Self.side.height),
        capacity: values.count)
    }
    return (0..<Self.side.width).count { column in
      (0..<Self.side.height).count { isWarm(frame[column, $0]) } > 30
    }
  }

  private func isWarm(_ color: Color) -> Bool {
    Int(color.red) > Int(color.green) + 40 && Int(color.red) > Int(color.blue) + 60
  }

  @Test("every step above the threshold is marked from top to bottom, no other")
  func marks() {
    let usual = (0..<20).map { Double($0 % 3) }
    #expect(marked(usual, threshold: 5) == 0)
    var values = usual
    values[8] = 6
    #expect(marked(values, threshold: 5) >= 1)
    values[15] = 400
    #expect(marked(values, threshold: 5) > marked([6], threshold: 5))
    #expect(SurpriseCurve(values, threshold: 5).isUnusual == false)
    #expect(SurpriseCurve([1, 9], threshold: 5).isUnusual)
  }

  @Test("nothing yet, numbers that are none, and no threshold are drawn as well")
  func odd() {
    for values in [[], [.nan], [.nan, 3, .infinity], [0, 0], [-4, -2]] as [[Double]] {
      #expect(marked(values, threshold: .infinity) == 0)
      _ = marked(values, threshold: -1)
    }
    #expect(!SurpriseCurve([], threshold: 1).isUnusual)
    #expect(!SurpriseCurve([.nan], threshold: 1).isUnusual)
  }
}
