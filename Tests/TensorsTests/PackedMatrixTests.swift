import Foundation
import Randomness
import Tensors
import Testing

/// Products with packed matrices, by the kernels of every instruction set that this machine has.
@Suite struct PackedMatrixTests {
  @Test(arguments: InstructionSet.allCases)
  func `A packed product is the sum of products, with bias, activation and accumulation`(
    _ set: InstructionSet
  ) {
    let errors = onThread(set) {
      PackedProduct.random(50, name: "oracle").map { $0.error(of: $0.computed()) }
    }
    // Sums of at most 90 products below 4 in single precision: 90 · 2⁻²⁴ · Σ|a·b|, and that is below 90.
    #expect((errors?.max() ?? 0) < 5e-5)
  }

  @Test(arguments: InstructionSet.allCases)
  func `A row alone has the bits that it has among others`(_ set: InstructionSet) {
    let differing = onThread(set) {
      PackedProduct.random(60, name: "alone").filter { product in
        let whole = product.computed()
        let alone = (0..<product.rows).flatMap { product.computed(rows: $0..<$0 + 1) }
        return whole.map(\.bitPattern) != alone.map(\.bitPattern)
      }.map(\.shape)
    }
    #expect(differing?.isEmpty ?? true, "\(differing ?? [])")
  }

  @Test(arguments: InstructionSet.allCases)
  func `Columns cut at a panel have the bits of the whole`(_ set: InstructionSet) {
    let differing = onThread(set) {
      PackedProduct.random(40, name: "cut").filter { product in
        let cut = product.columns / 32 * 16
        return product.computed() != product.computed(parts: [0..<cut, cut..<product.columns])
      }.map(\.shape)
    }
    #expect(differing?.isEmpty ?? true, "\(differing ?? [])")
  }

  @Test func `A transposed matrix packs to the same panels`() {
    var stream = RandomStream(root: 3, name: "packed/transposed")
    let matrix = Tensor(normal: [37, 21], stream: &stream)
    let (plain, turned) = (
      PackedMatrix(matrix), PackedMatrix(matrix.transposed([1, 0]), transposed: true)
    )
    #expect(plain.inner == turned.inner && plain.columns == turned.columns)
    #expect((0..<2 * 16 * 37).allSatisfy { plain.pointer[$0] == turned.pointer[$0] })
  }
}

/// One product of random shape: rows of `inner` numbers, two more between rows, times a packed matrix.
private struct PackedProduct {
  let rows: Int
  let inner: Int
  let columns: Int
  let a: Tensor
  let b: Tensor
  let bias: Tensor?
  let start: Tensor
  let accumulates: Bool
  let activation: Activation
  let packed: PackedMatrix

  var shape: [Int] { [rows, inner, columns] }

  static func random(_ count: Int, name: String) -> [PackedProduct] {
    var stream = RandomStream(root: 1, name: "packed/\(name)")
    return (0..<count).map { _ in PackedProduct(&stream) }
  }

  init(_ stream: inout RandomStream) {
    rows = stream.integers(in: 0..<stream.choice([9, 130]))
    inner = stream.integers(in: 0..<90)
    columns = stream.integers(in: 1..<180)
    a = Tensor(normal: [rows, inner + 2], stream: &stream).clamped(to: -2...2)
    b = Tensor(normal: [inner, columns], stream: &stream).clamped(to: -2...2)
    let hasBias = stream.integers(in: 0..<2) == 0
    bias = hasBias ? Tensor(normal: [columns], stream: &stream) : nil
    start = Tensor(normal: [rows, columns], stream: &stream)
    accumulates = stream.integers(in: 0..<2) == 0
    activation = stream.choice(Activation.allCases)
    packed = PackedMatrix(b)
  }

  func computed(rows range: Range<Int>? = nil, parts: [Range<Int>?] = [nil]) -> [Float] {
    let range = range ?? 0..<rows
    var result = start.scalars
    result.withUnsafeMutableBufferPointer { result in
      a.withUnsafeBuffer { a in
        guard let a = a.baseAddress, let result = result.baseAddress else { return }
        for part in parts {
          packed.multiply(
            a + range.lowerBound * (inner + 2), stride: inner + 2, rows: range.count,
            bias: bias?.withUnsafeBuffer { $0.baseAddress }, part: part, accumulates: accumulates,
            activation: activation, into: result + range.lowerBound * columns,
            resultStride: columns)
        }
      }
    }
    return Array(result[range.lowerBound * columns..<range.upperBound * columns])
  }

  /// The largest difference from a sum in double precision.
  func error(of found: [Float]) -> Double {
    let (a, b, start) = (a.scalars, b.scalars, start.scalars)
    let bias = bias?.scalars ?? [Float](repeating: 0, count: columns)
    return found.indices.reduce(0.0) { worst, at in
      let (row, column) = (at / columns, at % columns)
      var sum = Double(bias[column]) + (accumulates ? Double(start[at]) : 0)
      for k in 0..<inner {
        sum += Double(a[row * (inner + 2) + k]) * Double(b[k * columns + column])
      }
      return max(worst, abs(Double(found[at]) - activated(sum)))
    }
  }

  private func activated(_ x: Double) -> Double {
    switch activation {
    case .none: x
    case .relu: max(x, 0)
    case .tanh: tanh(x)
    case .sigmoid: 1 / (1 + exp(-x))
    }
  }
}
