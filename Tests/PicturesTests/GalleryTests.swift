import EnvironmentKit
import Glibc
import Pictures
import Testing

/// Draws every composite; writes them to the folder `UMWELT_GALLERY` where that is set, to be looked at.
@Suite struct GalleryTests {
  enum Composite: String, CaseIterable {
    case reconstruction, traversal, samples, learning, agent, agentLarge, training, play, help
    case histogram, font

    func draw() -> Frame {
      switch self {
      case .reconstruction: GalleryTests.reconstruction()
      case .traversal: GalleryTests.traversal()
      case .samples: GalleryTests.samples()
      case .learning:
        LearningPlot(title: "TakeCover · quick", losses: Scenery.losses, returns: Scenery.returns)
          .frame()
      case .agent: Scenery.agent(step: 70).frame()
      case .agentLarge: Scenery.agent(step: 70).frame(scale: 2)
      case .training: Scenery.training.frame()
      case .play: Scenery.play.frame()
      case .help: GalleryTests.help()
      case .histogram: GalleryTests.histogram()
      case .font: GalleryTests.font()
      }
    }
  }

  static func reconstruction() -> Frame {
    let pairs = (0..<8).map { Scenery.pair(Double($0) * 0.12, $0 % 2 == 0 ? "near" : "far 0.3") }
    return ReconstructionSheet(title: "TakeCover: held-out frames, σ 0.031", pairs: pairs).frame()
  }

  static func traversal() -> Frame {
    let values: [Double] = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5]
    let pictures = values.map { Scenery.room(time: ($0 + 3) * 0.15) }
    let rows = [7, 0, 12, 31].map { dimension in
      TraversalSheet.Row(
        dimension: dimension, divergence: 3.1 / Double(dimension + 1), pictures: pictures)
    }
    return TraversalSheet(title: "latent dimensions by KL", values: values, rows: rows).frame()
  }

  static func samples() -> Frame {
    let pictures = (0..<16).map { Scenery.room(time: Double($0) * 0.21, blur: 1) }
    return SampleSheet(title: "decoded from z ~ N(0, 1)", pictures: pictures).frame()
  }

  static func help() -> Frame {
    var frame = Scenery.play.frame()
    frame.withCanvas { Scenery.help.draw(on: $0) }
    return frame
  }

  static func histogram() -> Frame {
    let returns = Scenery.values(200) { 200 + sin($0 * 1.7) * 90 }
    return Histogram("returns of 200 episodes", values: returns, label: "return")
      .frame(width: 640, height: 320, scale: 2)
  }

  static func font() -> Frame {
    let ascii = String(decoding: UInt8(32)..<127, as: UTF8.self)
    let lines = [
      String(ascii.prefix(48)), String(ascii.dropFirst(48)), "×±σβ→←↑↓·²°—–−μ≥≤…\u{1F600}",
      "The quick brown fox jumps over the lazy dog. 0123456789",
    ]
    var frame = Frame(width: 1060, height: 330, filledWith: Theme.background)
    frame.withCanvas { canvas in
      var row = 6
      for scale in 1...3 {
        for line in lines {
          canvas.write(line, x: 6, y: row, scale: scale)
          row += Font.lineHeight * scale
        }
        row += 8
      }
    }
    return frame
  }

  @Test("every composite draws the same bright picture each time", arguments: Composite.allCases)
  func composite(_ composite: Composite) throws {
    let frame = composite.draw()
    #expect(frame == composite.draw())
    #expect(frame.pixels.contains { $0 > 200 })
    #expect(frame.width <= 1400 && frame.height <= 1400)
    if let folder = getenv("UMWELT_GALLERY").map({ String(cString: $0) }) {
      try PNG.write(frame, to: "\(folder)/\(composite.rawValue).png")
    }
  }
}
