import Controllers
import EnvironmentKit
import Files
import Testing
import Threads

/// Bonuses that ask no model, and those that do.
private let ownKinds: [ExplorationKind] = [.count, .hash, .rnd, .episodic, .noveld, .deir]
private let modelKinds: [ExplorationKind] = [.kl, .elbo, .surprise]

private func settings(
  _ steps: Int, _ kind: ExplorationKind, _ change: (inout PPOSettings) -> Void = { _ in }
) -> PPOSettings {
  tinySettings(steps) {
    $0.exploration.kind = kind
    $0.exploration.hiddenSizes = [32]
    $0.exploration.features = 16
    change(&$0)
  }
}

@Suite("Exploration", .serialized)
struct ExplorationTests {
  @Test("reaches what is never reached without a bonus", arguments: ownKinds)
  func corridor(kind: ExplorationKind) throws {
    let runner = tinyRunner(CorridorWorld(), 8)
    let settings = settings(40_000, kind) { $0.readout = .greatest }
    let learner = try exploringLearner(settings, runner)
    try train(learner, settings, on: runner)
    #expect(try meanReturn(learner, on: runner) == 1)
  }

  @Test("is what that takes: without it nothing is reached")
  func none() throws {
    let runner = tinyRunner(CorridorWorld(), 8)
    let settings = settings(40_000, .none) { $0.readout = .greatest }
    let learner = try exploringLearner(settings, runner)
    try train(learner, settings, on: runner)
    #expect(try meanReturn(learner, on: runner) == 0)
  }

  @Test("goes where the model says that it is strange", arguments: modelKinds)
  func model(kind: ExplorationKind) throws {
    let runner = tinyRunner(CorridorWorld(), 8)
    let settings = settings(20_000, kind) { $0.readout = .greatest }
    let learner = try exploringLearner(settings, runner, model: FactReader.model)
    try train(learner, settings, on: runner)
    #expect(try meanReturn(learner, on: runner) == 1)
  }

  @Test("looks at latents where it is told", arguments: ownKinds.dropFirst())
  func latents(kind: ExplorationKind) throws {
    let runner = tinyRunner(CorridorWorld(), 8)
    let settings = settings(2_000, kind) { $0.exploration.input = .latent }
    let learner = try exploringLearner(settings, runner, model: FactReader.model)
    let metrics = try train(learner, settings, on: runner)
    #expect(reported("controller/bonus", metrics) > 0)
  }

  @Test("counts exactly: 1/√N of each state")
  func counts() throws {
    let runner = tinyRunner(CorridorWorld(), 8)
    let settings = settings(512, .count) { $0.exploration.normalises = false }
    let learner = try exploringLearner(settings, runner)
    let metrics = try train(learner, settings, on: runner)
    let saved = learner.save()
    let visits = try saved.values("exploration/visits/counts", as: Int64.self)
    #expect(visits.reduce(0, +) == 512)
    #expect(Double(visits.count) == reported("controller/bonusStates", metrics))
    // Of the second half of the steps: from the counts of the first.
    let half = try exploringLearner(settings, runner)
    _ = try half.improve(on: tinyRunner(CorridorWorld(), 8), isLast: false)
    let before = try half.save().values("exploration/visits/counts", as: Int64.self)
    var sum = 0.0
    for (state, last) in visits.enumerated() {
      let first = state < before.count ? before[state] : 0
      guard first < last else { continue }
      for number in first + 1...last { sum += 1 / Double(number).squareRoot() }
    }
    #expect(abs(reported("controller/bonus", metrics) - sum / 256) < 1e-6)
  }

  @Test(
    "gives the same bytes for any number of threads, and after a stop within episodes",
    arguments: ownKinds + modelKinds)
  func bytes(kind: ExplorationKind) throws {
    let settings = settings(3_000, kind) {
      $0.environments = 40
      $0.minibatch = 100
      $0.exploration.share = 0.7
    }
    func run(_ threads: Int, stopsAfter: Int?) throws -> [UInt8] {
      let before = ThreadCount.current
      defer { ThreadCount.current = before }
      ThreadCount.current = threads
      var runner = tinyRunner(CorridorWorld(), 40)
      var learner = try exploringLearner(settings, runner, model: FactReader.model)
      if let stopsAfter {
        for _ in 0..<stopsAfter { _ = try learner.improve(on: runner, isLast: false) }
        let saved = learner.save()
        runner = tinyRunner(CorridorWorld(), 40)
        learner = try exploringLearner(settings, runner, model: FactReader.model)
        try learner.restore(saved, place: "saved")
      }
      try train(learner, settings, on: runner)
      return learner.save().serialized()
    }
    let one = try run(1, stopsAfter: nil)
    #expect(try run(2, stopsAfter: nil) == one)
    #expect(try run(4, stopsAfter: 1) == one)
  }

