import EnvironmentKit
import Foundation

/// How a dream ends where M predicts ends.
public enum DreamEnding: String, Codable, Hashable, Sendable, CaseIterable {
  /// Where M's head says a probability above the threshold: World Models' Doom, with 0.5.
  ///
  /// The head was trained to say more than the truth: ends weigh `terminationWeight` times in its
  /// loss, so that it says 0.5 where the true probability is 1 / (1 + weight).
  case threshold
  /// By chance, with the probability that M's head means: its logit less ln(`terminationWeight`).
  case sampled
}

/// How M is dreamt in.
public struct DreamSettings: Codable, Hashable, Sendable {
  /// τ, above 0: mixture logits are divided by it, noise is multiplied by its root.
  public var temperature: Float = 1
  /// How episodes end.
  public var ending = DreamEnding.threshold
  /// The probability, as M's head says it, above which an episode ends; for `threshold`.
  public var endThreshold: Float = 0.5
  /// Steps after which an episode is truncated; 0 for as many as in the real world.
  public var maximumSteps = 0

  /// Creates World Models' settings with a temperature of 1.
  public init() {}

  /// The probability of an end that a termination logit stands for, 0...1.
  ///
  /// - Parameters:
  ///   - logit: what M's head says.
  ///   - weight: the `terminationWeight` of its training.
  func endProbability(logit: Float, weight: Float) -> Float {
    let shift = ending == .sampled ? log(Double(weight)) : 0
    return Float(1 / (1 + exp(shift - Double(logit))))
  }

  /// The model's heads, where it can be dreamt in so.
  func checked(for model: any WorldModel, place: String) throws(EnvironmentError) -> Imagination {
    func refuse(_ cause: String, _ remedy: String) -> EnvironmentError {
      EnvironmentError(operation: "dream", place: place, cause: cause, remedy: remedy)
    }
    guard let imagination = model.imagination else {
      throw refuse(
        "the model imagines nothing", "give a model that foretells, such as mixtureMemory")
    }
    // What is next to 0 is taken for 0 by the models' threads, which flush such numbers.
    guard temperature.isNormal, temperature > 0 else {
      throw refuse("the temperature is \(temperature)", "give a number above 0")
    }
    guard maximumSteps >= 0, (0...1).contains(endThreshold) else {
      throw refuse(
        "maximumSteps is \(maximumSteps), endThreshold \(endThreshold)",
        "give steps of 0 or more and a threshold in 0...1")
    }
    guard ending != .sampled || !imagination.predictsEnd || imagination.endWeight > 0 else {
      throw refuse(
        "ends cannot be sampled of a model trained with a weight of \(imagination.endWeight) on ends",
        "end by threshold, or train with a weight above 0")
    }
    return imagination
  }
}
