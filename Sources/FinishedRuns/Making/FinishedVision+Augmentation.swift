import Datasets
import EnvironmentKit
import Evaluation
import Experiments
import Files
import LongWork
import Pictures
import Randomness
import Settings

/// Labelled frames made of labelled frames, and whether a reader gains by such.
extension FinishedVision {
  /// Frames with some made of each, in the picture.
  private static let (shownFrames, shownDraws) = (8, 7)

  func augment(
    _ count: Int, into path: String, few: FewFrames?, _ request: SampleRequest,
    _ progress: ProgressReporter
  ) throws -> MadeSamples {
    let target = try AugmentedFolder(path)
    guard reading.format.kind != .counts else {
      throw ExperimentError(
        .usage, place: "--augment", cause: "what is decoded of counts are shares, no counts",
        remedy: "draw latents with --near FRAME or --where FACT=VALUE")
    }
    let seen = try seen(request, progress)
    guard !seen.source.frameFacts.isEmpty else {
      throw ExperimentError(
        .usage, place: "--augment", cause: "nothing is known of the frames to be passed on",
        remedy: "give frames with --frames PATH and what is known of them with --labels PATH")
    }
    let frames = seen.split.training.isEmpty ? seen.split.heldOut : seen.split.training
    let study = try study(few, seen, request)
    let temperature = Float(request.temperature)
    let phase = progress.phase("make frames", total: count, done: 0, unit: "frames")
    try target.write(reading.format) { append in
      var made = MadeFrames(
        reading, seen.source, of: frames, temperature: temperature, rootSeed: request.seed)
      var (labels, latents, done) = ([Float](), [Float](), 0)
      while done < count {
        let portion = try made.next(count - done)
        try append(portion.bytes)
        latents += portion.latents
        for frame in portion.frames { labels += try seen.source.readFacts(frame) }
        done += portion.frames.count
        phase.update(done: done, terms: [])
        try ModelEvaluationStage.stopIfInterrupted()
      }
      return (labels, latents, done)
    }
    phase.finish(done: count)
    var samples = MadeSamples()
    samples.written = target.members
    samples.picture = try shown(frames, seen, request)
    let names = seen.source.frameFacts.map(\.name)
    samples.lines = [
      "\(NumberStyle.count(count, "frames")) made of \(frames.count) with what is known of these: \(names.prefix(8).joined(separator: ", "))"
    ]
    samples.details = [
      "count": .integer(count), "madeOf": .integer(frames.count),
      "temperature": .number(request.temperature), "facts": .array(names.map { .string($0) }),
    ]
    if let study {
      let report = FewFramesReport(
        try outcomes(of: study, progress), leftOut: study.leftOut.map { names[$0] },
        subject: configuration.subject)
      samples.details["judged"] = .integer(report.judged)
      samples.details["few"] = report.json
      if !report.leftOut.isEmpty {
        samples.details["leftOut"] = .array(report.leftOut.map { .string($0) })
      }
      samples.lines += report.lines
      samples.more = ("few", report.picture)
    }
    return samples
  }

  /// Some frames, each with what is made of it.
  private func shown(
    _ frames: [Int], _ seen: SeenFrames, _ request: SampleRequest
  ) throws -> Frame {
    let chosen = FrameSelection.spread(frames, Self.shownFrames)
    var stream = RandomStream(root: request.seed, name: "sample/augment/shown")
    let rows = try chosen.map { frame -> StepSheet.Row in
      let latents = try reading.latents(
        of: seen.source, [Int](repeating: frame, count: Self.shownDraws)
      ).draws(&stream, temperature: Float(request.temperature))
      let original = pictures(try seen.given.frames([frame]))[0]
      let first = try seen.source.readFacts(frame)[0]
      let fact = seen.source.frameFacts[0].name
      return StepSheet.Row(
        "frame \(frame)", note: "\(fact) \(NumberText.short(Double(first)))",
        [.init(original)] + pictures(reading.pictures(of: latents)).map { .init($0) })
    }
    return StepSheet(
      title: "\(configuration.subject): frames, and frames made of each", rows: rows
    ).frame()
  }

  /// A study of what readers gain; nil where none is asked for.
  private func study(
    _ few: FewFrames?, _ seen: SeenFrames, _ request: SampleRequest
  ) throws -> AugmentationStudy? {
    guard let few, let most = few.counts.max() else { return nil }
    var extent = AugmentationStudy.Extent()
    extent.few = few.counts
    let parts = seen.split.probing(seen.source, rootSeed: UInt64(configuration.seed))
    var named: [Int] = []
    for name in few.facts {
      let fact = try seen.index(of: name, option: "--fact")
      if !named.contains(fact) { named.append(fact) }
    }
    let study = try AugmentationStudy(
      reading, seen.source, pool: parts.fit, test: parts.test,
      facts: named.isEmpty ? Array(seen.source.frameFacts.indices) : named,
      temperature: Float(request.temperature), rootSeed: request.seed, extent: extent)
    // Of all facts some may be left out; one that is named may not.
    let lacking = named.isEmpty && study.draws > 0 ? nil : study.leftOut.first
    if let lacking, let counts = study.counts.first(where: { $0.fact == lacking }) {
      let name = seen.source.frameFacts[lacking].name
      let isKnown = counts.pool >= most && counts.judged >= 2
      throw ExperimentError(
        .usage, place: isKnown ? "--fact \(name)" : "--few \(most)",
        cause: isKnown
          ? "is the same in all frames"
          : "there are \(counts.pool) frames to draw from and \(counts.judged) to judge by, of \(name)",
        remedy: isKnown
          ? "name another" : "give fewer, or more frames with --frames PATH --labels PATH")
    }
    return study
  }

  private func outcomes(
    of study: AugmentationStudy, _ progress: ProgressReporter
  ) throws -> [AugmentationStudy.Outcome] {
    let phase = progress.phase("learn from few", total: study.draws, done: 0, unit: "draws")
    let outcomes = try study.run { done in
      phase.update(done: done, terms: [])
      try ModelEvaluationStage.stopIfInterrupted()
    }
    phase.finish(done: study.draws)
    return outcomes
  }
}
