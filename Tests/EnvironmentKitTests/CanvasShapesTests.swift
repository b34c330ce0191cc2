import EnvironmentKit
import Testing

/// A frame of 16×16 on which one shape was drawn in white on black.
private func drawn(_ draw: (Canvas) -> Void) -> Frame {
  var frame = Frame(width: 16, height: 16)
  frame.withCanvas(draw)
  return frame
}

/// The area that white covers, in pixels.
private func area(_ frame: Frame) -> Float {
  frame.pixels.reduce(Float(0)) { $0 + Float($1) } / 255 / 3
}

/// The rectangle between two corners.
private func box(_ left: Float, _ top: Float, _ right: Float, _ bottom: Float) -> ConvexPolygon {
  ConvexPolygon(
    CanvasPoint(left, top), CanvasPoint(right, top), CanvasPoint(right, bottom),
    CanvasPoint(left, bottom))
}

@Suite struct CanvasShapesTests {
  private let white = Shade(.white)
  private let corners = (
    CanvasPoint(3, 1.5), CanvasPoint(14, 4), CanvasPoint(10, 13), CanvasPoint(1.2, 9)
  )

  @Test func aPolygonOnWholePixelsFillsExactlyThem() {
    let frame = drawn { $0.fill(box(2, 3, 6, 8), white) }
    for y in 0..<16 {
      for x in 0..<16 {
        #expect(frame[x, y] == ((2..<6).contains(x) && (3..<8).contains(y) ? .white : .black))
      }
    }
  }

  @Test func aPolygonBetweenPixelsCoversThemInPart() {
    let frame = drawn { $0.fill(box(2.25, 3, 6, 7.5), white) }
    // Shares of 255, rounded: three quarters and a half.
    #expect(frame[2, 4] == Color(191, 191, 191))
    #expect(frame[4, 7] == Color(128, 128, 128))
    #expect(frame[4, 4] == .white)
  }

  @Test func cornersMayGoEitherWayRound() {
    let (a, b, c, d) = corners
    let one = drawn { $0.fill(ConvexPolygon(a, b, c, d), white) }
    let other = drawn { $0.fill(ConvexPolygon(d, c, b, a), white) }
    // Rounding of the edges' numbers may move a byte by one.
    #expect(zip(one.pixels, other.pixels).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
  }

  @Test func aSlantedPolygonCoversItsArea() {
    let (a, b, c, d) = corners
    let frame = drawn { $0.fill(ConvexPolygon(a, b, c, d), white) }
    // Areas by the shoelace formula; a corner's pixel may lose up to 0.3 of its cover.
    #expect(abs(area(frame) - 91.1) < 1.2)
    let triangle = drawn {
      $0.fill(ConvexPolygon(CanvasPoint(2, 2), CanvasPoint(14, 2), CanvasPoint(8, 14)), white)
    }
    #expect(abs(area(triangle) - 72) < 1.2)
  }

  @Test(arguments: [Float(0.4), 1, 2.5])
  func aLineCoversLengthTimesWidth(width: Float) {
    let line = ConvexPolygon(lineFrom: CanvasPoint(2, 3), to: CanvasPoint(13, 9), width: width)
    let frame = drawn { $0.fill(line, white) }
    // Length 12.53; ends that blur over a pixel and bytes that round make less than 10 %.
    #expect(abs(area(frame) - 12.53 * width) < 1.253 * width)
  }

  @Test func aGradientRunsFromColourToColour() {
    let shade = Shade(.black, at: CanvasPoint(4, 0), .white, at: CanvasPoint(12, 0))
    let frame = drawn { $0.fill(box(0, 0, 16, 16), shade) }
    #expect(frame[1, 5] == .black)
    #expect(frame[14, 5] == .white)
    // The centre of column 7 lies 3.5 of 8 pixels along: 111.6.
    #expect(frame[7, 9] == Color(112, 112, 112))
  }

  @Test func everythingIsClipped() {
    let frame = drawn {
      $0.fill(box(-900, -700, 2_000, 5_000), white)
      $0.fillEllipse(centerX: -5, centerY: 20, radiusX: 9, radiusY: 9, .black)
      $0.fillBall(centerX: 19, centerY: -3, radius: 8, core: .black, rim: .black)
      $0.fillGlow(centerX: 40, centerY: 8, radiusX: 10, radiusY: 4, .black)
      $0.fill(
        ConvexPolygon(lineFrom: CanvasPoint(-50, -9), to: CanvasPoint(90, -9), width: 3),
        Shade(.black))
      $0.fill(box(-9, 30, 90, 40), Shade(.black))
      $0.fill(box(20, 2, 30, 9), Shade(.black))
      $0.fill(box(-20, 2, -10, 9), Shade(.black))
    }
    #expect(frame[8, 8] == .white)
    #expect(frame[0, 15] == .black)
    #expect(frame[15, 0] == .black)
    #expect(abs(area(frame) - 225) < 30)
  }

  @Test func opacityMixes() {
    let frame = drawn { $0.fill(box(1, 1, 15, 15), white, opacity: 0.2) }
    #expect(frame[8, 8] == Color(51, 51, 51))
  }

  @Test func anEllipseCoversItsArea() {
    let frame = drawn {
      $0.fillEllipse(centerX: 7.7, centerY: 8.2, radiusX: 6, radiusY: 3, .white)
    }
    // π · 6 · 3; the smoothed edge is right to first order: 2 %.
    #expect(abs(area(frame) - 56.55) < 1.2)
  }

  @Test func aBallChangesFromCoreToRim() {
    let frame = drawn {
      $0.fillBall(centerX: 8, centerY: 8, radius: 6, core: .white, rim: Color(255, 0, 0))
    }
    #expect(frame[8, 8].green > 250)
    #expect(frame[12, 8].green < frame[10, 8].green)
    #expect(frame[12, 8].red == 255)
    #expect(frame[15, 8] == .black)
  }

  @Test func aGlowFadesToNothing() {
    let frame = drawn {
      $0.fillGlow(centerX: 8, centerY: 8, radiusX: 6, radiusY: 6, .white, opacity: 0.5)
    }
    #expect(frame[8, 8].red > 120 && frame[8, 8].red <= 128)
    #expect(frame[11, 8].red < frame[9, 8].red)
    #expect(frame[14, 8] == .black)
  }
}
