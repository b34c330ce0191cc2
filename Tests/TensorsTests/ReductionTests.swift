import Foundation
import Randomness
import Tensors
import TestSupport
import Testing

@Suite struct ReductionTests {
  @Test(arguments: [[1], [37], [4, 1], [3, 5, 2], [33, 3], [40, 20]])
  func `Sums and means and their gradients`(_ shape: [Int]) {
    expectGradients([shape], of: { $0[0].sum() }) {
      OracleArray([$0[0].values.reduce(0, +)], shape: [])
    }
    expectGradients([shape], of: { $0[0].mean() }) {
      OracleArray([$0[0].values.reduce(0, +) / Double($0[0].values.count)], shape: [])
    }
    for axis in shape.indices {
      expectGradients([shape], of: { $0[0].sum(axis: axis) }) { $0[0].sum(axis: axis) }
      expectGradients([shape], of: { $0[0].mean(axis: axis) }) {
        $0[0].sum(axis: axis).map { $0 / Double(shape[axis]) }
      }
    }
    let axes = Array(shape.indices.dropLast())
    expectGradients([shape], of: { $0[0].sum(axes: axes) }) {
      axes.reversed().reduce($0[0]) { $0.sum(axis: $1) }
    }
  }

  @Test(arguments: [[5], [3, 1], [4, 17], [2, 3, 6]])
  func `Softmax, log-sum-exp and their gradients`(_ shape: [Int]) {
    let columns = shape[shape.count - 1]
    let rows = { (array: OracleArray) in
      stride(from: 0, to: array.values.count, by: columns).map { array.values[$0..<$0 + columns] }
    }
    expectGradients([shape], range: -5..<5, of: { $0[0].softmax() }) { arrays in
      let values = rows(arrays[0]).flatMap { row in
        let sum = row.reduce(0) { $0 + exp($1) }
        return row.map { exp($0) / sum }
      }
      return OracleArray(values, shape: shape)
    }
    expectGradients([shape], range: -5..<5, of: { $0[0].logSumExp() }) { arrays in
      let values = rows(arrays[0]).map { row in log(row.reduce(0) { $0 + exp($1) }) }
      return OracleArray(values, shape: shape.dropLast())
    }
  }

  @Test func `Large logits overflow neither softmax nor log-sum-exp`() {
    let x = Tensor([900, 900, -900], shape: [3])
    #expect(x.softmax().scalars == [0.5, 0.5, 0])
    #expect(abs(x.logSumExp().scalar - (900 + Float(2).logarithm)) < 1e-4)
  }

  @Test(arguments: [[1, 1], [5, 3], [3, 32], [2, 17]])
  func `Losses and their gradients`(_ shape: [Int]) {
    expectGradients([shape], of: { $0[0].squaredError(to: Tensor(repeating: 0.3, shape: shape)) }) {
      OracleArray(
        [$0[0].values.reduce(0) { $0 + ($1 - Double(Float(0.3))) * ($1 - Double(Float(0.3))) }],
        shape: [])
    }
    expectGradients(
      [shape], range: -8..<8,
      of: { $0[0].bernoulliLoss(to: Tensor(repeating: 0.25, shape: shape)) }
    ) {
      OracleArray([$0[0].values.reduce(0) { $0 + log1p(exp($1)) - 0.25 * $1 }], shape: [])
    }
    // Two rows an example, each row's loss with a weight of its own.
    let rows = [2 * shape[0], shape[1]]
    var stream = RandomStream(seed: 4)
    let target = Tensor(uniform: 0..<1, shape: shape, stream: &stream)
    let weights = Tensor(uniform: 0..<1, shape: [rows[0]], stream: &stream)
    expectGradients(
      [rows], range: -8..<8, of: { ($0[0].bernoulliLosses(to: target) * weights).sum() }
    ) {
      let (logits, width) = ($0[0].values, shape[1])
      let losses = logits.indices.map { place -> Double in
        let (row, column) = (place / width, place % width)
        let wanted = Double(target.scalars[row / 2 * width + column])
        return Double(weights.scalars[row]) * (log1p(exp(logits[place])) - wanted * logits[place])
      }
      return OracleArray([losses.reduce(0, +)], shape: [])
    }
    expectGradients(
      [shape, shape],
      of: { Tensor.divergenceFromStandardNormal(mean: $0[0], logVariance: $0[1]) }
    ) {
      OracleArray.combine($0[0], $0[1]) { 0.5 * ($0 * $0 + exp($1) - $1 - 1) }.sum(axis: 1)
    }
  }
}

extension Float {
  fileprivate var logarithm: Float { Float(log(Double(self))) }
}
