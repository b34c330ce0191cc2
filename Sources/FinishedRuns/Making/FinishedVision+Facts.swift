import Datasets
import EnvironmentKit
import Evaluation
import Experiments
import Files
import LongWork
import Pictures
import Randomness
import Settings
import Statistics
import WorldModels

/// What is made by facts: draws that shall fulfil them, and frames of which they are changed.
extension FinishedVision {
  func conditioned(
    _ texts: [String], _ request: SampleRequest, _ progress: ProgressReporter
  ) throws -> MadeSamples {
    let typed = try texts.map { try TypedCondition($0, option: "--where") }
    let seen = try seen(request, progress)
    let indices = try typed.map { try seen.index(of: $0.name, option: "--where") }
    let facts = try seen.facts()
    let conditions = zip(typed, indices).map { typed, index in
      condition(seen.source.frameFacts[index], index, typed.value, facts, request.tolerance)
    }
    let found = ConditionedFrames(conditions, frames: seen.all, facts: facts)
    guard found.fulfilled > 0 else {
      throw ExperimentError(
        .usage, place: "--where \(texts.joined(separator: " "))",
        cause: "none of \(seen.source.frameCount) frames fulfils it",
        remedy: "their facts: \(seen.ranges(facts))"
          + (conditions.contains { $0.tolerance > 0 }
            ? "; or allow more with --tolerance T" : ""))
    }
    var stream = RandomStream(root: request.seed, name: "sample/where/frames")
    let chosen = found.chosen(request.count, stream: &stream)
    stream = RandomStream(root: request.seed, name: "sample/where/latents")
    let latents = try reading.latents(of: seen.source, chosen).draws(
      &stream, temperature: Float(request.temperature))
    let text = conditions.map(\.text).joined(separator: ", ")
    var made = drawn(
      latents, "frames with \(text)", request,
      [
        ("conditions", .array(conditions.map(\.json))), ("fulfilled", .integer(found.fulfilled)),
        ("drawnFrom", .integer(found.frames.count)),
        ("frames", .array(chosen.map { .integer($0) })),
      ])
    made.lines.insert(
      "\(found.fulfilled) of \(seen.source.frameCount) frames fulfil\(found.fulfilled == 1 ? "s" : "") \(text)"
        + (found.frames.count < found.fulfilled
          ? "; the nearest \(found.frames.count) are drawn from" : ""),
      at: 0)
    let phase = progress.phase("read samples", total: conditions.count, done: 0, unit: "facts")
    var readings: [JSONValue] = []
    for (place, condition) in conditions.enumerated() {
      if let read = try read(made.frames, condition, seen, request, phase.beat) {
        readings.append(read.json)
        made.lines.append(read.line)
      }
      phase.update(done: place + 1, terms: [])
    }
    phase.finish(done: conditions.count)
    made.details["read"] = .array(readings)
    return made
  }

  /// A condition with its tolerance: the one that is given, or a twentieth of the fact's range.
  private func condition(
    _ fact: Fact, _ index: Int, _ value: Float, _ facts: [[Float]], _ tolerance: Float?
  ) -> FactCondition {
    guard fact.kind == .quantity else {
      return FactCondition(fact, index: index, value: value, tolerance: 0)
    }
    let found = facts.lazy.map { $0[index] }.filter(\.isFinite)
    let range = (found.max() ?? 0) - (found.min() ?? 0)
    return FactCondition(fact, index: index, value: value, tolerance: tolerance ?? range / 20)
  }

  /// What a reader tells of decoded draws, looked at as if they were frames; nil where none can be fitted.
  private func read(
    _ frames: [UInt8], _ condition: FactCondition, _ seen: SeenFrames, _ request: SampleRequest,
    _ beat: () -> Void
  ) throws -> (json: JSONValue, line: String)? {
    guard let probed = try probed(condition.index, seen, beat) else { return nil }
    let told = probed.probe.told(
      rows: reading.expectedLatents(of: frames), count: frames.count / reading.format.size)
    var stream = RandomStream(root: request.seed, name: "sample/intervals")
    let isCategory = condition.fact.kind == .category
    let value = MeasuredValue(
      meanOf: isCategory ? told.map { $0 == Double(condition.value) ? 1 : 0 } : told,
      using: &stream)
    let what =
      isCategory
      ? "share of draws read as \(condition.text)" : "\(condition.fact.name) as read of draws, mean"
    return (
      [
        "fact": .string(condition.fact.name), isCategory ? "share" : "mean": value.json,
        "probe": probed.json,
      ],
      "\(what): \(value.text()); the reader: \(probed.text)"
    )
  }

  /// A reader of a fact.
  private func probed(
    _ index: Int, _ seen: SeenFrames, _ beat: () -> Void
  ) throws -> ProbedFact? {
    try ProbedFact(
      reading, seen.source, seen.split, index: index, rootSeed: UInt64(configuration.seed)
    ) {
      beat()
      try ModelEvaluationStage.stopIfInterrupted()
    }
  }

  func edit(
    _ text: String, _ frame: Int?, _ request: SampleRequest, _ progress: ProgressReporter
  ) throws -> MadeSamples {
    let typed = try TypedCondition(text, option: "--edit")
    let seen = try seen(request, progress)
    let index = try seen.index(of: typed.name, option: "--edit")
    let given = try frame.map { try seen.checked($0, option: "--of") }
    let phase = progress.phase("fit the reader", total: 1, done: 0, unit: "facts")
    guard let probed = try probed(index, seen, phase.beat) else {
      throw ExperimentError(
        .usage, place: "--edit \(text)",
        cause: "too few frames have the fact, or all the same, for a reader to be fitted",
        remedy: "give more frames with --frames PATH, and what is known of them with --labels PATH")
    }
    phase.finish(done: 1)
    let value = Double(typed.value)
    guard let found = try start(given, value, index, probed, seen) else {
      throw ExperimentError(
        .usage, place: given.map { "--edit \(text) --of \($0)" } ?? "--edit \(text)",
        cause: "the reader tells so already, or no latent makes it tell so",
        remedy: "give another frame or value; there is \(seen.range(of: index, try seen.facts()))")
    }
    return try edited(found, typed.value, index, probed, seen, request)
  }

