import Evaluation
import Experiments
import Files
import Foundation
import Statistics

/// What an earlier `embed` left in the run's folder: taken up where it was made of the same, else made anew.
///
/// `embed.json` says below `kept` what everything was made of. Files that are missing, damaged or of another shape
/// are as if they were not there.
struct KeptEmbedding {
  /// What latents are encoded by and of.
  struct Origin: Hashable {
    /// Of V's weights.
    let model: String
    /// Of the frames, and of which of them were encoded.
    let frames: String

    init(model: UInt64, source: String, frames: [Int]) {
      self.model = String(model, radix: 16)
      self.frames = Checksum(of: "\(source) \(frames.checksum)").text
    }
  }

  private let folder: RunFolder
  private let old: JSONValue?
  private let origin: Origin
  private let rows: Int
  /// A checksum of the latents that maps are made of.
  private var latents = ""
  /// What `embed.json` says of what lies there now, below `kept`.
  private(set) var notes: JSONValue
  /// What was taken up, in words.
  private(set) var taken: [String] = []
  /// What of it is made anew, and why.
  private(set) var reasons: [String] = []

  /// What to say of both.
  var lines: [String] {
    var lines: [String] = []
    if !taken.isEmpty {
      lines.append(
        "taken up as made before, of the same V, frames and options: \(taken.joined(separator: ", "))"
      )
    }
    if !reasons.isEmpty {
      lines.append("made anew, as what lies there does not fit: \(reasons.joined(separator: "; "))")
    }
    return lines
  }

  /// Looks into the folder.
  ///
  /// - Parameter rows: how many frames are to be mapped.
  init(_ folder: RunFolder, _ origin: Origin, rows: Int) {
    (self.folder, self.origin, self.rows) = (folder, origin, rows)
    let file = try? JSONValue(reading: readFile(folder.embeddingFile.path, atMost: 1 << 26))
    old = file?["kept"]?["program"]?.asString == ProgramVersion.text ? file : nil
    notes = [
      "program": .string(ProgramVersion.text), "model": .string(origin.model),
      "frames": .string(origin.frames),
    ]
  }

  private var kept: JSONValue? { old?["kept"] }

  private func values(_ file: URL, _ shape: [Int], checksum: JSONValue?) -> [Float]? {
    guard let checksum = checksum?.asString,
      let file = try? NpyFile<Float>(at: file, shape: shape, checksum: checksum)
    else { return nil }
    return withExtendedLifetime(file) { Array(file.elements) }
  }

  /// The latents, `[row, latent]`, where they are of this model and these frames.
  ///
  /// - Parameter width: numbers in a latent.
  mutating func latents(width: Int, otherwise encode: () throws -> SampleSet) rethrows -> SampleSet
  {
    let set = try keptLatents(width).map { SampleSet($0, width: width) } ?? encode()
    latents = set.values.checksum
    notes["latents"] = .string(latents)
    return set
  }

  private mutating func keptLatents(_ width: Int) -> [Float]? {
    guard let kept else { return nil }
    guard kept["model"]?.asString == origin.model else {
      reasons.append("latents (of another V)")
      return nil
    }
    guard kept["frames"]?.asString == origin.frames else {
      reasons.append("latents (of other frames)")
      return nil
    }
    let found = values(folder.embedding, [rows, width], checksum: kept["latents"])
    if found == nil { reasons.append("latents (embedding.npy is not what was written)") }
    if found != nil { taken.append("latents") }
    return found
  }

  /// How close other latents lie, a number a row, where that was written of these latents.
  ///
  /// - Parameter name: of its column among the facts.
  func densities(_ name: String) -> [Float]? {
    let names = (old?["facts"]?.asArray ?? []).compactMap(\.asString)
    guard kept?["latents"]?.asString == latents, let column = names.firstIndex(of: name),
      let all = values(folder.embeddingFacts, [rows, names.count], checksum: kept?["facts"])
    else { return nil }
    return (0..<rows).map { all[$0 * names.count + column] }
  }

