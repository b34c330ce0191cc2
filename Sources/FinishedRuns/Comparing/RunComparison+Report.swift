import EnvironmentKit
import Experiments
import Files
import Foundation
import Pictures
import Settings
import Statistics

extension RunComparison {
  /// Writes `compare-runs.json`, `.png` and `.html` into a folder, which is made where there is none.
  ///
  /// - Returns: the files, in this order.
  package func write(to folder: URL) throws -> [URL] {
    let names = ["json", "png", "html"].map { folder.appendingPathComponent("compare-runs.\($0)") }
    try DurableFile.createFolder(folder)
    try DurableFile.write(json, to: names[0])
    try PNG.write(picture, to: names[1].path)
    try DurableFile.write(try page.render(), to: names[2])
    return names
  }

  /// Random play's return, where all controllers learn in one world; beside dreamt returns it says nothing.
  private var random: Double? {
    let places = groups.flatMap(\.runs).map(\.configuration?.learner.place)
    guard Set(groups.map(\.subject)).count == 1, places.allSatisfy({ $0 == .world }) else {
      return nil
    }
    let values = groups.compactMap(\.random)
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  private var title: String {
    let subjects = Set(groups.map(\.subject)).sorted().joined(separator: ", ")
    let count = groups.reduce(0) { $0 + $1.runs.count }
    return "\(subjects): \(count) runs, mean and 95 % interval over seeds"
  }

  private var picture: Frame {
    let columns = curves.count > 1 ? 2 : 1
    let rows = max(1, (curves.count + columns - 1) / columns)
    let size = (width: 700 * columns, height: 60 + 420 * rows)
    return Frame(drawnAt: size.width, size.height) { canvas in
      canvas.write(title, x: 16, y: 16, scale: 2, limit: size.width - 32)
      let area = canvas.area.inset(left: 16, top: 60, right: 16, bottom: 8)
      for (row, line) in area.rows(rows, gap: 12).enumerated() {
        for (column, cell) in line.columns(columns, gap: 12).enumerated() {
          let place = row * columns + column
          guard place < curves.count else { continue }
          curves[place].plot(random: random).draw(on: canvas, in: cell, scale: 2)
        }
      }
    }
  }

  private var page: HTMLPage {
    var page = HTMLPage(
      title: "Runs compared", subtitle: title)
    page.warnings = notes
    page.sections = [
      .init(
        title: "Results",
        parts: [
          .table(
            .init(
              header: Self.header, rows: rows.map(Self.cells), caption: Self.explanation))
        ]),
      .init(
        title: "Curves",
        parts: [
          .plots(
            curves.map { $0.plot(random: random).svg() },
            caption:
              "Mean over the runs that had come so far; bands: 95 % intervals by drawing runs anew. Returns are "
              + "those of where a controller learns: in the dream, dreamt ones.")
        ]),
      .init(
        title: "Runs",
        parts: [
          .table(
            .init(
              header: ["settings", "seed", "state", "folder"],
              rows: groups.flatMap { group in
                group.runs.map {
                  [
                    group.name, "\($0.configuration?.seed ?? 0)", $0.state.rawValue, $0.path,
                  ]
                }
              }))
        ]),
    ]
    return page
  }

  /// The same for programs.
  package var json: JSONValue {
    [
      "schema": 1,
      "groups": .array(
        groups.map { group in
          Self.json(group, rows.first { $0.group.name == group.name })
        }),
      "curves": .object(
        curves.map { curve in .init(curve.name, .array(curve.lines.map(Self.json))) }),
      "notes": .array(notes.map { .string($0) }),
    ]
  }

  private static func json(_ group: RunGroup, _ row: Row?) -> JSONValue {
    var value: JSONValue = [
      "name": .string(group.name), "subject": .string(group.subject),
      "runs": .array(
        group.runs.map { run in
          [
            "folder": .string(run.path), "seed": .integer(run.configuration?.seed ?? 0),
            "state": .string(run.state.rawValue),
            "result": run.result.map { .number($0.value) } ?? .null,
          ]
        }),
    ]
    guard let row else { return value }
    value["result"] = .string(group.resultName ?? "")
    value["mean"] = json(row.mean)
    value["iqm"] = json(row.interquartileMean)
    if let random = group.random { value["random"] = .number(random) }
    if let better = row.betterThanFirst { value["betterThanFirst"] = json(better) }
    return value
  }

  private static func json(_ line: ComparedCurve.Line) -> JSONValue {
    [
      "group": .string(line.group), "step": .array(line.x.map { .number($0) }),
      "mean": .array(line.y.map { .number($0.value) }),
      "low": .array(line.y.map { .number($0.low) }),
      "high": .array(line.y.map { .number($0.high) }),
    ]
  }

  private static func json(_ value: MeasuredValue) -> JSONValue {
    ["value": .number(value.value), "low": .number(value.low), "high": .number(value.high)]
  }
}
