import EnvironmentKit
import Glibc
import Pictures

/// Pictures of a made-up room with a fireball: something to look at, and to compress.
enum Scenery {
  /// A 64×64 view; `time` moves the fireball nearer, `blur` makes it a poor reconstruction.
  static func room(time: Double, blur: Double = 0) -> Frame {
    var frame = Frame(width: 64, height: 64)
    let near = time - time.rounded(.down)
    frame.withCanvas { canvas in
      for row in 0..<64 {
        let light = Float(abs(row - 28)) / 40 * Float(1 - blur * 0.3)
        canvas.fillRectangle(
          x: 0, y: row, width: 64, height: 1,
          Color(40, 34, 60).mixed(with: Color(120, 96, 80), light))
      }
      canvas.fillRectangle(x: 12, y: 16, width: 40, height: 20, Color(30, 26, 44))
      let radius = Float(2 + near * 9)
      let x = Float(32 + 12 * sin(time * 2))
      let opacity = Float(1 - blur * 0.5)
      canvas.fillDisc(
        centerX: x, centerY: Float(26 + near * 22), radius: radius, Color(230, 90, 20),
        opacity: opacity)
      canvas.fillDisc(
        centerX: x, centerY: Float(26 + near * 22), radius: radius * 0.5, Color(255, 220, 110),
        opacity: opacity)
    }
    return frame
  }

  static func pair(_ time: Double, _ caption: String) -> ReconstructionPair {
    ReconstructionPair(
      observation: room(time: time), reconstruction: room(time: time + 0.01, blur: 1),
      caption: caption)
  }

  /// Values of a formula at 0, 1, 2, ….
  static func values(_ count: Int, _ formula: (Double) -> Double) -> [Double] {
    (0..<count).map { formula(Double($0)) }
  }

  static let losses = LossCurves(
    steps: values(400) { $0 * 10 },
    reconstruction: values(400) { 12 + exp(-$0 / 40) * 900 + sin($0 * 7) * 2 },
    divergence: values(400) { (1 - exp(-$0 / 90)) * 18 + sin($0 * 3) * 0.3 })

  static let returns = ReturnCurves(
    best: values(30) { 250 + $0 * 40 + sin($0) * 60 },
    mean: values(30) { 190 + $0 * 24 + sin($0 * 2) * 20 },
    deviation: values(30) { 50 + $0 * 4 },
    baselines: [
      ReferenceLine("random", 201), ReferenceLine("best blind", 262, color: Theme.series(4)),
    ])

  static func agent(step: Int) -> AgentPanel {
    AgentPanel(
      header: "TakeCover · quick · seed 1007 · agent",
      observation: room(time: Double(step) * 0.03),
      reconstruction: room(time: Double(step) * 0.03 + 0.01, blur: 1),
      latents: values(32) { 2 * sin(($0 * 7 + Double(step)) * 0.13) },
      divergences: values(32) { 2.5 * abs(sin($0 * 1.4)) },
      actions: ["stay", "left", "right"], chosen: step / 5 % 3, step: step, reward: 1,
      returns: (0...step).map(Double.init), notice: step > 60 ? "terminated" : "")
  }

  static let training = TrainingPanel(
    header: "TakeCover · quick · seed 1", phases: ["collect", "V", "C", "evaluate", "report"],
    phase: 1, progress: 0.43, detail: "412 frames/s · 1 m 20 s left · loss 31.4",
    pairs: (0..<9).map { pair(Double($0) * 0.13 + 0.05, $0 % 2 == 0 ? "near" : "far") },
    losses: losses, returns: returns)

  static let play = PlayPanel(
    world: room(time: 0.7).magnified(by: 7), header: "TakeCover · seed 3", step: 212,
    totalReward: 212, mission: "survive: slide out of the fireballs' way",
    hint: "← → move · H help · Esc quit", notice: "hit! Enter starts anew")

  static let help = HelpOverlay(entries: [
    .init(key: "←  →", meaning: "left, right"), .init(key: "Esc", meaning: "quit"),
    .init(key: "H, F1", meaning: "this help"), .init(key: "P", meaning: "pause, go on"),
    .init(key: ".", meaning: "one step while paused"),
    .init(key: "[  ]", meaning: "half, double speed"),
    .init(key: "Shift-Enter", meaning: "begin anew, same seed"),
  ])
}
