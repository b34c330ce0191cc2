import ArgumentParser
import Evaluation
import Experiments
import FinishedRuns
import LongWork
import Settings

/// Draws, moves and conditions latents of a run, and decodes them.
struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract:
      "Make frames: draws of the prior, around and between frames, by facts; labelled ones to train on.",
    discussion: """
      Draws from the prior where no other way is named; the ways exclude each other. FRAME is the number of a \
      frame among those of --frames, or all of the run, from 0. Writes RUN/sample.json, RUN/samples.npy (the \
      latents), RUN/sample-frames.npy (what they decode to) and RUN/media/sample-WAY.png.
      """)

  @OptionGroup var seen: SeenFramesOptions

  @Option(help: ArgumentHelp("Draw around a frame.", valueName: "frame"))
  var near: Int?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Go from one frame to another.", valueName: "frame"))
  var between: [Int] = []

  @Flag(help: "Move one latent at a time, by quantiles of the prior.")
  var traverse = false

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Draw around frames whose facts are so, such as label=3.", valueName: "fact=value"))
  var `where`: [String] = []

  @Option(
    help: ArgumentHelp(
      "Move a frame's latent to where a linear reader tells a fact otherwise.",
      valueName: "fact=value"))
  var edit: String?

  @Option(help: ArgumentHelp("Make labelled frames of labelled frames.", valueName: "n"))
  var augment: Int?

  @Option(help: ArgumentHelp("Draws. Default: 32.", valueName: "n"))
  var count: Int?

  @Option(
    help: ArgumentHelp(
      "standard or fitted. Default: the one that was fitted, where one was.", valueName: "prior"))
  var prior: String?

  @Option(
    help: ArgumentHelp(
      "Multiplies the deviations that are drawn by, from 0. Default: 1.", valueName: "t"))
  var temperature: Double?

  @Option(
    help: ArgumentHelp(
      "Deviation of every latent around --near, in the place of the encoder's.", valueName: "s"))
  var spread: Double?

  @Option(
    help: ArgumentHelp("straight or spherical. Default: both.", valueName: "path"))
  var path: String?

  @Option(
    help: ArgumentHelp(
      "Latents of a path or traversal, strengths of an edit: 2 or more. Default: 9.",
      valueName: "k"))
  var steps: Int?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Latents to move. Default: ten with the most KL.", valueName: "latent"))
  var latents: [Int] = []

  @Option(
    help: ArgumentHelp(
      "The frame that is edited, or whose latents are moved. Default: one that was held out.",
      valueName: "frame"))
  var of: Int?

  @Option(
    help: ArgumentHelp(
      "How far from its value a fact that is a real number may lie. Default: a twentieth of its range.",
      valueName: "t"))
  var tolerance: Float?

  @Option(
    help: ArgumentHelp("The folder that labelled frames are written into.", valueName: "dir"),
    completion: .directory)
  var save: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Also try what linear readers of facts gain by made frames that learn from so few.",
      valueName: "n"))
  var few: [Int] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Facts that --few is tried on. Default: all.", valueName: "fact"))
  var fact: [String] = []

  @Option(help: "Seed of all draws. Default: 1.", transform: seedNumber)
  var seed: UInt64 = 1

  func run() throws {
    try seen.apply()
    let request = try request()
    let report = try seen.open().sample(request, progress: ProgressReporter.standardError())
    if seen.json {
      print(report.json.document, terminator: "")
    } else {
      for line in report.lines { print(line) }
    }
  }

  /// What is asked for, once all of it goes together.
  private func request() throws -> SampleRequest {
    let ways = [
      near != nil ? "--near" : nil, between.isEmpty ? nil : "--between",
      traverse ? "--traverse" : nil, self.where.isEmpty ? nil : "--where",
      edit != nil ? "--edit" : nil, augment != nil ? "--augment" : nil,
    ].compactMap { $0 }
    guard ways.count <= 1 else {
      throw usage(
        ways.joined(separator: " "), "only one way goes at a time", "give one of them")
    }
    try checkOptions(of: ways.first)
    var request = SampleRequest(try mode())
    request.count = try checked("--count", count ?? 32, 1...1_000_000)
    request.temperature = try checked("--temperature", temperature ?? 1, 0...1_000)
    request.steps = try checked("--steps", steps ?? 9, 2...1_000)
    request.prior = try prior.map { try choice("--prior", $0) }
    request.tolerance = try tolerance.map { try checked("--tolerance", $0, 0...Float.infinity) }
    (request.seed, request.frames, request.labels) = (seed, seen.frames, seen.labels)
    return request
  }

  /// Options that say nothing beside a way are errors.
  private func checkOptions(of way: String?) throws {
    let options: [(name: String, isGiven: Bool, ways: [String])] = [
      ("--count", count != nil, ["", "--near", "--where"]),
      ("--prior", prior != nil, ["", "--traverse"]),
      ("--temperature", temperature != nil, ["", "--near", "--where", "--augment"]),
      ("--spread", spread != nil, ["--near"]), ("--path", path != nil, ["--between"]),
      ("--steps", steps != nil, ["--between", "--traverse", "--edit"]),
      ("--latents", !latents.isEmpty, ["--traverse"]),
      ("--of", of != nil, ["--traverse", "--edit"]),
      ("--tolerance", tolerance != nil, ["--where"]), ("--save", save != nil, ["--augment"]),
      ("--few", !few.isEmpty, ["--augment"]), ("--fact", !fact.isEmpty, ["--augment"]),
      (
        "--frames", !seen.frames.isEmpty,
        ["--near", "--between", "--traverse", "--where", "--edit", "--augment"]
      ),
    ]
    for option in options where option.isGiven && !option.ways.contains(way ?? "") {
      let named = option.ways.filter { !$0.isEmpty }
      throw usage(
        option.name, "says nothing \(way.map { "beside \($0)" } ?? "of draws from the prior")",
        "it goes with \(named.joined(separator: ", "))")
    }
    guard spread == nil || temperature == nil else {
      throw usage(
        "--spread --temperature", "both say how far draws lie from the frame's latent",
        "give one of them")
    }
  }

  private func mode() throws -> SampleRequest.Mode {
    if let near {
      return .near(
        frame: near, spread: try spread.map { try checked("--spread", $0, 0...1_000) })
    }
    if !between.isEmpty {
      guard between.count == 2 else {
        throw usage(
          "--between \(between.map(String.init).joined(separator: " "))",
          "names \(between.count) frame\(between.count == 1 ? "" : "s")", "name two")
      }
      return .between(
        between[0], between[1],
        try path.map { [try choice("--path", $0)] } ?? LatentPath.allCases)
    }
    if traverse { return .traverse(latents, of: of) }
    if !self.where.isEmpty { return .conditioned(self.where) }
    if let edit { return .edit(edit, of: of) }
    guard let augment else { return .prior }
    guard let save else {
      throw usage("--augment", "frames with labels need a folder", "name it with --save DIR")
    }
    for few in few { _ = try checked("--few", few, 10...10_000) }
    guard fact.isEmpty || !few.isEmpty else {
      throw usage(
        "--fact", "names facts that readers learn from few frames",
        "say from how many with --few N")
    }
    return .augment(
      count: try checked("--augment", augment, 1...10_000_000), folder: save,
      few: few.isEmpty ? nil : FewFrames(few, facts: fact))
  }

  private func checked<Value: Comparable>(
    _ option: String, _ value: Value, _ range: ClosedRange<Value>
  ) throws -> Value {
    guard range.contains(value) else {
      throw usage(
        "\(option) \(value)", "out of range", "give \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  private func choice<Choice: CaseIterable & RawRepresentable<String>>(
    _ option: String, _ word: String
  ) throws -> Choice {
    guard let choice = Choice(rawValue: word) else {
      throw usage(
        "\(option) \(word)", "there is no such \(option.dropFirst(2))",
        "give \(Choice.allCases.map(\.rawValue).joined(separator: " or "))")
    }
    return choice
  }

  private func usage(_ place: String, _ cause: String, _ remedy: String) -> ExperimentError {
    ExperimentError(.usage, place: place, cause: cause, remedy: remedy)
  }
}
