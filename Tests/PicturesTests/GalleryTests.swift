import EnvironmentKit
import Foundation
import Pictures
import Testing

/// Draws every composite; writes them to the folder `UMWELT_GALLERY` where that is set, to be looked at.
///
/// After a wanted change: look at them, then put the fingerprints written beside them into `GalleryFingerprints`.
@Suite struct GalleryTests {
  enum Composite: String, CaseIterable {
    case reconstruction, traversal, samples, learning, agent, agentLarge, training, play, help
    case histogram, font, watch, trainingDream, bars, emptyPlot

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
      case .watch: GalleryTests.watch()
      case .trainingDream: GalleryTests.trainingDream()
      case .bars: GalleryTests.bars()
      case .emptyPlot:
        LinePlot(
          "C: return by generation", xLabel: "generation", yLabel: "return",
          series: [Series("mean", []), Series("best", [])], yIncludes: [0]
        ).frame(width: 480, height: 240, scale: 2)
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

  static func watch() -> Frame {
    var panel = Scenery.agent(step: 70)
    panel.world = Scenery.room(time: 2.1).magnified(by: 9)
    panel.mission = "use the key to open the door and then get to the goal"
    panel.holding = "carries: key"
    return panel.frame(in: PictureRoom(width: 1264, height: 672))
  }

  static func trainingDream() -> Frame {
    var panel = Scenery.training
    panel.header = "TakeCover, preset quick, seed 1"
    panel.phases = ["collect", "train V", "train M", "train C", "evaluate", "report"]
    panel.phase = 3
    panel.memory = MemoryCurve(
      steps: Scenery.values(60) { $0 * 50 }, nats: Scenery.values(60) { 1.2 + exp(-$0 / 9) })
    panel.returns.isDream = true
    panel.returns.baselines = []
    return panel.frame(in: PictureRoom(width: 1280, height: 700))
  }

  static func bars() -> Frame {
    GroupedBars(
      "linear probe", series: ["z", "h, c", "16 frames of z", "16 frames of z and actions"],
      groups: ["agentX", "agentDirection", "nearestFireballOffset", "lives"].enumerated().map {
        index, name in
        let base = 0.9 - 0.2 * Double(index)
        return .init(
          name, [base, base - 0.1, base + 0.05, 0.2], mark: index == 1 ? 0.25 : 0,
          intervals: [base - 0.05...base + 0.04, nil, base...base + 0.1])
      }, label: "R² of quantities, accuracy of categories; white: chance"
    ).frame(width: 700, scale: 2)
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

  /// The mean brightness of each of 12×8 parts of a picture, in fortieths of a level.
  static func fingerprint(_ frame: Frame) -> [[Int]] {
    (0..<8).map { row in
      (0..<12).map { column in
        let rows = row * frame.height / 8..<(row + 1) * frame.height / 8
        let columns = column * frame.width / 12..<(column + 1) * frame.width / 12
        var sum = 0
        for y in rows {
          for byte in (y * frame.width + columns.lowerBound)
            * 3..<(y * frame.width + columns.upperBound) * 3
          {
            sum += Int(frame.pixels[byte])
          }
        }
        return sum * 40 / max(1, rows.count * columns.count * 3)
      }
    }
  }

  /// Parts that differ from what the picture was when somebody last looked at it.
  ///
  /// A level of eight fortieths is less than a word in the smallest part, and more than what the
  /// last bit of a sine can do to the edges of curves.
  static func changes(_ composite: Composite, _ frame: Frame) -> [String] {
    let known = GalleryFingerprints.known[composite.rawValue] ?? ""
    let before = known.split(separator: "\n").map { $0.split(separator: " ").map { Int($0) ?? 0 } }
    let now = fingerprint(frame)
    guard before.map(\.count) == now.map(\.count) else { return ["no fingerprint"] }
    return now.indices.flatMap { row in
      now[row].indices.filter { abs(now[row][$0] - before[row][$0]) > 8 }.map {
        "part \(row),\($0): \(now[row][$0]), was \(before[row][$0])"
      }
    }
  }

  @Test(
    "every composite draws the same picture each time, as it was when it was last looked at",
    arguments: Composite.allCases)
  func composite(_ composite: Composite) throws {
    let frame = composite.draw()
    #expect(frame == composite.draw())
    #expect(Self.changes(composite, frame).isEmpty)
    #expect(frame.width <= 1400 && frame.height <= 1400)
    if let folder = getenv("UMWELT_GALLERY").map({ String(cString: $0) }) {
      try PNG.write(frame, to: "\(folder)/\(composite.rawValue).png")
      let lines = Self.fingerprint(frame).map { $0.map { String($0) }.joined(separator: " ") }
      try lines.joined(separator: "\n").write(
        toFile: "\(folder)/\(composite.rawValue).fingerprint", atomically: true, encoding: .utf8)
    }
  }
}
