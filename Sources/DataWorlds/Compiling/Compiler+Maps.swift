import EnvironmentKit
import Yams

// Maps and the characters in them.
extension Compiler {
  private static let largestMap = ProgramParts.largestSide
  private static let mostMaps = 4096
  /// Bytes that all maps may take.
  private static let mostMapBytes = 4 << 20

  func readMaps(of variant: Variant) {
    var legend: [Character: [UInt8]] = [:]
    hasBrokenLegend = problems.areReported { legend = readLegend() }
    guard let node = root["maps"] else { return readSize() }
    if let size = root["size"] {
      problems.report(size, "'size' beside 'maps'", "leave 'size' out: the maps say it")
    }
    var maps: [(name: String, node: Node)] = []
    if node.mapping != nil {
      maps = problems.pairs(node, "'maps'", "", atMost: Self.mostMaps).map { ($0.name, $0.value) }
    } else {
      let list = problems.list(node, of: "maps", atMost: Self.mostMaps)
      maps = list.enumerated().map { ("\($0 + 1)", $1) }
    }
    if let wanted = variant.maps {
      let names = problems.list(wanted).compactMap {
        problems.word($0, "map", among: maps.map(\.name))
      }
      maps = maps.filter { names.contains($0.name) }
    }
    for map in maps { readMap(map.node, "map '\(map.name)'", legend) }
    if parts.maps.isEmpty, maps.isEmpty {
      problems.report(node, "there is no map", "write one as a block of text: '- |'")
    }
  }

  private func readSize() {
    guard
      let node = root.required("size", "write 'maps:' and a map, or 'size: [9, 9]' and 'generate:'")
    else { return }
    let extents = problems.terms(node)
    guard extents.count == 2 else {
      return problems.report(node, "'size' is no pair", "write 'size: [9, 9]': columns, rows")
    }
    parts.width = constant(extents[0], "the width", in: 1...Self.largestMap) ?? 1
    parts.height = constant(extents[1], "the height", in: 1...Self.largestMap) ?? 1
  }

  /// What a character stands for.
  private func readLegend() -> [Character: [UInt8]] {
    var legend: [Character: [UInt8]] = [:]
    guard let node = root["legend"] else { return legend }
    for (name, key, value) in problems.pairs(node, "'legend'", "write '\"#\": wall'") {
      guard name.count == 1, let sign = name.first else {
        problems.report(key, "'\(name)' is no single character", "write one, such as '\"#\": wall'")
        continue
      }
      legend[sign] = stack(value)
    }
    return legend
  }

  /// Several things in one cell, each in a layer of its own.
  private func stack(_ node: Node) -> [UInt8] {
    var kinds: [UInt8] = []
    for element in problems.list(node) where !(element.scalar?.string ?? " ").isEmpty {
      guard let kind = kind(element) else { continue }
      let layer = parts.kinds[Int(kind)].layer
      if let other = kinds.first(where: {
        parts.kinds[Int($0)].layer == layer && Int($0) != parts.agentKind
      }), Int(kind) != parts.agentKind {
        problems.report(
          element,
          "'\(parts.kinds[Int(kind)].name)' and '\(parts.kinds[Int(other)].name)' lie in one layer",
          "give one of them another 'layer', or leave it out")
      }
      kinds.append(kind)
    }
    return kinds
  }

  private func readMap(_ node: Node, _ name: String, _ legend: [Character: [UInt8]]) {
    guard let text = problems.text(node, name) else { return }
    var rows = text.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
    while rows.last?.isEmpty == true { rows.removeLast() }
    guard let first = rows.first, !first.isEmpty else {
      return problems.report(node, "\(name) is empty", "write its rows below '|'")
    }
    guard rows.count <= Self.largestMap, rows.allSatisfy({ $0.count <= Self.largestMap }) else {
      return problems.report(
        node, "\(name) is too large", "write up to \(Self.largestMap) columns and rows")
    }
    let lengths = rows.map(\.count)
    for (row, length) in lengths.enumerated() where length != lengths[0] {
      report(
        node, row: row, column: min(length, lengths[0]),
        "row \(row + 1) of \(name) has \(length) characters, the first has \(lengths[0])",
        "make all rows of one length")
    }
    guard Set(lengths).count == 1 else { return }
    let isCut = reportCut(node, name, after: rows.count) { row in
      let known = row.allSatisfy { legend[$0] != nil || $0 == "#" }
      return known && (row.count == lengths[0] || row.contains { $0 != "#" && $0 != " " })
    }
    if isCut { return }
    if parts.maps.isEmpty { (parts.width, parts.height) = (lengths[0], rows.count) }
    guard lengths[0] == parts.width, rows.count == parts.height else {
      return problems.report(
        node,
        "\(name) has \(lengths[0])×\(rows.count) cells, the first has \(parts.width)×\(parts.height)",
        "make all maps of one size, or name those of a variant with 'maps: [name]'")
    }
    guard (parts.maps.count + 1) * parts.width * parts.height * parts.layers <= Self.mostMapBytes
    else {
      return problems.report(
        node, "the maps have more than \(Self.mostMapBytes) places for things together",
        "write fewer or smaller ones")
    }
    parts.maps.append(cells(rows, node, name, legend))
  }

