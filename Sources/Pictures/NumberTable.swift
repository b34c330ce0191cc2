import Files

/// Named numbers with their intervals: a table for people, an object for programs.
package struct NumberTable {
  /// One number.
  package struct Row {
    package var name: String
    package var value: Double
    /// The ends of the 95 % interval; NaN where none is known.
    package var low: Double
    package var high: Double
    /// What it counts in; nil leaves the key out.
    package var unit: String?
    /// What it means, for people.
    package var meaning = ""

    /// Names a number.
    package init(
      _ name: String, _ value: Double, low: Double, high: Double, unit: String? = nil,
      meaning: String = ""
    ) {
      (self.name, self.value, self.low, self.high) = (name, value, low, high)
      (self.unit, self.meaning) = (unit, meaning)
    }
  }

  /// The numbers.
  package var rows: [Row]

  /// Puts numbers one below another.
  package init(_ rows: [Row]) { self.rows = rows }

  /// Reads what `json` gave; nil where it is no such object.
  package init?(_ json: JSONValue) {
    guard let members = json.asObject else { return nil }
    rows = members.map { member in
      func number(_ name: String) -> Double { member.value[name]?.asNumber ?? .nan }
      return Row(
        member.name, number("value"), low: number("low"), high: number("high"),
        unit: member.value["unit"]?.asString)
    }
  }

  /// One flat object: `{NAME: {"value", "low", "high", "unit"}}`; null where an interval is not known.
  package var json: JSONValue {
    .object(
      rows.map { row in
        var value: JSONValue = [
          "value": .number(row.value), "low": .number(row.low), "high": .number(row.high),
        ]
        if let unit = row.unit { value["unit"] = .string(unit) }
        return JSONValue.Member(row.name, value)
      })
  }

  /// Column titles and cells as text.
  package var cells: (header: [String], rows: [[String]]) {
    let (hasUnits, hasMeanings) = (
      rows.contains { $0.unit != nil }, rows.contains { !$0.meaning.isEmpty }
    )
    let header =
      ["", "value", "95 % interval"] + (hasUnits ? ["unit"] : []) + (hasMeanings ? ["meaning"] : [])
    let cells = rows.map { row in
      [row.name, Self.text(row.value), Self.interval(row)] + (hasUnits ? [row.unit ?? ""] : [])
        + (hasMeanings ? [row.meaning] : [])
    }
    return (header, cells)
  }

  /// The lines of a table.
  package var lines: [String] {
    TextTable.lines(header: cells.header, rows: cells.rows, rightAligned: [1])
  }

  private static func interval(_ row: Row) -> String {
    row.low.isFinite && row.high.isFinite ? "\(text(row.low))…\(text(row.high))" : ""
  }

  private static func text(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    return NumberText.fixed(value, abs(value) < 10 ? 4 : abs(value) < 1000 ? 2 : 1)
  }
}
