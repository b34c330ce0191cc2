import CKernels

/// Rows of numbers of which only those that are not 0 are kept, such as symbols spread over places.
///
/// Products leave out what would add nothing: they have the bits of products with whole rows.
package final class SparseRows: @unchecked Sendable {
  /// Rows so far.
  package private(set) var count = 0
  private var starts: UnsafeMutablePointer<Int64>
  private var places: UnsafeMutablePointer<Int32>
  private var values: UnsafeMutablePointer<Float>
  private let rowCapacity: Int
  private var capacity: Int

  /// Makes room; more is taken where rows turn out to be fuller.
  ///
  /// - Parameters:
  ///   - rows: at most.
  ///   - numbers: that are not 0, of all rows.
  package init(rows: Int, numbers: Int) {
    (rowCapacity, capacity) = (rows, max(1, numbers))
    starts = .allocate(capacity: rows + 1)
    starts.initialize(repeating: 0, count: rows + 1)
    places = .allocate(capacity: capacity)
    values = .allocate(capacity: capacity)
  }

  deinit {
    starts.deallocate()
    places.deallocate()
    values.deallocate()
  }

  /// Forgets all rows.
  package func removeAll() { count = 0 }

  /// Appends a row.
  package func append(_ row: UnsafeBufferPointer<Float>) {
    precondition(count < rowCapacity, "SparseRows: more than \(rowCapacity) rows")
    var end = Int(starts[count])
    if end + row.count > capacity { grow(to: end + row.count) }
    for (place, value) in row.enumerated() {
      places[end] = Int32(truncatingIfNeeded: place)
      values[end] = value
      end &+= value == 0 ? 0 : 1
    }
    count += 1
    starts[count] = Int64(end)
  }

  private func grow(to needed: Int) {
    let size = max(needed, 2 * capacity)
    let (morePlaces, moreValues) = (
      UnsafeMutablePointer<Int32>.allocate(capacity: size),
      UnsafeMutablePointer<Float>.allocate(capacity: size)
    )
    morePlaces.update(from: places, count: capacity)
    moreValues.update(from: values, count: capacity)
    places.deallocate()
    values.deallocate()
    (places, values, capacity) = (morePlaces, moreValues, size)
  }

  private var kernel: UmweltSparse {
    UmweltSparse(starts: starts, places: places, values: values)
  }

  /// result = bias + x · weight, of chosen rows.
  ///
  /// - Parameters:
  ///   - chosen: numbers of rows.
  ///   - weight: `[places, columns]`, `bias` `[columns]`; columns a multiple of 16.
  ///   - result: `[rows, columns]`.
  package func multiply(
    _ chosen: UnsafePointer<Int32>, rows: Int, weight: UnsafePointer<Float>,
    bias: UnsafePointer<Float>, columns: Int, into result: UnsafeMutablePointer<Float>
  ) {
    var x = kernel
    umwelt_sparse_product(
      &x, chosen, Int64(rows), weight, Int64(columns), bias, result, Int64(columns),
      Int64(columns), UmweltActivationNone)
  }

  /// sums += xᵀ · gradient over chosen rows, of some columns.
  ///
  /// - Parameters:
  ///   - gradient: `[rows, …]` at the first of the columns, with `stride` floats from row to row.
  ///   - columns: a multiple of 16.
  ///   - sums: `[places, …]` at the first of the columns, with `stride` floats from row to row.
  package func addGradient(
    _ chosen: UnsafePointer<Int32>, rows: Int, gradient: UnsafePointer<Float>, columns: Int,
    stride: Int, to sums: UnsafeMutablePointer<Float>
  ) {
    var x = kernel
    umwelt_sparse_gradient(
      &x, chosen, Int64(rows), gradient, Int64(stride), sums, Int64(stride), Int64(columns))
  }
}
