import Files
import Tensors

/// Where each tensor of a network lies within its flat numbers, whose rows may be padded.
package struct ParameterLayout {
  /// One tensor.
  package struct Entry {
    /// What checkpoints call it, such as `actor.0.weight`.
    package let name: String
    /// `[rows…, columns]`, or `[columns]`.
    package let shape: [Int]
    /// Its first number.
    package let start: Int
    /// Numbers from row to row.
    package let stride: Int

    package var rows: Int { shape.dropLast().reduce(1, *) }
    package var columns: Int { shape.last ?? 0 }
    /// The numbers of one row within the flat ones.
    package func row(_ number: Int) -> Range<Int> {
      start + number * stride..<start + number * stride + columns
    }
  }

  /// The tensors, in order.
  package var entries: [Entry] = []
  /// The flat numbers, padding included.
  package var count = 0

  /// Nothing yet.
  package init() {}

  /// Makes room for the log deviations of so many components; gives where they begin.
  mutating func appendDeviations(_ components: Int) -> Int {
    let start = count
    entries.append(
      Entry(name: "logDeviations", shape: [components], start: start, stride: components))
    count += PlainLayer.padded(components)
    return start
  }

  /// Numbers that are learned.
  package var learnedCount: Int { entries.reduce(0) { $0 + $1.shape.reduce(1, *) } }

  /// The tensor of a name.
  package subscript(name: String) -> Entry {
    guard let entry = entries.first(where: { $0.name == name }) else {
      preconditionFailure("ParameterLayout: \(name) is none of \(entries.map(\.name))")
    }
    return entry
  }

  /// Writes flat numbers into a file, a tensor each.
  func save(
    _ numbers: UnsafeMutableBufferPointer<Float>, as prefix: String, in file: inout TensorFile
  ) {
    for entry in entries {
      let values = (0..<entry.rows).flatMap { numbers[entry.row($0)] }
      file.entries["\(prefix)/\(entry.name)"] = TensorEntry(values, shape: entry.shape)
    }
  }

  /// Reads flat numbers out of a file; padding is 0.
  func restored(_ prefix: String, in file: TensorFile) throws(FileError) -> [Float] {
    var numbers = [Float](repeating: 0, count: count)
    for entry in entries {
      let values = try file.values(
        "\(prefix)/\(entry.name)", as: Float.self, shape: entry.shape, finite: true)
      for row in 0..<entry.rows {
        numbers.replaceSubrange(
          entry.row(row), with: values[row * entry.columns..<(row + 1) * entry.columns])
      }
    }
    return numbers
  }
}
