import Tensors
import TestSupport
import Testing

@Suite struct ShapeTests {
  @Test func `Reshaping keeps the order of elements`() {
    expectGradients([[3, 4]], of: { $0[0].reshaped(to: [2, 6]) }) {
      OracleArray($0[0].values, shape: [2, 6])
    }
  }

  @Test func `Slices and their gradients along every axis`() {
    expectGradients([[4, 3, 5]], of: { $0[0].sliced(axis: 0, 1..<3) }) {
      OracleArray(Array($0[0].values[15..<45]), shape: [2, 3, 5])
    }
    expectGradients([[4, 6]], of: { $0[0].sliced(axis: 1, 2..<5) }) { arrays in
      let values = (0..<4).flatMap { arrays[0].values[$0 * 6 + 2..<$0 * 6 + 5] }
      return OracleArray(values, shape: [4, 3])
    }
  }

  @Test func `Concatenation along the first and the last axis`() {
    expectGradients([[2, 3], [1, 3]], of: { Tensor.concatenated($0, axis: 0) }) {
      OracleArray($0[0].values + $0[1].values, shape: [3, 3])
    }
    expectGradients([[2, 3], [2, 1], [2, 2]], of: { Tensor.concatenated($0, axis: 1) }) { parts in
      let values = (0..<2).flatMap { row in
        parts.flatMap { part in
          part.values[row * part.shape[1]..<(row + 1) * part.shape[1]]
        }
      }
      return OracleArray(values, shape: [2, 6])
    }
  }

  @Test func `Gathered rows add up their gradients`() {
    expectGradients([[5, 3]], of: { $0[0].gathered(rows: [4, 0, 4]) }) { arrays in
      let values = [4, 0, 4].flatMap { arrays[0].values[$0 * 3..<$0 * 3 + 3] }
      return OracleArray(values, shape: [3, 3])
    }
  }

  @Test func `Axes change places`() {
    expectGradients([[3, 5]], of: { $0[0].transposed([1, 0]) }) { $0[0].transposed }
    let cube = Tensor((0..<24).map(Float.init), shape: [2, 3, 4]).transposed([2, 0, 1])
    #expect(cube.shape == [4, 2, 3])
    #expect(Array(cube.scalars.prefix(4)) == [0, 4, 8, 12])
  }

  @Test func `Copies share nothing that is written`() {
    let first = Tensor([1, 2], shape: [2])
    var second = first
    second.withUnsafeMutableBuffer { $0[0] = 9 }
    #expect(first.scalars == [1, 2])
    #expect(second.scalars == [9, 2])
  }
}
