import Evaluation
import Files
import Pictures
import Statistics

/// What maps of latents keep, for people and for programs.
extension Embedding {
  /// What `embed.json` holds.
  package var json: JSONValue {
    var object: JSONValue = [
      "schema": 1,
      "frames": .integer(frames.count),
      "latents": .integer(latents.width),
      "facts": .array(facts.columns.map { .string($0.fact.name) }),
      "color": .string(facts.columns[color].fact.name),
      "seed": .integer(Int(clamping: settings.rootSeed)),
      "neighbours": .integer(maps[0].quality.neighbours),
      "judged": .integer(maps[0].quality.rows),
      "methods": .object(maps.map { JSONValue.Member($0.method.rawValue, json(of: $0)) }),
    ]
    if let sameLabel { object["sameLabel"] = Self.json(sameLabel) }
    if !nearest.isEmpty { object["nearest"] = .array(nearest.map(json(of:))) }
    if !words.isEmpty { object["words"] = .array(words.map(Self.json(of:))) }
    object["kept"] = kept
    object["timing"] = .object(
      seconds.map { JSONValue.Member($0.part, .number(($0.value * 1000).rounded() / 1000)) })
    return object
  }

  private func json(of map: Map) -> JSONValue {
    var json: JSONValue = [
      "trustworthiness": Self.json(map.quality.trustworthiness),
      "continuity": Self.json(map.quality.continuity),
    ]
    if let share = map.quality.sameLabel { json["sameLabel"] = Self.json(share) }
    let steps = settings.steps(of: map.method, rows: frames.count)
    switch map.method {
    case .pca: break
    case .tsne:
      json["perplexity"] = .number(settings.perplexity)
      json["steps"] = .integer(steps)
    case .umap:
      json["neighbours"] = .integer(settings.neighbours)
      json["minimumDistance"] = .number(settings.minimumDistance)
      json["epochs"] = .integer(steps)
    }
    if let divergence = map.divergence { json["divergence"] = .number(divergence) }
    return json
  }

  private static func json(_ value: MeasuredValue) -> JSONValue {
    ["value": .number(value.value), "low": .number(value.low), "high": .number(value.high)]
  }

  private func json(of nearest: Nearest) -> JSONValue {
    func entry(_ place: Int) -> JSONValue {
      var json: JSONValue = ["frame": .integer(frames[place])]
      if let name = source.frameName(frames[place]) { json["name"] = .string(name) }
      return json
    }
    var json = entry(nearest.place)
    json["nearest"] = .array(
      nearest.found.map { found in
        var other = entry(found.place)
        other["distance"] = JSONValue(found.distance)
        return other
      })
    return json
  }

  private static func json(of words: LatentWords) -> JSONValue {
    func list(_ words: [LatentWords.Word]) -> JSONValue {
      .array(
        words.map {
          ["word": .string($0.word), "low": JSONValue($0.low), "high": JSONValue($0.high)]
        })
    }
    return [
      "latent": .integer(words.latent), "growing": list(words.growing),
      "falling": list(words.falling),
    ]
  }

  /// Tables of the maps, of nearest frames, and of words.
  package var lines: [String] { mapLines + nearestLines + wordLines }

  private var mapLines: [String] {
    let isLabelled = maps[0].quality.sameLabel != nil
    let label = facts.columns[color].fact.name
    func cells(_ value: MeasuredValue?) -> [String] {
      guard let value else { return ["", ""] }
      return [
        NumberText.fixed(value.value, 3),
        NumberText.fixed(value.low, 3) + "…" + NumberText.fixed(value.high, 3),
      ]
    }
    let header =
      ["map", "trustworthiness", "95 % interval", "continuity", "95 % interval"]
      + (isLabelled ? ["same \(label)", "95 % interval"] : [])
    var rows = maps.map { map in
      [map.method.title + (map.isAsked ? "" : " (baseline)")] + cells(map.quality.trustworthiness)
        + cells(map.quality.continuity) + (isLabelled ? cells(map.quality.sameLabel) : [])
    }
    if let sameLabel { rows.append(["latents themselves", "", "", "", ""] + cells(sameLabel)) }
    let quality = maps[0].quality
    let over =
      quality.rows < frames.count
      ? "\(NumberStyle.count(quality.rows)) of \(NumberStyle.count(frames.count)) frames"
      : "\(NumberStyle.count(frames.count)) frames"
    return TextTable.lines(
      header: header, rows: rows, rightAligned: isLabelled ? [1, 3, 5] : [1, 3])
      + ["", "Means over \(over), by \(quality.neighbours) neighbours of each among all."]
  }

  private var nearestLines: [String] {
    guard !nearest.isEmpty else { return [] }
    return [""]
      + nearest.map { nearest in
        "nearest to \(name(nearest.place)): "
          + nearest.found.map { "\(name($0.place)) (\(NumberText.fixed(Double($0.distance), 2)))" }
          .joined(separator: ", ")
      }
  }

  private var wordLines: [String] {
    guard !words.isEmpty else { return [] }
    return [""]
      + words.map { words in
        "latent \(words.latent): more " + words.growing.map(\.word).joined(separator: ", ")
          + "; less " + words.falling.map(\.word).joined(separator: ", ")
      }
  }
}
