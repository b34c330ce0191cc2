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
    _ count: Int, into path: String, few: [Int], _ request: SampleRequest,
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
      let outcomes = try outcomes(of: study, progress)
      samples.details["few"] = .array(outcomes.map(\.json))
      samples.details["judged"] = .integer(study.judgedCount)
      samples.lines += Self.table(outcomes, judged: study.judgedCount)
      samples.more = ("few", Self.plot(outcomes, fact: names[0], subject: configuration.subject))
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

  /// A study of what a reader gains; nil where none is asked for.
  private func study(
    _ few: [Int], _ seen: SeenFrames, _ request: SampleRequest
  ) throws -> AugmentationStudy? {
    guard let most = few.max() else { return nil }
    var extent = AugmentationStudy.Extent()
    extent.few = few
    let parts = seen.split.probing(seen.source, rootSeed: UInt64(configuration.seed))
    let study = try AugmentationStudy(
      reading, seen.source, pool: parts.fit, test: parts.test, fact: 0,
      temperature: Float(request.temperature), rootSeed: request.seed, extent: extent)
    guard study.poolCount >= most, study.judgedCount >= 2 else {
      throw ExperimentError(
        .usage, place: "--few \(most)",
        cause:
          "there are \(study.poolCount) frames to draw from and \(study.judgedCount) to judge by",
        remedy: "give fewer, or more frames with --frames PATH --labels PATH")
    }
    return study
  }

  private func outcomes(
    of study: AugmentationStudy, _ progress: ProgressReporter
  ) throws -> [AugmentationStudy.Outcome] {
    let total = AugmentationStudy.Extent().resamples
    let phase = progress.phase("learn from few", total: total, done: 0, unit: "draws")
    let outcomes = try study.run { done in
      phase.update(done: done, terms: [])
      try ModelEvaluationStage.stopIfInterrupted()
    }
    phase.finish(done: total)
    return outcomes
  }

  private static func table(
    _ outcomes: [AugmentationStudy.Outcome], judged: Int
  ) -> [String] {
    TextTable.lines(
      header: ["few", "shown", "alone", "with made frames", "gain", ""],
      rows: outcomes.map {
        [
          "\($0.few)", $0.view.rawValue, $0.plain.text(), $0.augmented.text(), $0.gain.text(),
          $0.verdict,
        ]
      }, rightAligned: [0])
      + [
        "judged by \(judged) other frames; 95 % intervals over \(AugmentationStudy.Extent().resamples) draws of the few"
      ]
  }

  private static func plot(
    _ outcomes: [AugmentationStudy.Outcome], fact: String, subject: String
  ) -> Frame {
    let series = AugmentationStudy.View.allCases.map { view in
      let own = outcomes.filter { $0.view == view }.sorted { $0.few < $1.few }
      return Series(
        "shown \(view.rawValue)s", x: own.map { Double($0.few) }, y: own.map(\.gain.value),
        low: own.map(\.gain.low), high: own.map(\.gain.high))
    }
    return LinePlot(
      "\(subject): what made frames add to a linear reader of \(fact)",
      xLabel: "frames with known \(fact)", yLabel: "gain", series: series,
      references: [ReferenceLine("nothing gained", 0)]
    ).frame(width: 960, height: 480, scale: 2)
  }
}

extension AugmentationStudy.Outcome {
  var json: JSONValue {
    [
      "few": .integer(few), "view": .string(view.rawValue), "alone": plain.json,
      "augmented": augmented.json, "gain": gain.json,
    ]
  }
}
