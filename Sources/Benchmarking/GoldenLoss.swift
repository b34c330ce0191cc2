import Experiments
import Files
import Settings
import WorldModels

/// What a model's loss must be before its first and after its twentieth step of training.
///
/// Weights, frames and noise come from named streams which NumPy reproduces bit for bit, so that
/// `Benchmarks/peers/golden_losses.py` could compute the losses with PyTorch in double precision.
public struct GoldenLoss: Hashable, Sendable {
  /// Steps taken between the two losses.
  public static let steps = 20
  /// The root of all streams.
  public static let seed: UInt64 = 20
  /// The greatest relative error.
  ///
  /// PyTorch's own single precision is off by 6e-6 after the twenty steps of V at full size, because
  /// Adam's first steps go as far for a small gradient as for a large one and so turn rounding errors
  /// into steps. The rest is room for other kernels and orders of summation. The loss falls by a
  /// quarter meanwhile, so that a rate or a gradient wrong by 1 % shows twentyfold.
  public static let tolerance = 1e-4

  /// The loss of the fresh model.
  public let first: Double
  /// The loss after `steps` steps.
  public let last: Double

  /// Creates the losses that a program computed.
  public init(first: Double, last: Double) {
    self.first = first
    self.last = last
  }

  /// Takes the steps and compares.
  ///
  /// - Parameters:
  ///   - name: whose training it is.
  ///   - step: takes one step of training and returns the loss before it.
  /// - Throws: where a loss is another.
  public func check(_ name: String, _ progress: BenchmarkProgress, step: () -> Float) throws {
    try compare(name, step(), to: first, steps: 0)
    for taken in 1..<Self.steps {
      progress.beat("comparing the loss after \(Self.steps) steps with the golden one: \(taken)")
      _ = step()
    }
    try compare(name, step(), to: last, steps: Self.steps)
  }

  private func compare(_ name: String, _ found: Float, to expected: Double, steps: Int) throws {
    let error = abs(Double(found) / expected - 1)
    guard error.isFinite, error <= Self.tolerance else {
      throw ExperimentError(
        place: name,
        cause: "after \(steps) steps the loss is \(found), but \(expected) is right",
        remedy: "its speed would mean nothing; find what changed with 'make test'")
    }
  }
}
