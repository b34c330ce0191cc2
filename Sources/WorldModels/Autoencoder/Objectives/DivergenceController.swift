import Foundation

/// Sets β so that the divergence comes to a target: proportional and integral control, once a step.
///
/// β = Kp / (1 + e^(target − KL)) + I, held within 0 and a maximum; I grows by Ki · (KL − target), from
/// `model.beta`. Other than in the authors' program, I stands still only where it would push β further beyond
/// a bound, so that it always finds back.
///
/// - SeeAlso: H. Shao et al., "ControlVAE: Controllable Variational Autoencoder" (2020), eq. 7 and algorithm 1.
package struct DivergenceController: Hashable, Sendable {
  /// Nats a frame that the divergence shall come to.
  let target: Float
  /// Kp.
  let proportional: Float
  /// Ki.
  let integralGain: Float
  /// The greatest β.
  let highest: Float
  /// I.
  private(set) var integral: Float
  /// β.
  package private(set) var beta: Float

  /// A controller that has seen no step.
  package init(
    target: Float, proportional: Float, integral: Float, start: Float, highest: Float
  ) {
    (self.target, self.proportional, integralGain) = (target, proportional, integral)
    self.highest = highest
    self.integral = min(start, highest)
    beta = self.integral
  }

  /// Takes in the divergence of a step.
  package mutating func observe(_ divergence: Float) {
    guard divergence.isFinite else { return }
    let excess = divergence - target
    let share = proportional / (1 + exp(-excess))
    let isBeyond = excess > 0 ? integral + share >= highest : integral + share <= 0
    if !isBeyond { integral += integralGain * excess }
    beta = min(highest, max(0, share + integral))
  }

  /// What changes: I and β.
  var numbers: [Float] { [integral, beta] }

  /// Takes up what `numbers` gave.
  mutating func restore(_ numbers: [Float]) {
    guard numbers.count == 2 else { return }
    (integral, beta) = (numbers[0], numbers[1])
  }
}
