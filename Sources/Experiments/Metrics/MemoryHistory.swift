import Foundation
import WorldModels

/// One point of M's learning curve: means since the point before.
public struct MemoryPoint: Hashable, Sendable {
  /// Gradient steps so far.
  public var step: Int
  /// −log p(next latent) a dimension, in nats.
  public var nats: Double
  /// The squared error of the reward.
  public var reward: Double
  /// The weighted −log p(end), in nats.
  public var termination: Double
  /// Norm of the gradient before clipping.
  public var gradientNorm: Double
}

/// M's learning curve and the point that is not full yet.
struct MemoryHistory {
  /// Steps that one point of the curve averages.
  private static let pointSteps = 25

  var points: [MemoryPoint] = []
  var open = MemoryMean()

  /// Adds a step; returns the point that it completes.
  mutating func add(_ step: MemoryStep, closes: Bool) -> MemoryPoint? {
    open.add(step)
    let done = step.step + 1
    guard closes || done.isMultiple(of: Self.pointSteps) else { return nil }
    let point = open.point(at: done)
    points.append(point)
    open = MemoryMean()
    return point
  }
}

/// Means of M's loss terms over some steps.
struct MemoryMean {
  /// Steps, and the sums of nats, reward, termination and gradient norm.
  var sums: [Double] = [0, 0, 0, 0, 0]

  /// Adds a step; one whose loss is not finite counts for nothing.
  mutating func add(_ step: MemoryStep) {
    let values = [1, step.nats, step.reward, step.termination, step.gradientNorm].map(Double.init)
    guard values.allSatisfy(\.isFinite) else { return }
    for index in sums.indices { sums[index] += values[index] }
  }

  /// The means as a point of the curve.
  func point(at step: Int) -> MemoryPoint {
    let count = max(1, sums[0])
    return MemoryPoint(
      step: step, nats: sums[1] / count, reward: sums[2] / count, termination: sums[3] / count,
      gradientNorm: sums[4] / count)
  }
}

extension HistoryArrays {
  static func encode(_ points: [MemoryPoint]) -> [Double] {
    points.flatMap { [Double($0.step), $0.nats, $0.reward, $0.termination, $0.gradientNorm] }
  }

  static func memoryPoints(_ values: [Double], of file: URL) throws -> [MemoryPoint] {
    try stride(from: 0, to: values.count - values.count % 5, by: 5).map {
      MemoryPoint(
        step: try count(values[$0], of: file), nats: values[$0 + 1], reward: values[$0 + 2],
        termination: values[$0 + 3], gradientNorm: values[$0 + 4])
    }
  }
}