  /// Reports a row that YAML takes for a comment: it begins with # and stands too far left.
  ///
  /// - Parameter isRow: whether a line, blanks at its ends aside, looks like a row.
  /// - Returns: whether there is such a row.
  @discardableResult
  func reportCut(
    _ node: Node, _ name: String, after rows: Int, _ isRow: ([Character]) -> Bool
  ) -> Bool {
    guard node.scalar?.style == .literal, let mark = node.mark else { return false }
    let rest = sourceLines.dropFirst(mark.line + rows)
    guard let place = rest.firstIndex(where: { $0.contains { $0 != " " } }) else { return false }
    let indentation = sourceLines[place].prefix { $0 == " " }.count
    var row = Array(sourceLines[place].dropFirst(indentation))
    while row.last == " " { row.removeLast() }
    guard row.first == "#", isRow(row) else { return false }
    problems.add(
      WorldProblem(
        line: place + 1, column: indentation + 1,
        cause: "this row of \(name) stands too far left: YAML takes it for a comment",
        remedy: "indent all rows alike"))
    return true
  }

  private func cells(
    _ rows: [[Character]], _ node: Node, _ name: String, _ legend: [Character: [UInt8]]
  ) -> (cells: [UInt8], start: Int32) {
    var cells = [UInt8](repeating: 0, count: parts.width * parts.height * parts.layers)
    var start: Int32 = -1
    // Whom a character that is not understood stands for, nobody knows.
    var isUnderstood = !hasBrokenObjects && !hasBrokenLegend
    for (y, row) in rows.enumerated() {
      for (x, sign) in row.enumerated() {
        guard let kinds = legend[sign] else {
          isUnderstood = false
          if sign != " " || !legend.isEmpty, unknownSigns.insert(sign).inserted {
            report(
              node, row: y, column: x, "\(name) has a '\(sign)' that the legend does not know",
              "add it to 'legend', which knows "
                + legend.keys.map { "'\($0)'" }.sorted().joined(separator: " "))
          }
          continue
        }
        for kind in kinds {
          appearing.insert(Int(kind))
          if Int(kind) == parts.agentKind {
            if start >= 0 {
              report(
                node, row: y, column: x, "\(name) has two agents", "leave one of them")
            }
            start = Int32(y * parts.width + x)
          } else {
            let layer = parts.kinds[Int(kind)].layer
            cells[(y * parts.width + x) * parts.layers + layer] = kind
          }
        }
      }
    }
    if start >= 0, generatesAgent {
      problems.report(
        node, "\(name) has an agent, and 'generate' puts another", "leave one of them")
    }
    if start < 0, !generatesAgent, isUnderstood {
      problems.report(
        node, "\(name) has no agent", "put its character in, or 'place: agent' under 'generate'")
    }
    return (cells, start)
  }

  /// Whether some command among nested lists puts the agent somewhere.
  static func mentionsAgent(_ node: Node) -> Bool {
    if let sequence = node.sequence { return sequence.contains(where: mentionsAgent) }
    guard let mapping = node.mapping else { return false }
    return mapping.contains { key, value in
      let name = key.scalar?.string
      if name == "do" { return mentionsAgent(value) }
      return (name == "place" || name == "put") && value.scalar?.string == "agent"
    }
  }

  /// Reports a mistake in a row of a block of text, which begins on the line after its mark.
  private func report(
    _ node: Node, row: Int, column: Int, _ cause: String, _ remedy: String
  ) {
    guard let scalar = node.scalar, scalar.style == .literal, let mark = node.mark else {
      return problems.report(node, cause, remedy)
    }
    problems.add(
      WorldProblem(
        line: mark.line + 1 + row, column: indentation(of: node) + column + 1, cause: cause,
        remedy: remedy))
  }

  /// Columns that the lines of a block of text are indented by.
  private func indentation(of node: Node) -> Int {
    guard let mark = node.mark, sourceLines.indices.contains(mark.line) else { return 0 }
    return sourceLines[mark.line].prefix { $0 == " " }.count
  }
}
