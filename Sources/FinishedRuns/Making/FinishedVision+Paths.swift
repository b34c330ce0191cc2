import Datasets
import EnvironmentKit
import Evaluation
import Experiments
import Files
import LongWork
import Pictures
import Randomness
import Settings
import WorldModels

/// Latents along ways that are given: between two frames, and one latent at a time.
extension FinishedVision {
  func between(
    _ first: Int, _ last: Int, _ paths: [LatentPath], _ request: SampleRequest,
    _ progress: ProgressReporter
  ) throws -> MadeSamples {
    let seen = try seen(request, progress)
    let ends = try [first, last].map { try seen.checked($0, option: "--between") }
    let table = try reading.latents(of: seen.source, ends)
    let size = reading.latentSize
    var made = MadeSamples()
    var (details, rows) = ([JSONValue.Member](), [StepSheet.Row]())
    for path in paths {
      let latents = path.latents(from: table.row(0), to: table.row(1), steps: request.steps)
      let lengths = stride(from: 0, to: latents.count, by: size).map { start in
        latents[start..<start + size].reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      }
      let frames = reading.pictures(of: latents)
      made.latents += latents
      made.frames += frames
      details.append(.init(path.rawValue, ["lengths": .array(lengths.map { .number($0) })]))
      let least = NumberText.fixed(lengths.min() ?? 0, 2)
      made.lines.append(
        "\(path.rawValue): from frame \(first) to frame \(last) in \(request.steps) steps; latents of length "
          + "\(NumberText.fixed(lengths[0], 2)) and \(NumberText.fixed(lengths[lengths.count - 1], 2)), on the way "
          + "\(least) at least")
      rows.append(
        .init(
          path.rawValue, note: "length ≥ \(least)",
          zip(pictures(frames), lengths).enumerated().map { step, shown in
            .init(shown.0, NumberText.fixed(Double(step) / Double(request.steps - 1), 2))
          }))
    }
    made.details = [
      "frames": .array(ends.map { .integer($0) }), "steps": .integer(request.steps),
      "paths": .object(details),
    ]
    let shown = pictures(try seen.given.frames(ends))
    let captions = zip(ends, shown).map { StepSheet.Step($1, "frame \($0)") }
    made.picture = StepSheet(
      title: "\(configuration.subject): between two frames",
      rows: [.init("frames", captions)] + rows
    ).frame()
    return made
  }

  /// Latents shown where none are named.
  private static let strongest = 10

  func traversal(
    _ named: [Int], around frame: Int?, _ request: SampleRequest, _ progress: ProgressReporter
  ) throws -> MadeSamples {
    let seen = try seen(request, progress)
    let form = reading.frozen.form
    if let wrong = named.first(where: { !(0..<form.parts).contains($0) }) {
      throw ExperimentError(
        .usage, place: "--latents \(wrong)", cause: "there is no such latent",
        remedy: "there are \(form.parts): give 0 to \(form.parts - 1)")
    }
    let place = try frame.map { try seen.checked($0, option: "--of") } ?? seen.split.heldOut[0]
    let table = try reading.latents(
      of: seen.source, FrameSelection.spread(seen.split.heldOut, 4_000))
    let divergences = table.divergences
    let order = divergences.indices.sorted { (divergences[$0], $1) > (divergences[$1], $0) }
    let shown =
      named.isEmpty
      ? Array(order.prefix(Self.strongest))
      : named.enumerated().filter { !named[..<$0.offset].contains($0.element) }.map(\.element)
    let start = form.places(of: try reading.latents(of: seen.source, [place]).row(0))
    let quantiles = try quantiles(request)
    let isCoded = form is any CodedForm
    func values(_ latent: Int) -> [Float] {
      quantiles?.values[latent] ?? form.shownPlaces.map { Float($0) }
    }
    var made = MadeSamples()
    var (details, rows) = ([JSONValue](), [StepSheet.Row]())
    for latent in shown {
      let values = values(latent)
      let latents = values.flatMap { value -> [Float] in
        var places = start
        places[latent] = value
        return form.latent(at: places)
      }
      let frames = reading.pictures(of: latents)
      made.latents += latents
      made.frames += frames
      details.append([
        "latent": .integer(latent), "kl": .number(divergences[latent]),
        "values": .array(values.map { JSONValue($0) }),
      ])
      rows.append(
        .init(
          "z\(latent)", note: "KL \(NumberText.fixed(divergences[latent], 2))",
          zip(pictures(frames), values).map {
            .init($0, NumberText.fixed(Double($1), isCoded ? 0 : 2))
          }))
    }
    made.details = [
      "frame": .integer(place),
      "prior": quantiles == nil ? .null : .string(try prior(request.prior).title),
      "shares": quantiles.map { .array($0.shares.map { .number($0) }) } ?? .null,
      "latents": .array(details),
    ]
    let words =
      quantiles == nil
      ? "each value in turn"
      : "values that 1 % to 99 % of the \(try prior(request.prior).title) lie below"
    made.lines = [
      "\(NumberStyle.count(shown.count, "latents")) of frame \(place), one at a time: \(words)",
      (named.isEmpty ? "most KL first: " : "as named: ")
        + shown.map { "z\($0)" }.joined(separator: ", "),
    ]
    made.picture = StepSheet(
      title: "\(configuration.subject): latents of frame \(place), moved one at a time",
      note: words, rows: rows
    ).frame()
    return made
  }

  /// Values that latents take; nil of codes, whose values are few.
  private func quantiles(_ request: SampleRequest) throws -> PriorQuantiles? {
    guard !(reading.frozen.form is any CodedForm) else { return nil }
    var stream = RandomStream(root: request.seed, name: "sample/quantiles")
    return PriorQuantiles(
      try prior(request.prior), shares: PriorQuantiles.shares(request.steps), stream: &stream)
  }
}
