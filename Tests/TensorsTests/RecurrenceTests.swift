import Foundation
import Randomness
import Tensors
import TestSupport
import Testing

/// The long short-term memory and its gradients, by the kernels of every instruction set.
@Suite struct RecurrenceTests {
  @Test(arguments: InstructionSet.allCases)
  func `States and gradients are those of the definition in double precision`(
    _ set: InstructionSet
  ) {
    // Sums of up to 76 terms over six steps in single precision; differences' own error is 1e-9.
    let errors = onThread(set) { RecurrenceCase.small.map { $0.gradientErrors() } }
    for (sizes, errors) in zip(RecurrenceCase.small, errors ?? []) {
      for (name, error) in errors { #expect(error < 2e-5, "\(name) of \(sizes), \(set)") }
    }
  }

  @Test(arguments: InstructionSet.allCases)
  func `Along a random direction wide layers' gradients predict how a loss changes`(
    _ set: InstructionSet
  ) {
    let errors = onThread(set) { RecurrenceCase.large.map { $0.directionalError() } }
    // The gradient of float32 against double differences, as a share of ‖gradient‖ · ‖direction‖.
    for (sizes, error) in zip(RecurrenceCase.large, errors ?? []) {
      #expect(error < 1e-6, "\(sizes), \(set)")
    }
  }

  @Test(arguments: InstructionSet.allCases)
  func `A sequence alone has the bits that it has among others`(_ set: InstructionSet) {
    let differing = onThread(set) {
      let whole = RecurrenceCase(length: 3, batch: 61, inputs: 5, hidden: 37)
      let inputs = whole.drawn()
      let among = whole.states(inputs).transposed([1, 0, 2]).scalars
      let alone = (0..<61).flatMap { row -> [Float] in
        var one = inputs
        one[0] = inputs[0].sliced(axis: 1, row..<row + 1)
        return RecurrenceCase(length: 3, batch: 1, inputs: 5, hidden: 37).states(one).scalars
      }
      return zip(among, alone).count { $0.bitPattern != $1.bitPattern }
    }
    #expect(differing ?? 0 == 0)
  }

  @Test func `Two halves joined by the state give the whole`() {
    let whole = RecurrenceCase(length: 6, batch: 3, inputs: 2, hidden: 5)
    let inputs = whole.drawn()
    let weights = RecurrenceWeights(input: inputs[1], recurrent: inputs[2], bias: inputs[3])
    let first = inputs[0].sliced(axis: 0, 0..<4).longShortTermMemory(weights)
    let second = inputs[0].sliced(axis: 0, 4..<6).longShortTermMemory(weights, from: first.state)
    #expect(first.hidden.scalars + second.hidden.scalars == whole.states(inputs).scalars)
  }
}

/// Sizes of a layer and its sequences; inputs are x, Wx, Wh, bias, and h, c where it has a state.
private struct RecurrenceCase: Sendable {
  var length: Int
  var batch: Int
  var inputs: Int
  var hidden: Int
  var hasState = false
  /// Steps and sequences that start anew.
  var restarts: [[Int]] = []

  static let small = [
    RecurrenceCase(length: 1, batch: 1, inputs: 1, hidden: 1),
    RecurrenceCase(length: 4, batch: 2, inputs: 3, hidden: 17),
    RecurrenceCase(length: 6, batch: 3, inputs: 2, hidden: 5, hasState: true),
    RecurrenceCase(
      length: 5, batch: 3, inputs: 2, hidden: 4, hasState: true,
      restarts: [[0, 1], [2, 0], [4, 2]]),
    RecurrenceCase(length: 3, batch: 2, inputs: 2, hidden: 3, restarts: [[1, 1]]),
  ]
  static let large = [
    RecurrenceCase(length: 3, batch: 25, inputs: 7, hidden: 48),
    RecurrenceCase(length: 2, batch: 61, inputs: 35, hidden: 33, hasState: true),
    // More rows than one block of weights' gradients holds, so that blocks join.
    RecurrenceCase(length: 9, batch: 61, inputs: 2, hidden: 20, hasState: true),
    RecurrenceCase(length: 3, batch: 11, inputs: 3, hidden: 80, restarts: [[1, 4], [2, 10]]),
  ]

  private var shapes: [[Int]] {
    [[length, batch, inputs], [inputs, 4 * hidden], [hidden, 4 * hidden], [4 * hidden]]
      + (hasState ? [[batch, hidden], [batch, hidden]] : [])
  }

  private var keeps: [Float]? {
    restarts.isEmpty
      ? nil
      : (0..<length * batch).map { restarts.contains([$0 / batch, $0 % batch]) ? 0 : 1 }
  }

