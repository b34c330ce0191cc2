import COneDNN

/// A matrix as it lies in memory: row-major, dense, perhaps read as its transpose.
public struct MatrixOperand {
  /// The first element.
  public let pointer: UnsafePointer<Float>
  /// Whether the transpose of what lies in memory is meant.
  public let isTransposed: Bool

  /// Creates an operand.
  public init(_ pointer: UnsafePointer<Float>, isTransposed: Bool = false) {
    self.pointer = pointer
    self.isTransposed = isTransposed
  }
}

/// result = left · right, or result += left · right.
///
/// - Parameters:
///   - rows: rows of the result.
///   - inner: columns of `left`, rows of `right`.
///   - columns: columns of the result.
///   - left: `[rows, inner]`, or `[inner, rows]` in memory when transposed.
///   - right: `[inner, columns]`, or `[columns, inner]` in memory when transposed.
///   - result: `[rows, columns]`.
///   - accumulates: whether the product is added to what `result` holds.
public func multiplyMatrices(
  rows: Int, inner: Int, columns: Int, _ left: MatrixOperand, _ right: MatrixOperand,
  result: UnsafeMutablePointer<Float>, accumulates: Bool = false
) throws(OneDNNError) {
  _ = try ThreadContext.current()
  let letter = { (isTransposed: Bool) in CChar(isTransposed ? 84 : 78) }  // T, N
  try OneDNNError.check(
    withoutSignals {
      dnnl_sgemm(
        letter(left.isTransposed), letter(right.isTransposed), Int64(rows), Int64(columns),
        Int64(inner), 1, left.pointer, Int64(left.isTransposed ? rows : inner), right.pointer,
        Int64(right.isTransposed ? inner : columns), accumulates ? 1 : 0, result, Int64(columns))
    },
    "matrix product", "[\(rows), \(inner)] · [\(inner), \(columns)]")
}
