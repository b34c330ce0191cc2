import Randomness
import Tensors
import Testing

@Suite("Layers over plain memory")
struct PlainLayerTests {
  private static func numbers(_ count: Int, seed: UInt64) -> [Float] {
    var stream = RandomStream(seed: seed)
    return (0..<count).map { _ in Float(stream.standardNormal()) }
  }

  @Test("multiply and give gradients as sums over ascending places do", arguments: [1, 3, 17])
  func products(rows: Int) {
    let (inner, columns) = (21, 48)
    let x = Self.numbers(rows * inner, seed: 1)
    let (weight, bias) = (Self.numbers(inner * columns, seed: 2), Self.numbers(columns, seed: 3))
    var result = [Float](repeating: 0, count: rows * columns)
    PlainLayer.multiply(
      x, stride: inner, rows: rows, inner: inner, weight: weight, bias: bias, columns: columns,
      into: &result, resultStride: columns)
    var back = [Float](repeating: 1, count: inner * columns)
    PlainLayer.weightGradient(
      x, stride: inner, rows: rows, inner: inner, gradient: result, gradientStride: columns,
      columns: columns, accumulates: true, into: &back, resultStride: columns)
    for column in 0..<columns {
      for row in 0..<rows {
        var sum = Double(bias[column])
        for k in 0..<inner {
          sum += Double(x[row * inner + k]) * Double(weight[k * columns + column])
        }
        #expect(abs(Double(result[row * columns + column]) - sum) < 1e-4)
      }
      for k in 0..<inner {
        var sum = 1.0
        for row in 0..<rows {
          sum += Double(x[row * inner + k]) * Double(result[row * columns + column])
        }
        #expect(abs(Double(back[k * columns + column]) - sum) < 1e-3)
      }
    }
  }

  @Test("give rows that are mostly 0 the bits of whole rows, forward and back")
  func sparse() {
    let (rows, inner, columns) = (9, 100, 80)
    var x = Self.numbers(rows * inner, seed: 4)
    for place in x.indices where place % 7 != 3 { x[place] = 0 }
    let (weight, bias) = (Self.numbers(inner * columns, seed: 5), Self.numbers(columns, seed: 6))
    let sparse = SparseRows(rows: rows, numbers: 1)
    let chosen = x.withUnsafeBufferPointer { x in
      (0..<rows).map {
        sparse.enter(UnsafeBufferPointer(rebasing: x[$0 * inner..<($0 + 1) * inner]))
      }
    }
    #expect(chosen == (0..<Int32(rows)).map { $0 })
    var (whole, part) = (
      [Float](repeating: 0, count: rows * columns), [Float](repeating: 1, count: rows * columns)
    )
    PlainLayer.multiply(
      x, stride: inner, rows: rows, inner: inner, weight: weight, bias: bias, columns: columns,
      into: &whole, resultStride: columns)
    sparse.multiply(
      chosen, rows: rows, weight: weight, bias: bias, columns: columns, into: &part)
    #expect(whole == part)
    var back = [Float](repeating: 0, count: inner * columns)
    var sums = back
    PlainLayer.weightGradient(
      x, stride: inner, rows: rows, inner: inner, gradient: whole, gradientStride: columns,
      columns: columns, into: &back, resultStride: columns)
    sparse.addGradient(
      chosen, rows: rows, gradient: whole, columns: columns, stride: columns, to: &sums)
    #expect(back == sums)
  }

  @Test("keep rows that are alike once, whatever comes between")
  func alike() {
    let sparse = SparseRows(rows: 4, numbers: 1)
    func enter(_ row: [Float]) -> Int32 { row.withUnsafeBufferPointer { sparse.enter($0) } }
    #expect(enter([0, 1, 0]) == 0)
    #expect(enter([0, 0, 1]) == 1)
    #expect(enter([0, 1, 0]) == 0)
    #expect(enter([0, 2, 0]) == 2)
    #expect(enter([0, 0, 0]) == 3)
    #expect(enter([0, 0, 1]) == 1)
    #expect(sparse.count == 4)
    sparse.removeAll()
    #expect(enter([0, 2, 0]) == 0)
  }
}