  func drawn() -> [Tensor] {
    var stream = RandomStream(root: UInt64(hidden), name: "recurrence")
    return shapes.map { Tensor(uniform: -1..<1, shape: $0, stream: &stream) }
  }

  func states(_ tensors: [Tensor]) -> Tensor {
    let state = hasState ? RecurrentState(hidden: tensors[4], cell: tensors[5]) : nil
    return tensors[0].longShortTermMemory(
      RecurrenceWeights(input: tensors[1], recurrent: tensors[2], bias: tensors[3]), from: state,
      keeps: keeps.map { Tensor($0, shape: [length, batch]) }
    ).hidden
  }

  func gradientErrors() -> [(String, Double)] {
    let (tensors, weight) = (drawn(), weighting())
    let exactInputs = tensors.map(\.oracle)
    let value = states(tensors).scalars.relativeError(to: exact(exactInputs).map { Float($0) })
    let found = valueAndGradients(of: tensors) { (states($0) * weight).sum() }.gradients
    let gradients = OracleArray.gradients(at: exactInputs) { exactLoss($0, weight) }
    let errors = zip(found, gradients).map {
      $0.scalars.relativeError(to: $1.values.map { Float($0) })
    }
    return Array(zip(["x", "Wx", "Wh", "bias", "h", "c"], errors)) + [("value", value)]
  }

  func directionalError() -> Double {
    let (tensors, weight) = (drawn(), weighting())
    let found = valueAndGradients(of: tensors) { (states($0) * weight).sum() }.gradients
    var stream = RandomStream(root: 5, name: "direction")
    let directions = tensors.map {
      Tensor(uniform: -1..<1, shape: $0.shape, stream: &stream).oracle
    }
    let moved = { (step: Double) in
      zip(tensors.map(\.oracle), directions).map { at, direction in
        OracleArray.combine(at, direction) { $0 + step * $1 }
      }
    }
    let difference = (exactLoss(moved(1e-6), weight) - exactLoss(moved(-1e-6), weight)) / 2e-6
    let along = zip(found, directions).reduce(0) { $0 + dot($1.0.oracle, $1.1) }
    let norms =
      found.reduce(0) { $0 + dot($1.oracle, $1.oracle) }
      * directions.reduce(0) { $0 + dot($1, $1) }
    return abs(along - difference) / norms.squareRoot()
  }

  private func dot(_ a: OracleArray, _ b: OracleArray) -> Double {
    zip(a.values, b.values).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private func weighting() -> Tensor {
    var stream = RandomStream(root: 6, name: "weighting")
    return Tensor(uniform: -1..<1, shape: [length, batch, hidden], stream: &stream)
  }

  private func exactLoss(_ arrays: [OracleArray], _ weight: Tensor) -> Double {
    zip(exact(arrays), weight.scalars).reduce(0) { $0 + $1.0 * Double($1.1) }
  }

  /// The hidden states by plain loops in double precision.
  private func exact(_ arrays: [OracleArray]) -> [Double] {
    let zeros = [Double](repeating: 0, count: batch * hidden)
    var (h, c) = hasState ? (arrays[4].values, arrays[5].values) : (zeros, zeros)
    var states: [Double] = []
    let keeps = keeps
    for time in 0..<length {
      var next = zeros
      for row in 0..<batch {
        let keep = Double(keeps?[time * batch + row] ?? 1)
        let before = h[row * hidden..<(row + 1) * hidden].map { $0 * keep }
        let gates = exactGates(arrays, time * batch + row, before)
        for unit in 0..<hidden {
          let (i, f) = (gates[unit], gates[hidden + unit])
          let (g, o) = (gates[2 * hidden + unit], gates[3 * hidden + unit])
          let place = row * hidden + unit
          c[place] = logistic(f) * c[place] * keep + logistic(i) * tanh(g)
          next[place] = logistic(o) * tanh(c[place])
        }
      }
      h = next
      states += next
    }
    return states
  }

  private func exactGates(_ arrays: [OracleArray], _ step: Int, _ before: [Double]) -> [Double] {
    var gates = arrays[3].values
    let width = 4 * hidden
    for input in 0..<inputs {
      let x = arrays[0].values[step * inputs + input]
      for gate in 0..<width { gates[gate] += x * arrays[1].values[input * width + gate] }
    }
    for unit in 0..<hidden {
      for gate in 0..<width { gates[gate] += before[unit] * arrays[2].values[unit * width + gate] }
    }
    return gates
  }
}

private func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
