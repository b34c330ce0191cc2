import Foundation
import Randomness

/// Independent numbers of mean 0 and variance 1: the prior that V's divergence is measured from.
///
/// - SeeAlso: D. Kingma, M. Welling, "Auto-Encoding Variational Bayes" (2014), section 3.
public struct StandardNormalPrior: Prior {
  /// `standard normal`.
  public var title: String { "standard normal" }
  /// Numbers of a latent.
  public let latentSize: Int

  /// Takes the size of a latent, 1 or more.
  public init(latentSize: Int) {
    precondition(latentSize >= 1, "StandardNormalPrior: \(latentSize) numbers; give 1 or more")
    self.latentSize = latentSize
  }

  /// −½ Σ (z² + log 2π).
  public func logDensities(of latents: [Float]) -> [Double] {
    stride(from: 0, to: latents.count, by: latentSize).map { start in
      let squares = latents[start..<start + latentSize].reduce(0) { $0 + Double($1) * Double($1) }
      return -0.5 * (squares + Double(latentSize) * log(2 * Double.pi))
    }
  }

  /// Draws number after number.
  public func samples(_ count: Int, stream: inout RandomStream) -> [Float] {
    samples(count, temperature: 1, stream: &stream)
  }
}

extension StandardNormalPrior: TemperedPrior {
  package func samples(
    _ count: Int, temperature: Double, stream: inout RandomStream
  ) -> [Float] {
    (0..<count * latentSize).map { _ in Float(temperature * stream.standardNormal()) }
  }
}
