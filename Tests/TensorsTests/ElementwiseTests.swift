import Foundation
import Tensors
import TestSupport
import Testing

/// Sizes below, at and beyond whole vectors.
private let shapes = [[1], [3, 5], [16], [2, 1, 33], [70]]

@Suite struct ElementwiseTests {
  @Test(arguments: shapes)
  func `Functions of one operand and their gradients`(_ shape: [Int]) {
    expectGradients([shape], of: { -$0[0] }, oracle: { $0[0].map { -$0 } })
    expectGradients([shape], range: -3..<3, of: { $0[0].exp() }, oracle: { $0[0].map { exp($0) } })
    expectGradients(
      [shape], range: 0.2..<9, of: { $0[0].log() }, oracle: { $0[0].map { log($0) } })
    expectGradients(
      [shape], range: -4..<4, of: { $0[0].tanh() }, oracle: { $0[0].map { tanh($0) } })
    expectGradients([shape], range: -6..<6, of: { $0[0].sigmoid() }) {
      $0[0].map { 1 / (1 + exp(-$0)) }
    }
    expectGradients([shape], of: { $0[0].relu() }, oracle: { $0[0].map { max($0, 0) } })
    expectGradients([shape], of: { $0[0].square() }, oracle: { $0[0].map { $0 * $0 } })
    expectGradients([shape], range: 0.1..<4, of: { $0[0].squareRoot() }) {
      $0[0].map { $0.squareRoot() }
    }
    expectGradients([shape], range: -9..<9, of: { $0[0].softplus() }) {
      $0[0].map { log1p(exp($0)) }
    }
    expectGradients([shape], of: { $0[0].affine(scale: -2.5, shift: 3) }) {
      $0[0].map { -2.5 * $0 + 3 }
    }
    expectGradients([shape], of: { $0[0].clamped(to: -0.5...0.25) }) {
      $0[0].map { min(max($0, -0.5), 0.25) }
    }
  }

  @Test(arguments: [
    ([4, 5], [4, 5]), ([3, 17], [17]), ([17], [2, 3, 17]), ([6], []), ([1], [5, 3]),
    ([2, 3, 4], [3, 4]),
  ])
  func `Arithmetic of two operands, repeated where one is smaller`(_ a: [Int], _ b: [Int]) {
    let range: Range<Float> = 0.5..<2
    expectGradients([a, b], range: range, of: { $0[0] + $0[1] }) { .combine($0[0], $0[1], +) }
    expectGradients([a, b], range: range, of: { $0[0] - $0[1] }) { .combine($0[0], $0[1], -) }
    expectGradients([a, b], range: range, of: { $0[0] * $0[1] }) { .combine($0[0], $0[1], *) }
    expectGradients([a, b], range: range, of: { $0[0] / $0[1] }) { .combine($0[0], $0[1], /) }
  }

  @Test func `A tensor used twice receives both gradients`() {
    expectGradients([[7]], of: { $0[0] * $0[0].exp() + $0[0] }) {
      $0[0].map { $0 * exp($0) + $0 }
    }
  }

  @Test func `Restraint lets only gradients through that lead back inside`() {
    let x = Tensor([-2, -2, 0, 2, 2], shape: [5])
    let weight = Tensor([1, -1, 1, 1, -1], shape: [5])
    let gradients = valueAndGradients(of: [x]) {
      ($0[0].restrained(to: -1...1) * weight).sum()
    }.gradients
    #expect(gradients[0].scalars == [0, -1, 1, 1, 0])
    #expect(x.restrained(to: -1...1).scalars == [-1, -1, 0, 1, 1])
  }

  @Test func `What is detached receives no gradient`() {
    let x = Tensor([3], shape: [1])
    let gradients = valueAndGradients(of: [x]) { ($0[0] * $0[0].detached).sum() }.gradients
    #expect(gradients[0].scalars == [3])
  }
}
