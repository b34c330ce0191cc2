import EnvironmentKit
import Foundation

extension ControllerShape {
  /// The action at a point of 0..<1 that softmax's probabilities cut; outputs that are not numbers
  /// count as impossible.
  func sample(_ outputs: UnsafeBufferPointer<Float>, at point: Double) -> Int32 {
    let greatest = outputs[Int(readOut(outputs))]
    func weight(_ output: Float) -> Double {
      output.isNaN ? 0 : exp(Double(output - greatest))
    }
    var rest = point * outputs.reduce(0) { $0 + weight($1) }
    for (action, output) in outputs.enumerated() {
      rest -= weight(output)
      if rest < 0 { return Int32(action) }
    }
    return readOut(outputs)
  }

  /// The row that outputs stand for: tanh of each, stretched over its bounds; NaN is their middle.
  func readOut(_ outputs: UnsafeBufferPointer<Float>, into row: UnsafeMutableBufferPointer<Float>) {
    for (component, range) in bounds.enumerated() {
      let share = (tanh(outputs[component]) + 1) / 2
      row[component] = range.point(at: share.isNaN ? 0.5 : share)
    }
  }

  /// The action that outputs stand for; NaN never wins against a number.
  func readOut(_ outputs: UnsafeBufferPointer<Float>) -> Int32 {
    switch readout {
    case .greatest, .sampled:
      var best = 0
      for index in outputs.indices where outputs[index] > outputs[best] || outputs[best].isNaN {
        best = index
      }
      return Int32(best)
    case .parts:
      let share = (tanh(outputs[0]) + 1) / 2 * Float(partActions.count)
      let part = share.isNaN ? 0 : min(partActions.count - 1, max(0, Int(share)))
      return partActions[part]
    }
  }
}
