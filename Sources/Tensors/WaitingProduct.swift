import CKernels
import OneDNN
import Threads

/// leftᵀ · right, kept as its factors: the gradient of a weight by one part of a batch.
///
/// The parts' products are summed as one product over all rows, which reads and writes the weight's
/// size once and not once a part. Any thread may hold it: nobody writes its factors.
struct WaitingProduct: @unchecked Sendable {
  /// `[inner, rows]`.
  let left: Tensor
  /// `[inner, columns]`.
  let right: Tensor
  /// Rows of the product.
  let rows: Int
  /// Columns of the product.
  let columns: Int

  /// The length of the sums.
  var inner: Int { left.count / rows }

  /// Keeps factors, whatever their shapes say beside these sizes.
  init(left: Tensor, right: Tensor, rows: Int, columns: Int) {
    (self.left, self.right) = (left.detached, right.detached)
    (self.rows, self.columns) = (rows, columns)
  }

  /// Writes the product, `[rows, columns]`.
  func compute(into result: UnsafeMutablePointer<Float>) {
    engine("matrix product") { () throws(OneDNNError) in
      try multiplyMatrices(
        rows: rows, inner: inner, columns: columns, MatrixOperand(left.pointer, isTransposed: true),
        MatrixOperand(right.pointer), result: result)
    }
  }

  /// Whether products of one size may be summed as one.
  static func canJoin(_ products: [WaitingProduct]) -> Bool {
    guard let first = products.first else { return false }
    return first.columns % Int(UmweltPanel) == 0
      && products.allSatisfy { $0.rows == first.rows && $0.columns == first.columns }
  }
}

/// Several products of one size, summed as one over the rows of all factors in order.
final class JoinedProduct {
  /// The length of the sums.
  let inner: Int
  private let rows: Int
  private let columns: Int
  private let left: Storage
  private let right: Storage

  init(_ products: [WaitingProduct]) {
    (rows, columns) = (products[0].rows, products[0].columns)
    inner = products.reduce(0) { $0 + $1.inner }
    left = Storage(count: inner * rows)
    right = Storage(count: inner * columns)
    let plain = Storage(count: inner * columns)
    var first = 0
    for product in products {
      (left.pointer + first * rows).update(
        from: product.left.pointer, count: product.inner * rows)
      (plain.pointer + first * columns).update(
        from: product.right.pointer, count: product.inner * columns)
      first += product.inner
    }
    umwelt_pack_matrix(
      plain.pointer, Int64(columns), false, Int64(inner), Int64(columns), right.pointer)
  }

  /// Writes some rows of the sum.
  func compute(_ range: Range<Int>, into result: UnsafeMutablePointer<Float>) {
    umwelt_transposed_product(
      left.pointer + range.lowerBound, Int64(rows), right.pointer, result, Int64(columns),
      Int64(range.count), Int64(inner), Int64(columns))
  }
}
