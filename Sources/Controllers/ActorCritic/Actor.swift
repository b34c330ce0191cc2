import EnvironmentKit
import Randomness
import Tensors

/// Draws actions from a network's outputs, and hands them to environments.
///
/// Choices are drawn by softmax's probabilities. Rows of numbers are normal around the outputs, in halves of
/// their bounds' spans from the middle; environments get them cut to the bounds, the loss as they were drawn.
final class Actor {
  private let network: any ActorCriticNetwork
  /// Of rows: the bounds of each component.
  private let bounds: [ClosedRange<Float>]

  /// Draws for a space.
  init(_ network: any ActorCriticNetwork, _ space: ActionSpace) {
    self.network = network
    if case .continuous(let bounds) = space { self.bounds = bounds } else { bounds = [] }
  }

  /// Random numbers that one action takes.
  var noiseWidth: Int { max(1, bounds.count) }

  /// Draws the random numbers of one action.
  func drawNoise(_ stream: inout RandomStream, into noise: UnsafeMutableBufferPointer<Float>) {
    guard bounds.isEmpty else { return stream.fillStandardNormal(noise) }
    for place in noise.indices { noise[place] = Float(stream.nextUInt32() >> 8) * 0x1p-24 }
  }

  /// Draws actions for some rows of outputs.
  ///
  /// - Parameters:
  ///   - noise: `[rows, noiseWidth]`.
  ///   - numbers: the network's flat numbers.
  ///   - choices: `[rows]`, written where actions are choices.
  ///   - drawn: `[rows, components]`, written where they are rows.
  ///   - logProbabilities: `[rows]`, written.
  func draw(
    _ outputs: UnsafePointer<Float>, rows: Int, noise: UnsafePointer<Float>,
    _ numbers: UnsafePointer<Float>, choices: UnsafeMutablePointer<Int32>,
    drawn: UnsafeMutablePointer<Float>, logProbabilities: UnsafeMutablePointer<Float>
  ) {
    if bounds.isEmpty {
      network.heads.draw(
        outputs, rows: rows, points: noise, choices: choices, logProbabilities: logProbabilities)
    } else {
      network.heads.draw(
        outputs, rows: rows, logDeviations: numbers + network.deviations, noise: noise,
        numbers: drawn, logProbabilities: logProbabilities)
    }
  }

  /// Takes the likeliest actions of some rows of outputs.
  func chooseLikeliest(
    _ outputs: UnsafePointer<Float>, rows: Int, choices: UnsafeMutablePointer<Int32>,
    drawn: UnsafeMutablePointer<Float>
  ) {
    let (width, count) = (network.heads.width, network.heads.actions)
    for row in 0..<rows {
      let head = UnsafeBufferPointer(start: outputs + row * width, count: count)
      if bounds.isEmpty {
        var best = 0
        for action in head.indices where head[action] > head[best] { best = action }
        choices[row] = Int32(best)
      } else {
        for component in head.indices { drawn[row * count + component] = head[component] }
      }
    }
  }

  /// Hands the action of a row to a slot.
  func write(
    _ row: Int, choices: UnsafePointer<Int32>, drawn: UnsafePointer<Float>,
    into actions: ActionStorage, of slot: Int
  ) {
    guard !bounds.isEmpty else { return actions.indices[slot] = choices[row] }
    let target = actions.row(of: slot)
    for (component, bound) in bounds.enumerated() {
      let half = (bound.upperBound - bound.lowerBound) / 2
      let number = bound.lowerBound + half + half * drawn[row * bounds.count + component]
      target[component] =
        number.isNaN
        ? bound.lowerBound + half : max(bound.lowerBound, min(bound.upperBound, number))
    }
  }
}