  /// A latent to be moved.
  private struct Start {
    let place: Int
    let latent: [Float]
    let way: LatentProbe.Way
  }

  /// The frame to be edited, with the way: the one that is given, else the first that has another value.
  ///
  /// Of a category rather one that the reader tells right of its latent, and best of what is decoded of this too.
  private func start(
    _ given: Int?, _ value: Double, _ index: Int, _ probed: ProbedFact, _ seen: SeenFrames
  ) throws -> Start? {
    var best: (start: Start, told: Int)?
    for place in given.map({ [$0] }) ?? Array(seen.split.heldOut.prefix(Self.triedFrames)) {
      let known = Double(try seen.source.readFacts(place)[index])
      if given == nil, !known.isFinite || known == value { continue }
      let latent = try reading.latents(of: seen.source, [place]).row(0)
      guard let way = probed.probe.way(from: latent, to: value) else { continue }
      let start = Start(place: place, latent: latent, way: way)
      guard given == nil, probed.probe.fact.kind == .category else { return start }
      let again = reading.expectedLatents(of: reading.pictures(of: latent))
      let told = [latent, again].prefix { probed.probe.told($0[...]) == known }.count
      if told == 2 { return start }
      if told > best?.told ?? -1 { best = (start, told) }
    }
    return best?.start
  }

  /// Held-out frames that one to edit is looked for among.
  private static let triedFrames = 1_000

  private func edited(
    _ start: Start, _ value: Float, _ index: Int, _ probed: ProbedFact, _ seen: SeenFrames,
    _ request: SampleRequest
  ) throws -> MadeSamples {
    let (place, latent, way, fact) = (start.place, start.latent, start.way, probed.probe.fact)
    let shares = (0..<request.steps).map { 2 * Double($0) / Double(request.steps - 1) }
    var made = MadeSamples()
    // At the flip itself two labels are equally likely, and rounding would decide.
    made.latents = shares.flatMap {
      way.latent(latent, at: $0 * way.flip * ($0 == 1 ? 1 + 1e-5 : 1))
    }
    made.frames = reading.pictures(of: made.latents)
    let told = probed.probe.told(rows: made.latents, count: shares.count)
    let read = probed.probe.told(
      rows: reading.expectedLatents(of: made.frames), count: shares.count)
    let known = Double(try seen.source.readFacts(place)[index])
    made.details = [
      "fact": .string(fact.name), "value": JSONValue(value), "frame": .integer(place),
      "known": .number(known), "probe": probed.json, "flip": .number(way.flip),
      "direction": .array(way.direction.map { .number($0) }),
      "steps": .array(
        shares.indices.map { step in
          [
            "strength": .number(shares[step] * way.flip), "told": .number(told[step]),
            "read": .number(read[step]),
          ]
        }),
    ]
    let (short, flip) = (NumberText.short, NumberText.fixed(way.flip, 2))
    made.lines =
      [
        "\(fact.name) of frame \(place), \(short(known)), to \(short(Double(value))); the reader: \(probed.text)",
        "it flips at strength \(flip), in deviations of latents over frames",
      ]
      + TextTable.lines(
        header: ["strength", "told of the latent", "read of the decoded frame"],
        rows: shares.indices.map { step in
          [
            NumberText.fixed(shares[step] * way.flip, 2) + (shares[step] == 1 ? " *" : ""),
            short(told[step]), short(read[step]),
          ]
        }, rightAligned: [0, 1, 2])
    let original = pictures(try seen.given.frames([place]))[0]
    let marked = shares.firstIndex { $0 >= 1 }
    let steps = zip(pictures(made.frames), shares).enumerated().map { step, shown in
      StepSheet.Step(
        shown.0, NumberText.fixed(shown.1 * way.flip, 2) + (step == marked ? " flips" : ""),
        isMarked: step == marked)
    }
    made.picture = StepSheet(
      title:
        "\(configuration.subject): \(fact.name) of frame \(place) from \(short(known)) to \(short(Double(value)))",
      note: "in deviations of latents; reader \(probed.text)",
      rows: [.init("", [.init(original, "frame \(place)")] + steps)]
    ).frame()
    return made
  }
}

extension FactCondition {
  var text: String {
    let number = NumberText.short(Double(value))
    return tolerance > 0
      ? "\(fact.name) \(number) ± \(NumberText.short(Double(tolerance)))" : "\(fact.name) \(number)"
  }

  var json: JSONValue {
    [
      "fact": .string(fact.name), "value": JSONValue(value), "tolerance": JSONValue(tolerance),
    ]
  }
}

extension ProbedFact {
  /// How well it reads.
  var text: String {
    let name = probe.fact.kind == .quantity ? "R²" : "right"
    return "\(name) \(quality.text()) of \(judged) unseen frames"
      + (chance > 0 ? ", by chance \(NumberText.fixed(chance, 3))" : "")
  }

  var json: JSONValue {
    [
      "measure": .string(probe.fact.kind == .quantity ? "explainedVariance" : "accuracy"),
      "quality": quality.json, "chance": .number(chance), "fitted": .integer(fitted),
      "judged": .integer(judged),
    ]
  }
}
