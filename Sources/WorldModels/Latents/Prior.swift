import Randomness

/// What latents are like where no frame is seen: how likely each is, and draws.
///
/// V is trained towards the standard normal; how its latents really lie may be fitted afterwards.
public protocol Prior: Sendable {
  /// What pictures and windows call it.
  var title: String { get }
  /// Numbers of a latent.
  var latentSize: Int { get }
  /// log p of each of some latents, in nats; `[row]` of `[row, latentSize]`.
  func logDensities(of latents: [Float]) -> [Double]
  /// Draws latents, `[row, latentSize]`; the first do not depend on how many there are.
  func samples(_ count: Int, stream: inout RandomStream) -> [Float]
}

extension Prior {
  /// log p of each of some latents, less that under the prior that V is trained towards, in nats.
  package func gains(of latents: [Float], over plain: any Prior) -> [Double] {
    zip(logDensities(of: latents), plain.logDensities(of: latents)).map { $0 - $1 }
  }
}

/// A prior whose draws can lie closer to where it is densest, or farther: its deviations are multiplied.
package protocol TemperedPrior: Prior {
  /// Draws latents, `[row, latentSize]`.
  ///
  /// The same stream gives the same draws at another distance.
  ///
  /// - Parameter temperature: 0 or more: multiplies the deviations; 0 gives means, 1 what `samples` gives.
  func samples(_ count: Int, temperature: Double, stream: inout RandomStream) -> [Float]
}
