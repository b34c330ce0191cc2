import CKernels

/// A matrix packed once for many products, readable from any thread.
///
/// A row of a product has the same bits whatever the number of rows computed together, and however the
/// columns are cut at multiples of 16.
package final class PackedMatrix: @unchecked Sendable {
  /// Rows of the matrix: the length of every sum.
  package let inner: Int
  /// Columns of the matrix and of every product.
  package let columns: Int
  /// The packed numbers, `[panel][inner][16]`, 64-byte aligned.
  package var pointer: UnsafePointer<Float> { UnsafePointer(storage.pointer) }

  private let storage: Storage

  /// Packs a matrix.
  ///
  /// - Parameters:
  ///   - matrix: `[inner, columns]`, or `[columns, inner]` where `transposed`.
  ///   - transposed: whether products are taken with the transposed matrix.
  package init(_ matrix: Tensor, transposed: Bool = false) {
    precondition(
      matrix.shape.count == 2, "PackedMatrix: shape \(matrix.shape); give [inner, columns]")
    inner = matrix.shape[transposed ? 1 : 0]
    columns = matrix.shape[transposed ? 0 : 1]
    storage = Storage(count: Int(umwelt_packed_count(Int64(inner), Int64(columns))))
    umwelt_pack_matrix(
      matrix.pointer, Int64(matrix.shape[1]), transposed, Int64(inner), Int64(columns),
      storage.pointer)
  }

  /// result = activation((accumulates ? result : 0) + bias + rows · matrix).
  ///
  /// - Parameters:
  ///   - a: `[rows, inner]`, with `stride` floats from row to row.
  ///   - rows: 0 or more.
  ///   - bias: `[columns]`, or nil.
  ///   - part: the columns to compute, from a multiple of 16; all by default.
  ///   - result: `[rows, columns]`, with `resultStride` floats from row to row; only the columns of
  ///     `part` are written. It must not overlap `a`.
  package func multiply(
    _ a: UnsafePointer<Float>, stride: Int, rows: Int, bias: UnsafePointer<Float>? = nil,
    part: Range<Int>? = nil, accumulates: Bool = false, activation: Activation = .none,
    into result: UnsafeMutablePointer<Float>, resultStride: Int
  ) {
    let part = part ?? 0..<columns
    precondition(
      part.lowerBound % UmweltPanel == 0 && part.lowerBound >= 0 && part.upperBound <= columns,
      "PackedMatrix.multiply: columns \(part) of \(columns); begin at a multiple of 16")
    let first = part.lowerBound
    umwelt_packed_product(
      a, Int64(stride), pointer + first * inner, bias.map { $0 + first }, result + first,
      Int64(resultStride), Int64(rows), Int64(inner), Int64(part.count), accumulates,
      activation.kernel)
  }
}