  /// A map of these latents, where it was made in this way.
  ///
  /// - Parameter options: all that it hangs on but the latents.
  mutating func map(
    _ method: MapMethod, options: String
  ) -> (points: [Float], divergence: Double?)? {
    guard let note = kept?["maps"]?[method.rawValue] else { return nil }
    func refuse(_ reason: String) { reasons.append("\(method.title) (\(reason))") }
    guard note["latents"]?.asString == latents else {
      refuse("of other latents")
      return nil
    }
    guard let made = note["options"]?.asString, made == options else {
      refuse("made with \(note["options"]?.asString ?? "other options"); asked is \(options)")
      return nil
    }
    guard let points = values(folder.map(method.rawValue), [rows, 2], checksum: note["points"])
    else {
      refuse("map-\(method.rawValue).npy is not what was written")
      return nil
    }
    taken.append(method.title)
    return (points, note["divergence"]?.asNumber)
  }

  /// Notes what a map was made of.
  mutating func note(
    _ method: MapMethod, options: String, _ points: [Float], divergence: Double?
  ) {
    var note: JSONValue = [
      "latents": .string(latents), "options": .string(options), "points": .string(points.checksum),
    ]
    if let divergence { note["divergence"] = .number(divergence) }
    add(note, to: "maps", method.rawValue)
  }

  /// How far a map keeps the neighbours of these latents, where it was judged by the same labels.
  ///
  /// - Parameters:
  ///   - name: of the map, or of the latents themselves.
  ///   - points: of the map.
  ///   - labels: what the rows are; empty where nobody knows.
  mutating func quality(
    _ name: String, _ points: [Float], labels: [Float], seed: UInt64,
    otherwise judge: () throws -> MapQuality
  ) rethrows -> MapQuality {
    let judged = Checksum(of: "\(latents) \(points.checksum) \(labels.checksum) \(seed)").text
    let note = kept?["judged"]?[name]
    let quality =
      try (note?["of"]?.asString == judged ? note.flatMap(MapQuality.init(noted:)) : nil) ?? judge()
    var now = quality.note
    now["of"] = .string(judged)
    add(now, to: "judged", name)
    return quality
  }

  /// Notes what is known of the rows, and keeps what is said of maps that were not asked for now.
  mutating func finish(facts: [Float]) {
    notes["facts"] = .string(facts.checksum)
    for part in ["maps", "judged"] {
      for member in kept?[part]?.asObject ?? [] where notes[part]?[member.name] == nil {
        add(member.value, to: part, member.name)
      }
    }
  }

  private mutating func add(_ note: JSONValue, to part: String, _ name: String) {
    var members = notes[part] ?? .object([])
    members[name] = note
    notes[part] = members
  }
}

extension MapQuality {
  /// As it stands in `embed.json`, with every digit.
  fileprivate var note: JSONValue {
    var json: JSONValue = [
      "trustworthiness": trustworthiness.json, "continuity": continuity.json,
      "neighbours": .integer(neighbours), "rows": .integer(rows),
    ]
    if let sameLabel { json["sameLabel"] = sameLabel.json }
    return json
  }

  /// Reads it back; nil where something is lacking.
  fileprivate init?(noted json: JSONValue) {
    guard let trustworthiness = json["trustworthiness"].flatMap(MeasuredValue.init(noted:)),
      let continuity = json["continuity"].flatMap(MeasuredValue.init(noted:)),
      let neighbours = json["neighbours"]?.asInteger, let rows = json["rows"]?.asInteger
    else { return nil }
    self.init(
      trustworthiness: trustworthiness, continuity: continuity,
      sameLabel: json["sameLabel"].flatMap(MeasuredValue.init(noted:)), neighbours: neighbours,
      rows: rows)
  }
}

extension MeasuredValue {
  fileprivate init?(noted json: JSONValue) {
    guard let value = json["value"]?.asNumber else { return nil }
    self.init(
      value, low: json["low"]?.asNumber ?? .nan, high: json["high"]?.asNumber ?? .nan)
  }
}

extension Array where Element: BitwiseCopyable {
  /// A checksum of the numbers' bytes.
  fileprivate var checksum: String { withUnsafeBytes { Checksum(of: $0).text } }
}
