import Evaluation
import Files
import Pictures

/// What the agent reached.
extension ReportPage {
  private struct Row {
    let policy: ComparedPolicy
    let value: JSONValue

    func number(_ name: String) -> Double { value[name]?.asNumber ?? .nan }

    var title: String {
      let note = value["policy"]?.asString ?? ""
      return policy.title + (note.isEmpty ? "" : ": \(note)")
    }
  }

  private var rows: [Row] {
    ComparedPolicy.allCases.compactMap { policy in
      summary["returns"]?[policy.rawValue].map { Row(policy: policy, value: $0) }
    }
  }

  /// Returns of all policies, as bars and as a table.
  var returns: HTMLPage.Section? {
    guard summary["returns"] != nil else { return nil }
    let evaluate = configuration.evaluate
    var caption =
      "\(NumberStyle.count(evaluate.episodes)) unseen seeds from \(evaluate.firstSeed); 95 % bootstrap "
      + "intervals of the mean."
    if let cycle = summary["returns"]?["blind"]?["cycle"]?.asString {
      caption += " The best blind policy repeats: \(cycle)."
    }
    return HTMLPage.Section(
      title: "Returns",
      parts: [
        .plots([Self.bars(measures).svg(width: 720)], caption: ""),
        .table(HTMLPage.Table(header: header, rows: cells, caption: caption)),
        .details("What these words mean", [.terms(ReportGlossary.returns)]),
      ])
  }

  /// What there is to say without a world.
  var unplayed: HTMLPage.Section? {
    guard let returns = UnplayedReturns(summary) else { return nil }
    return HTMLPage.Section(
      title: "Returns, without a world",
      parts: [
        .text(UnplayedReturns.remark),
        .table(HTMLPage.Table(header: returns.header, rows: returns.cells)),
      ])
  }

  /// A mean return with its interval, and whose it is.
  typealias Measure = (title: String, mean: Double, low: Double, high: Double)

  private var measures: [Measure] {
    rows.map { ($0.title, $0.number("mean"), $0.number("low"), $0.number("high")) }
  }

  /// Mean returns as bars with their intervals.
  static func bars(_ measures: [Measure]) -> GroupedBars {
    let ends = measures.flatMap { [$0.low, $0.high, $0.mean] }.filter(\.isFinite)
    let (low, high) = (min(0, ends.min() ?? 0), max(0, ends.max() ?? 1))
    let room = max(high - low, 1e-6) * 0.05
    return GroupedBars(
      "mean return, 95 % intervals", series: ["mean return"],
      groups: measures.map { measure in
        GroupedBars.Group(
          measure.title, [measure.mean],
          intervals: [GroupedBars.Group.interval(measure.low, measure.high)])
      }, range: (low < 0 ? low - room : 0)...high + room, label: "return")
  }

  private var againstRandom: AgainstRandom {
    AgainstRandom(
      mean: number("returns", "random", "mean") ?? .nan,
      low: number("returns", "random", "low") ?? .nan)
  }

  private var countsSuccess: Bool { rows.contains { $0.value["successRate"] != nil } }

  private var header: [String] {
    ["policy", "mean return", "95 % interval", "std", againstRandom.title]
      + (countsSuccess ? ["success"] : []) + ["episodes"]
  }

  private var cells: [[String]] {
    rows.map { row in
      let success = countsSuccess ? [NumberStyle.share(row.number("successRate"))] : []
      return [
        row.title, NumberStyle.value(row.number("mean")),
        NumberStyle.range(row.number("low"), row.number("high")),
        NumberStyle.value(row.number("std")), againstRandom.cell(row.number("mean")),
      ] + success + [NumberStyle.count(Int(row.number("episodes")))]
    }
  }

  /// The film of the agent in the world.
  var episode: HTMLPage.Section? {
    guard let film = summary["film"], let length = film["length"]?.asInteger,
      let seed = film["seed"]?.asInteger
    else { return nil }
    let caption =
      "The evaluated episode of median return: seed \(seed), return "
      + "\(NumberStyle.value(film["return"]?.asNumber ?? .nan)), \(NumberStyle.count(length)) steps."
      + Self.extent(film, of: length)
    return HTMLPage.Section(
      title: "The trained agent",
      parts: [
        .picture(.init(file: folder.picture("episode.gif"), caption: caption, isPixels: false))
      ])
  }

  /// What of an episode a film shows.
  private static func extent(_ film: JSONValue, of length: Int?) -> String {
    var words = ""
    let shown = film["shown"]?.asInteger ?? 0
    if let length, shown < length {
      words += " The film shows the first \(shown) of \(NumberStyle.count(length)) steps."
    }
    if let every = film["every"]?.asInteger, every > 1 { words += " Every second step is drawn." }
    if let speed = film["speed"]?.asNumber, abs(speed - 1) > 0.05 {
      words +=
        " It is played \(NumberText.fixed(speed, 2)) times as fast as the world goes."
    }
    return words
  }

  /// The agent in the dream that it learned in.
  var dream: HTMLPage.Section? {
    guard isDreamt, let dream = summary["dream"], let mean = dream["mean"]?.asNumber else {
      return nil
    }
    func range(_ value: JSONValue?) -> String {
      NumberStyle.range(value?["low"]?.asNumber ?? .nan, value?["high"]?.asNumber ?? .nan)
    }
    let real = summary["returns"]?["trained"]
    guard real != nil else { return recordedDream(dream) }
    let temperature = NumberText.short(dream["temperature"]?.asNumber ?? .nan)
    var parts: [HTMLPage.Part] = [
      .text(
        "C learned in M's dream at temperature τ \(temperature), and took no step in the world. A return in "
          + "the dream far above that in the world tells that the dream was exploited."),
      .table(
        HTMLPage.Table(
          header: ["where", "mean return", "95 % interval", "episodes"],
          rows: [
            [
              "in the dream, τ \(temperature)", NumberStyle.value(mean), range(dream),
              "\(dream["episodes"]?.asInteger ?? 0)",
            ],
            [
              "in the world", NumberStyle.value(real?["mean"]?.asNumber ?? .nan), range(real),
              "\(real?["episodes"]?.asInteger ?? 0)",
            ],
          ])),
    ]
    if let film = dream["film"], let seed = film["seed"]?.asInteger {
      let caption =
        "The agent plays in the dream, begun at the first frame of seed \(seed); the world beside it "
        + "takes the same actions. \(film["shown"]?.asInteger ?? 0) steps."
      parts.append(
        .picture(
          .init(
            file: folder.picture("dream.gif"), caption: caption + Self.extent(film, of: nil),
            isPixels: false)))
    }
    parts.append(.details("What these words mean", [.terms(ReportGlossary.memory)]))
    return HTMLPage.Section(title: "The dream", parts: parts)
  }

  /// M's dream of a recorded episode; its returns stand in a section of their own.
  private func recordedDream(_ dream: JSONValue) -> HTMLPage.Section? {
    guard let film = dream["film"], let episode = film["seed"]?.asInteger else { return nil }
    let caption =
      "Episode \(episode), which no stage has learned from, and M's dream of it from its first frame with the same "
      + "actions. \(film["shown"]?.asInteger ?? 0) steps."
    return HTMLPage.Section(
      title: "The dream",
      parts: [
        .picture(
          .init(
            file: folder.picture("dream.gif"), caption: caption + Self.extent(film, of: nil),
            isPixels: false)),
        .details("What these words mean", [.terms(ReportGlossary.memory)]),
      ])
  }

  private var isDreamt: Bool { summary["trainsIn"]?.asString == "dream" }
}
