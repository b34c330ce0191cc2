import Foundation
import WorldModels

/// One point of V's learning curve: means since the point before.
public struct VisionPoint: Hashable, Sendable {
  /// Gradient steps so far.
  public var step: Int
  /// Squared error a frame, pixels in 0...1; for Bernoulli the reconstruction loss in nats.
  public var reconstruction: Double
  /// KL a frame in nats, before free bits.
  public var kl: Double
  /// Norm of the gradient before clipping.
  public var gradientNorm: Double
}

/// One point of C's learning curve.
public struct GenerationPoint: Hashable, Sendable {
  /// Generations so far.
  public var generation: Int
  /// Mean return of the population.
  public var mean: Double
  /// Best candidate's mean return.
  public var best: Double
  /// Standard deviation of the candidates' mean returns.
  public var deviation: Double
  /// The distribution mean's return on fresh seeds, where it was measured.
  public var evaluated: Double?
}

/// Lists of points as named arrays, for checkpoints.
enum HistoryArrays {
  /// A number of steps or generations as a history holds it.
  ///
  /// - Throws: where it is none, naming the file.
  static func count(_ value: Double, of file: URL) throws -> Int {
    guard let count = Int(exactly: value), (0...1 << 48).contains(count) else {
      throw ExperimentError(
        place: file.path, cause: "its learning curve has a point at step \(value)",
        remedy: "restore the file from a copy, or start a new run")
    }
    return count
  }

  static func encode(_ points: [VisionPoint]) -> [Double] {
    points.flatMap { [Double($0.step), $0.reconstruction, $0.kl, $0.gradientNorm] }
  }

  static func visionPoints(_ values: [Double], of file: URL) throws -> [VisionPoint] {
    try stride(from: 0, to: values.count - values.count % 4, by: 4).map {
      VisionPoint(
        step: try count(values[$0], of: file), reconstruction: values[$0 + 1], kl: values[$0 + 2],
        gradientNorm: values[$0 + 3])
    }
  }

  static func encode(_ points: [GenerationPoint]) -> [Double] {
    points.flatMap {
      [Double($0.generation), $0.mean, $0.best, $0.deviation, $0.evaluated ?? .nan]
    }
  }

  static func generationPoints(_ values: [Double], of file: URL) throws -> [GenerationPoint] {
    try stride(from: 0, to: values.count - values.count % 5, by: 5).map {
      GenerationPoint(
        generation: try count(values[$0], of: file), mean: values[$0 + 1], best: values[$0 + 2],
        deviation: values[$0 + 3], evaluated: values[$0 + 4].isNaN ? nil : values[$0 + 4])
    }
  }
}

/// V's learning curve and the point that is not full yet.
struct VisionHistory {
  /// Steps that one point of the curve averages.
  private static let pointSteps = 25

  var points: [VisionPoint] = []
  var open = VisionMean()

  /// Adds a step; returns the point that it completes.
  mutating func add(_ step: VisionStep, _ reconstruction: Double, closes: Bool) -> VisionPoint? {
    open.add(step, reconstruction)
    let done = step.step + 1
    guard closes || done.isMultiple(of: Self.pointSteps) else { return nil }
    let point = open.point(at: done)
    points.append(point)
    open = VisionMean()
    return point
  }
}

/// Means of V's loss terms over some steps.
struct VisionMean {
  /// Steps, and the sums of reconstruction, KL and gradient norm.
  var sums: [Double] = [0, 0, 0, 0]

  /// Adds a step; one whose loss is not finite counts for nothing.
  mutating func add(_ step: VisionStep, _ reconstruction: Double) {
    let values = [1, reconstruction, Double(step.kl), Double(step.gradientNorm)]
    guard values.allSatisfy(\.isFinite) else { return }
    for index in sums.indices { sums[index] += values[index] }
  }

  /// The means as a point of the curve.
  func point(at step: Int) -> VisionPoint {
    let count = max(1, sums[0])
    return VisionPoint(
      step: step, reconstruction: sums[1] / count, kl: sums[2] / count,
      gradientNorm: sums[3] / count)
  }
}
