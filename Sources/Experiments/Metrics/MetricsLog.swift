import Files
import Foundation

/// Losses and rates as they came, with times, in `metrics.jsonl`.
///
/// A resumed run appends.
struct MetricsLog {
  private let lines: JSONLines

  /// Opens the log of a run.
  init(_ url: URL) throws {
    lines = try JSONLines(at: url)
  }

  /// Notes a point of V's curve.
  func append(_ point: VisionPoint, skipped: Int) throws {
    try lines.append([
      "phase": "vision", "step": .integer(point.step), "time": .number(Self.now()),
      "vision/reconstruction": .number(point.reconstruction), "vision/kl": .number(point.kl),
      "vision/gradientNorm": .number(point.gradientNorm), "vision/skipped": .integer(skipped),
    ])
  }

  /// Notes a point of M's curve.
  func append(_ point: MemoryPoint, skipped: Int) throws {
    try lines.append([
      "phase": "memory", "step": .integer(point.step), "time": .number(Self.now()),
      "memory/nats": .number(point.nats), "memory/reward": .number(point.reward),
      "memory/termination": .number(point.termination),
      "memory/gradientNorm": .number(point.gradientNorm), "memory/skipped": .integer(skipped),
    ])
  }

  /// Notes a generation of C.
  func append(_ point: GenerationPoint, steps: Int, sigma: Double) throws {
    try lines.append([
      "phase": "controller", "step": .integer(point.generation), "time": .number(Self.now()),
      "controller/best": .number(point.best), "controller/mean": .number(point.mean),
      "controller/evaluated": point.evaluated.map { .number($0) } ?? .null,
      "controller/steps": .integer(steps), "controller/sigma": .number(sigma),
    ])
  }

  private static func now() -> Double { Date().timeIntervalSince1970 }
}
