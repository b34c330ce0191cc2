import Foundation
import Randomness
import Tensors
import TestSupport
import Testing

@Suite struct CategoricalLossTests {
  @Test(arguments: [[3], [1, 1], [4, 5], [2, 3, 17], [6, 256]])
  func `The categorical loss and its gradient`(_ shape: [Int]) {
    let columns = shape[shape.count - 1]
    let rows = shape.dropLast().reduce(1, *)
    let classes = (0..<rows).map { 7 * $0 % columns }
    let target = Tensor(classes.map { Float($0) }, shape: shape.dropLast())
    expectGradients([shape], range: -5..<5, of: { $0[0].categoricalLoss(to: target) }) { arrays in
      let values = classes.enumerated().map { row, place in
        let logits = arrays[0].values[row * columns..<(row + 1) * columns]
        return log(logits.reduce(0) { $0 + exp($1) }) - logits[row * columns + place]
      }
      return OracleArray(values, shape: shape.dropLast())
    }
  }

  @Test func `A class that is not a number spoils its row alone`() {
    let logits = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
    let classes = Tensor([.nan, 1], shape: [2])
    let (value, gradients) = valueAndGradients(of: [logits]) {
      ($0[0].categoricalLoss(to: classes) * Tensor([0, 1], shape: [2])).sum()
    }
    #expect(value.scalar.isNaN)
    let gradient = gradients[0].scalars
    #expect(gradient[..<3].contains { $0.isNaN })
    #expect(gradient[3...].allSatisfy { $0.isFinite })
    #expect(abs(logits.categoricalLoss(to: classes).scalars[1] - 1.407606) < 1e-5)
  }

  @Test func `Large logits do not overflow`() {
    let loss = Tensor([900, 900, -900], shape: [1, 3]).categoricalLoss(
      to: Tensor([1], shape: [1]))
    #expect(abs(loss.scalar - Float(log(2.0))) < 1e-4)
  }
}