  @Test("works with shared layers, with a memory, and with actions that are rows")
  func networks() throws {
    let runner = tinyRunner(CorridorWorld(), 8)
    for change: (inout PPOSettings) -> Void in [
      { $0.sharesLayers = true }, { ($0.memoryUnits, $0.hiddenSizes) = (16, [16]) },
      { $0.exploration.endsWithEpisode = true }, { $0.exploration.annealsWeight = true },
      { $0.normalisesObservations = true },
    ] {
      let settings = settings(1_024, .noveld, change)
      let learner = try exploringLearner(settings, runner)
      let first = try learner.improve(on: runner, isLast: false)
      #expect(reported("controller/firstRatioDistance", first) == 0)
      let last = try train(learner, settings, on: runner)
      #expect(reported("controller/bonusValueError", last) > 0)
    }
    let glide = tinyRunner(GlideWorld(), 8)
    let settings = settings(1_024, .deir)
    let learner = try exploringLearner(settings, glide)
    #expect(reported("controller/bonus", try train(learner, settings, on: glide)) > 0)
  }

  @Test("learns what bonuses are worth, in a value of their own")
  func value() throws {
    let runner = tinyRunner(CorridorWorld(), 8)
    let settings = settings(20_000, .kl) { $0.exploration.discount = 0.8 }
    let learner = try exploringLearner(settings, runner, model: FactReader.model)
    var best = -Double.infinity
    while learner.step < settings.steps {
      let metrics = try learner.improve(on: runner, isLast: false)
      best = max(best, reported("controller/bonusExplainedVariance", metrics))
    }
    #expect(best > 0.5)
  }

  @Test("a model of transitions tells them from others")
  func discriminates() throws {
    let runner = tinyRunner(CorridorWorld(), 8)
    let settings = settings(20_000, .deir)
    let metrics = try train(
      try exploringLearner(settings, runner), settings, on: runner)
    #expect(reported("controller/bonusAccuracy", metrics) > 0.8)
  }

  @Test("changes nothing where there is none")
  func off() throws {
    let runner = tinyRunner(CorridorWorld(), 8)
    var settings = settings(2_000, .none)
    let one = try exploringLearner(settings, runner)
    let metrics = try train(one, settings, on: runner)
    #expect(!metrics.contains { $0.name.hasPrefix("controller/bonus") })
    #expect(!one.save().entries.keys.contains { $0.hasPrefix("exploration") })
    settings.exploration.weight = 7
    let other = try exploringLearner(settings, runner)
    try train(other, settings, on: runner)
    #expect(one.save().serialized() == other.save().serialized())
  }

  @Test("is refused where nothing here could tell it, before anything is learned")
  func refusals() {
    func problem(
      _ kind: ExplorationKind, facts: Int = 1, model: LearnerModel? = nil,
      _ change: (inout PPOSettings) -> Void = { _ in }
    ) -> String? {
      let room = LearnerRoom(
        observation: ObservationSpace([ObservationField("frame", shape: [4])]),
        actions: .discrete(["a", "b"]), rootSeed: 1, facts: facts, model: model)
      return settings(100, kind, change).furtherProblems(in: room).first?.key
    }
    #expect(problem(.count, facts: 0) == "exploration.kind")
    #expect(problem(.count) == nil)
    for kind in modelKinds {
      #expect(problem(kind) == "exploration.kind")
      #expect(problem(kind, model: FactReader.model) == nil)
      #expect(problem(kind, model: FactReader.model) { $0.place = .dream } == "exploration.kind")
    }
    #expect(problem(.rnd) { $0.exploration.input = .latent } == "exploration.input")
    #expect(problem(.count) { $0.place = .dream } == "exploration.kind")
    #expect(
      problem(.hash, model: FactReader.model) {
        $0.place = .dream
        $0.exploration.input = .latent
      } == nil)
  }

  @Test(
    "refuses a checkpoint whose counts or episodes do not fit",
    arguments: [ExplorationKind.count, .noveld, .deir])
  func damage(kind: ExplorationKind) throws {
    let runner = tinyRunner(CorridorWorld(), 8)
    let learner = try exploringLearner(settings(2_000, kind), runner)
    _ = try learner.improve(on: runner, isLast: false)
    var file = learner.save()
    switch kind {
    case .count: file.entries["exploration/visits/counts"] = TensorEntry([Int64(1)])
    case .noveld: file.entries["exploration/lengths"] = TensorEntry([Int64](repeating: 9, count: 8))
    default:
      file.entries["exploration/episodes/lengths"] = TensorEntry([Int64](repeating: -1, count: 8))
    }
    #expect(throws: FileError.self) { try learner.restore(file, place: "saved") }
  }
}

