/// Rows of text set in columns.
public enum TextTable {
  /// The lines of a table.
  ///
  /// - Parameters:
  ///   - header: column titles.
  ///   - rows: as many cells a row as titles.
  ///   - rightAligned: columns of numbers.
  public static func lines(
    header: [String], rows: [[String]], rightAligned: Set<Int> = []
  ) -> [String] {
    let widths = header.indices.map { column in
      ([header] + rows).map { $0[column].count }.max() ?? 0
    }
    func line(_ cells: [String]) -> String {
      let padded = cells.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return rightAligned.contains(column) ? space + cell : cell + space
      }
      return padded.joined(separator: "  ").trimmedEnd
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    return [line(header), rule] + rows.map(line)
  }
}

extension String {
  fileprivate var trimmedEnd: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
