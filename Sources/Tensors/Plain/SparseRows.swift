import CKernels

/// Rows of numbers of which only those that are not 0 are kept, such as symbols spread over places; each different
/// row once.
///
/// Products leave out what would add nothing: they have the bits of products with whole rows.
package final class SparseRows: @unchecked Sendable {
  /// Different rows so far.
  package private(set) var count = 0
  private var starts: UnsafeMutablePointer<Int64>
  private var places: UnsafeMutablePointer<Int32>
  private var values: UnsafeMutablePointer<Float>
  private let rowCapacity: Int
  private var capacity: Int
  /// Rows by what they hold, with free places of −1.
  private var table: UnsafeMutableBufferPointer<Int32>

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
    var size = 2
    while size < 2 * rows { size *= 2 }
    table = .allocate(capacity: size)
    table.initialize(repeating: -1)
  }

  deinit {
    starts.deallocate()
    places.deallocate()
    values.deallocate()
    table.deallocate()
  }

  /// Forgets all rows.
  package func removeAll() {
    count = 0
    table.update(repeating: -1)
  }

  /// Enters a row, and gives the number of the one like it: its own where it is the first.
  package func enter(_ row: UnsafeBufferPointer<Float>) -> Int32 {
    let start = Int(starts[count])
    if start + row.count > capacity { grow(to: start + row.count) }
    let size = Int(
      umwelt_sparse_row(row.baseAddress, Int64(row.count), places + start, values + start))
    var place = hash(start, size) & (table.count - 1)
    while table[place] >= 0 {
      if isEqual(Int(table[place]), start, size) { return table[place] }
      place = (place + 1) & (table.count - 1)
    }
    precondition(count < rowCapacity, "SparseRows: more than \(rowCapacity) rows")
    table[place] = Int32(count)
    count += 1
    starts[count] = Int64(start + size)
    return Int32(count - 1)
  }

  /// Writes a row with its zeros.
  package func read(_ row: Int32, into numbers: UnsafeMutableBufferPointer<Float>) {
    numbers.update(repeating: 0)
    for at in Int(starts[Int(row)])..<Int(starts[Int(row) + 1]) {
      numbers[Int(places[at])] = values[at]
    }
  }

  /// Sets the flag of every place at which a row is not 0.
  package func mark(_ row: Int32, in flags: UnsafeMutablePointer<Bool>) {
    for at in Int(starts[Int(row)])..<Int(starts[Int(row) + 1]) { flags[Int(places[at])] = true }
  }

  /// FNV-1a over places and values: where rows are looked for, never what they are.
  private func hash(_ start: Int, _ size: Int) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for at in start..<start + size {
      let word = UInt64(UInt32(bitPattern: places[at])) << 32 | UInt64(values[at].bitPattern)
      hash = (hash ^ word) &* 0x100_0000_01b3
      hash ^= hash >> 29
    }
    return Int(truncatingIfNeeded: hash)
  }

  private func isEqual(_ row: Int, _ start: Int, _ size: Int) -> Bool {
    let first = Int(starts[row])
    guard Int(starts[row + 1]) - first == size else { return false }
    for at in 0..<size {
      guard places[first + at] == places[start + at],
        values[first + at].bitPattern == values[start + at].bitPattern
      else { return false }
    }
    return true
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
