import Files

/// Features of all that the episodes of some slots have shown, a row each.
struct EpisodeMemory {
  /// Numbers of a row.
  let width: Int
  /// By slot: its rows one after the other.
  private var rows: [[Float]]

  /// Of so many slots, nothing yet.
  init(slots: Int, width: Int) {
    self.width = width
    rows = [[Float]](repeating: [], count: slots)
  }

  /// Rows of a slot.
  func count(_ slot: Int) -> Int { rows[slot].count / width }

  /// The squared distance of a row from one that a slot has.
  func squaredDistance(
    of row: UnsafeMutableBufferPointer<Float>, in slot: Int, _ number: Int
  ) -> Float {
    rows[slot].withUnsafeBufferPointer { Self.squaredDistance(row, $0, at: number * width) }
  }

  private static func squaredDistance(
    _ row: UnsafeMutableBufferPointer<Float>, _ known: UnsafeBufferPointer<Float>, at start: Int
  ) -> Float {
    var sum: Float = 0
    for place in row.indices {
      let difference = row[place] - known[start + place]
      sum += difference * difference
    }
    return sum
  }

  /// Keeps a row.
  mutating func append(_ row: UnsafeMutableBufferPointer<Float>, to slot: Int) {
    rows[slot].append(contentsOf: row)
  }

  /// Forgets a slot's episode.
  mutating func forget(_ slot: Int) { rows[slot].removeAll(keepingCapacity: true) }

  /// Forgets all.
  mutating func forgetAll() { for slot in rows.indices { rows[slot] = [] } }

  /// Shows the squared distance of a row from each that a slot has, oldest first.
  func forEachSquaredDistance(
    of row: UnsafeMutableBufferPointer<Float>, in slot: Int,
    _ body: (_ number: Int, _ distance: Float) -> Void
  ) {
    rows[slot].withUnsafeBufferPointer { known in
      for number in 0..<known.count / width {
        body(number, Self.squaredDistance(row, known, at: number * width))
      }
    }
  }

  /// Writes all rows into a file.
  func save(as name: String, in file: inout TensorFile) {
    file.entries["\(name)/rows"] = TensorEntry(rows.flatMap { $0 })
    file.entries["\(name)/lengths"] = TensorEntry(rows.map { Int64($0.count / width) })
  }

  /// Takes up what was saved.
  mutating func restore(_ name: String, in file: TensorFile) throws(FileError) {
    let lengths = try file.values("\(name)/lengths", as: Int64.self, shape: [rows.count])
    let numbers = try file.values("\(name)/rows", as: Float.self, finite: true)
    rows = try Self.parts(numbers, lengths, width: width)
  }

  /// Numbers that lie one after the other, by slot.
  static func parts<Number>(
    _ numbers: [Number], _ lengths: [Int64], width: Int
  ) throws(FileError) -> [[Number]] {
    let total = numbers.count / width
    guard lengths.allSatisfy({ (0...Int64(total)).contains($0) }),
      lengths.reduce(0, +) == total, total * width == numbers.count
    else {
      throw FileError(
        operation: "read", place: "exploration, episodes",
        cause: "\(numbers.count) numbers do not make the episodes that it names",
        remedy: "the file is damaged: restore it, or start anew")
    }
    var start = 0
    return lengths.map { length in
      defer { start += Int(length) * width }
      return Array(numbers[start..<start + Int(length) * width])
    }
  }
}
