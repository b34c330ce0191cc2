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

extension FinishedVision {
  /// Makes latents and decodes them; writes `sample.json`, `samples.npy`, `sample-frames.npy` and a picture.
  ///
  /// - Throws: what does not fit the run, its frames or their facts, before anything is written.
  package func sample(
    _ request: SampleRequest, progress: ProgressReporter
  ) throws -> SampleReport {
    try checkLatents(request)
    let hold = try folder.beginStudy()
    defer { hold.end() }
    let made: MadeSamples
    switch request.mode {
    case .prior: made = try priorSamples(request)
    case .near(let frame, let spread): made = try near(frame, spread, request, progress)
    case .between(let first, let last, let paths):
      made = try between(first, last, paths, request, progress)
    case .traverse(let latents, let frame):
      made = try traversal(latents, around: frame, request, progress)
    case .conditioned(let conditions): made = try conditioned(conditions, request, progress)
    case .edit(let condition, let frame): made = try edit(condition, frame, request, progress)
    case .augment(let count, let folder, let few):
      made = try augment(count, into: folder, few: few, request, progress)
    }
    return try write(made, request)
  }

  /// The frames that a request names, or the run's own.
  func seen(_ request: SampleRequest, _ progress: ProgressReporter) throws -> SeenFrames {
    let (source, split) = try opened(request.frames, request.labels, progress)
    return SeenFrames(
      given: source,
      source: reading.judged(source, rootSeed: UInt64(configuration.seed)), split: split)
  }

  /// Refuses what makes no sense for latents that are codes.
  private func checkLatents(_ request: SampleRequest) throws {
    guard let form = reading.frozen.form as? any CodedForm else { return }
    func refused(_ option: String, _ cause: String, _ remedy: String) -> ExperimentError {
      ExperimentError(
        .usage, place: option, cause: "the run's latents are \(form.title): \(cause)",
        remedy: remedy)
    }
    let draws = "draw from the prior, or --where FACT=VALUE, or --traverse"
    switch request.mode {
    case .between: throw refused("--between", "between two of them there is no way", draws)
    case .edit: throw refused("--edit", "they cannot be moved by degrees", draws)
    case .near(_, let spread) where spread != nil:
      throw refused("--spread", "they have no deviations", "leave it out")
    case .near where reading.isQuantised, .augment where reading.isQuantised:
      throw refused(
        "--\(request.mode.name)", "a frame has one alone, and nothing is drawn",
        draws + "; or train with model.latent.kind=gaussian")
    case .traverse where request.prior != nil:
      throw refused("--prior", "they have no quantiles", "leave it out: every value is shown")
    default: break
    }
    guard request.temperature == 1 else {
      throw refused("--temperature", "they have no deviations to multiply", "leave it out")
    }
  }

  /// The prior that a request names.
  func prior(_ choice: SampleRequest.PriorChoice?) throws -> any Prior {
    switch choice {
    case .none: return reading.frozen.prior
    case .standard: return reading.frozen.plainPrior
    case .fitted:
      guard reading.frozen.hasFittedPrior else {
        throw ExperimentError(
          .usage, place: "--prior fitted", cause: "no prior was fitted to the run's latents",
          remedy:
            "give --prior standard, or train with --set model.prior.kind=mixture, which fits one at the end of training"
        )
      }
      return reading.frozen.prior
    }
  }

  private func priorSamples(_ request: SampleRequest) throws -> MadeSamples {
    let prior = try prior(request.prior)
    var stream = RandomStream(root: request.seed, name: "sample/prior")
    let latents =
      (prior as? any TemperedPrior)?.samples(
        request.count, temperature: request.temperature, stream: &stream)
      ?? prior.samples(request.count, stream: &stream)
    return drawn(latents, "the \(prior.title)", request, [("prior", .string(prior.title))])
  }

  private func near(
    _ frame: Int, _ spread: Double?, _ request: SampleRequest, _ progress: ProgressReporter
  ) throws -> MadeSamples {
    let seen = try seen(request, progress)
    let place = try seen.checked(frame, option: "--near")
    let table = try reading.latents(
      of: seen.source, [Int](repeating: place, count: request.count))
    var stream = RandomStream(root: request.seed, name: "sample/near")
    let latents =
      spread.map { spread in
        table.means.map { $0 + Float(spread * stream.standardNormal()) }
      } ?? table.draws(&stream, temperature: Float(request.temperature))
    let words =
      spread.map { "a Gaussian of deviation \(NumberText.short($0)) around frame \(place)" }
      ?? "what the encoder says of frame \(place)"
    var made = drawn(
      latents, words, request,
      [("frame", .integer(place)), ("spread", spread.map { .number($0) } ?? .null)])
    let shown = pictures(try seen.given.frames([place]) + reading.pictures(of: table.row(0)))
    let draws = pictures(made.frames).map { StepSheet.Step($0) }
    made.picture = StepSheet(
      title: title(words, request),
      rows: [
        .init("", [.init(shown[0], "frame \(place)"), .init(shown[1], "its mean")])
      ]
        + stride(from: 0, to: min(draws.count, 32), by: 8).map {
          .init("", Array(draws[$0..<min(draws.count, $0 + 8)]))
        }
    ).frame()
    return made
  }

  /// The title of a picture of draws.
  func title(_ words: String, _ request: SampleRequest) -> String {
    let tempered =
      request.temperature == 1 ? "" : ", temperature \(NumberText.short(request.temperature))"
    return "\(configuration.subject): draws of \(words)\(tempered)"
  }

  /// Latents that were drawn, with what they decode to.
  ///
  /// - Parameter words: what they are draws of.
  func drawn(
    _ latents: [Float], _ words: String, _ request: SampleRequest,
    _ details: [(String, JSONValue)]
  ) -> MadeSamples {
    var made = MadeSamples()
    (made.latents, made.frames) = (latents, reading.pictures(of: latents))
    let densities = densities(latents, seed: request.seed)
    made.details = .object(
      details.map { JSONValue.Member($0.0, $0.1) } + [
        .init("temperature", .number(request.temperature)), .init("logDensity", densities.json),
      ])
    let count = latents.count / reading.latentSize
    made.lines =
      ["\(count) draws of \(words), temperature \(NumberText.short(request.temperature))"]
      + densities.map { "log density under the \($0.name): \($0.value.text(1)) nats" }
    let side = reading.format.kind == .pictures ? reading.format.shape[0] : 64
    made.picture = SampleSheet(
      title: title(words, request), pictures: Array(pictures(made.frames).prefix(64))
    ).frame(zoom: max(1, (96 + side - 1) / side))
    return made
  }
}
