import Files
import Pictures

/// What the run cost.
extension ReportPage {
  /// What V learned from, where frames are all there is.
  var frames: HTMLPage.Section? {
    guard let data = summary["data"], let paths = data["paths"]?.asArray else { return nil }
    func count(_ name: String) -> String { NumberStyle.count(data[name]?.asInteger ?? 0) }
    let shape = (data["shape"]?.asArray ?? []).compactMap(\.asInteger).map(String.init)
    var rows = [
      ["all", count("frames")], ["to learn from", count("training")],
      ["held out, to judge by", count("heldOut")],
    ]
    if (data["leftOut"]?.asInteger ?? 0) != 0 { rows.append(["left out", count("leftOut")]) }
    let names = paths.compactMap(\.asString).joined(separator: ", ")
    var caption = "Of \(names), \(shape.joined(separator: "×")) each."
    if let error = number("vision", "leftOut") {
      caption +=
        " The squared error of a frame left out is \(NumberStyle.value(error)), of one held out "
        + "\(NumberStyle.value(number("vision", "reconstruction") ?? .nan))."
    }
    return HTMLPage.Section(
      title: "Frames",
      parts: [.table(HTMLPage.Table(header: ["frames", ""], rows: rows, caption: caption))])
  }

  /// Steps and parameters.
  var effort: HTMLPage.Section {
    func steps(_ name: String) -> String {
      NumberStyle.count(Int(number("environmentSteps", name) ?? 0))
    }
    let skipped = (summary["skippedSteps"]?.asObject ?? []).filter { ($0.value.asInteger ?? 0) > 0 }
    let hasSteps = summary["environmentSteps"] != nil
    let isGiven = summary["data"]?["paths"] != nil
    let source = isGiven ? "were given" : "were collected"
    var parts: [HTMLPage.Part] =
      !hasSteps
      ? []
      : [
        .table(
          HTMLPage.Table(
            header: ["steps", "in the world", "in the dream"],
            rows: [
              ["collected to learn from", steps("collect"), "–"],
              ["training the controller", steps("controller"), steps("dream")],
              ["evaluation", steps("evaluate"), "–"],
            ],
            caption: "\(NumberStyle.count(Int(number("data", "frames") ?? 0))) frames in "
              + "\(NumberStyle.count(Int(number("data", "episodes") ?? 0))) episodes \(source)."
          )
        )
      ]
    parts.append(
      .table(
        HTMLPage.Table(
          header: ["part", "parameters"],
          rows: (summary["parameters"]?.asObject ?? []).map {
            [$0.name, NumberStyle.count($0.value.asInteger ?? 0)]
          })))
    if !skipped.isEmpty {
      parts.append(
        .text(
          "Steps skipped for a loss or gradient that was not finite or exploded: "
            + skipped.map { "\($0.name) \($0.value.asInteger ?? 0)" }.joined(separator: ", ")))
    }
    return HTMLPage.Section(title: "Effort", parts: parts)
  }

  /// How long the stages took: the only part of the page that another run does not have again.
  var times: HTMLPage.Section? {
    guard let timing = summary["timing"] else { return nil }
    let stages = (timing["stages"]?.asObject ?? []).map {
      [$0.name, NumberStyle.duration($0.value.asNumber ?? .nan)]
    }
    let memory = Int(timing["peakMemoryBytes"]?.asNumber ?? 0) / 1_048_576
    return HTMLPage.Section(
      title: "Times",
      parts: [
        .table(
          HTMLPage.Table(
            header: ["stage", "time"],
            rows: stages + [
              ["all together", NumberStyle.duration(timing["totalSeconds"]?.asNumber ?? .nan)]
            ],
            caption:
              "Of the process that finished the run; 'model' is the sum of its parts. At most "
              + "\(NumberStyle.count(memory)) MiB of memory were in use."))
      ], isTiming: true)
  }
}
