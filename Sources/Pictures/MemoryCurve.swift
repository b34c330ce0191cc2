public import EnvironmentKit

/// How the memory's loss fell, beside what needs no memory.
public struct MemoryCurve: Hashable, Sendable {
  /// Training steps at which the loss was noted.
  public var steps: [Double]
  /// −log p of the next latent a dimension at each of them, in nats.
  public var nats: [Double]
  /// Losses to compare with: repeat the last latent, an unconditional Gaussian, M on held-out episodes.
  public var baselines: [ReferenceLine]

  /// Creates a curve.
  ///
  /// - Precondition: both lists are of one length.
  public init(steps: [Double] = [], nats: [Double] = [], baselines: [ReferenceLine] = []) {
    precondition(
      steps.count == nats.count, "MemoryCurve: \(steps.count) steps and \(nats.count) losses")
    self.steps = steps
    self.nats = nats
    self.baselines = baselines
  }

  /// Whether there is nothing to show.
  public var isEmpty: Bool { steps.isEmpty }

  /// The loss by training step.
  public func plot(_ xLabel: String = "training step") -> LinePlot {
    LinePlot(
      "M: next latent, nats a dimension", xLabel: xLabel,
      series: [Series("M", x: steps, y: nats, color: Theme.series(1))], references: baselines)
  }

  /// The curve as a picture, 480×280 at scale 1.
  public func frame(title: String, scale: Int = 2) -> Frame {
    Frame(drawnAt: 480 * scale, 280 * scale) { canvas in
      let area = canvas.area.inset(10 * scale)
      canvas.write(title, x: area.x, y: area.y, scale: scale, limit: area.width)
      plot().draw(on: canvas, in: area.inset(top: 16 * scale), scale: scale)
    }
  }
}