@Suite("A noisy screen", .serialized)
struct NoisyScreenTests {
  /// The share of looks at the screen among what a learner does at the end of its training.
  private func looks(_ kind: ExplorationKind, at input: ExplorationInput = .observation) throws
    -> Double
  {
    let runner = tinyRunner(ScreenWorld(), 8)
    let settings = settings(30_000, kind) { $0.exploration.input = input }
    let learner = try exploringLearner(settings, runner, model: FactReader.model)
    var (looks, steps) = (0, 0)
    while learner.step < settings.steps {
      runner.onStep = { runner in
        guard learner.step >= settings.steps * 3 / 4 else { return }
        for slot in 0..<8 {
          steps += 1
          if runner.actions.indices[slot] == ScreenWorld.Action.look.rawValue { looks += 1 }
        }
      }
      _ = try learner.improve(on: runner, isLast: false)
    }
    return Double(looks) / Double(steps)
  }

  @Test("does not hold who counts states by facts")
  func counts() throws { #expect(try looks(.count) < 0.4) }

  @Test("holds who looks at all that is to be seen", arguments: ownKinds.dropFirst())
  func held(kind: ExplorationKind) throws { #expect(try looks(kind) > 0.6) }

  @Test("does not hold who looks at latents that leave it out", arguments: ownKinds.dropFirst())
  func latents(kind: ExplorationKind) throws { #expect(try looks(kind, at: .latent) < 0.5) }
}

@Suite("A table of visits")
struct VisitTableTests {
  @Test("counts keys beyond its first room, and goes on where it was saved")
  func counts() throws {
    var table = VisitTable()
    for round in 1...3 {
      for key in 0..<5_000 as Range<UInt64> { #expect(table.visit(key << 40) == Int64(round)) }
    }
    #expect(table.count == 5_000)
    var file = TensorFile(format: "test")
    table.save(as: "visits", in: &file)
    var other = VisitTable()
    try other.restore("visits", in: file)
    #expect(other.keys == table.keys && other.counts == table.counts)
    #expect(other.visit(7 << 40) == 4)
    file.entries["visits/keys"] = TensorEntry([UInt64](repeating: 1, count: 5_000))
    #expect(throws: FileError.self) { try other.restore("visits", in: file) }
  }
}

@Suite("Advantages of bonuses")
struct BonusAdvantageTests {
  @Test(
    "reach over the end of an episode, or stop there, and are added by their weight",
    arguments: [false, true])
  func streams(isEpisodic: Bool) throws {
    let segment = Segment(steps: 4, slots: 1, width: 1, hasBonus: true)
    let bonus = try #require(segment.bonus)
    segment.count = 4
    for step in 0..<4 {
      (segment.rewards[step], segment.values[step], segment.nextValues[step]) = (0, 0, 0)
      bonus.rewards[step] = Float(step + 1)
      (bonus.values[step], bonus.nextValues[step]) = (10, 0)
    }
    segment.ended[1] = true
    segment.estimateAdvantages(discount: 0.5, decay: 0.5)
    segment.addBonusAdvantages(weight: 2, discount: 0.5, decay: 0.5, isEpisodic: isEpisodic)
    #expect((0..<4).map { segment.returns[$0] } == [0, 0, 0, 0])
    for step in 0..<4 { #expect(segment.advantages[step] == 2 * bonus.advantages[step]) }
    // δ: −9, −8, −7, −6; each the later one times 1/4.
    let last: Float = isEpisodic ? 0 : (-7 - 6 / 4) / 4
    #expect(bonus.advantages[1] == -8 + last)
    #expect(bonus.advantages[0] == -9 + (-8 + last) / 4)
    #expect(bonus.returns[0] == bonus.advantages[0] + 10)
  }
}
