import Controllers
import EnvironmentKit
import Files
import Randomness
import Testing
import Threads

@Suite("PPO", .serialized)
struct PPOLearnerTests {
  @Test("finds the best arm of a bandit")
  func bandit() throws {
    let runner = tinyRunner(BanditWorld(), 8)
    let settings = tinySettings(8_000) { $0.entropyWeight = 0 }
    let learner = try tinyLearner(settings, runner)
    try train(learner, settings, on: runner)
    #expect(try meanReturn(learner, on: runner) > 0.97)
  }

  @Test(
    "goes for what is far where it counts, and for what is near where it does not",
    arguments: [(0.99, 1.0), (0.5, 0.5)])
  func chain(discount: Double, best: Double) throws {
    let runner = tinyRunner(ChainWorld(), 8)
    let settings = tinySettings(16_000) {
      $0.discount = discount
      $0.readout = .greatest
    }
    let learner = try tinyLearner(settings, runner)
    try train(learner, settings, on: runner)
    #expect(try meanReturn(learner, on: runner) == best)
  }

  @Test("works with layers that actor and critic share, and without any", arguments: [[16], []])
  func shapes(hidden: [Int]) throws {
    let runner = tinyRunner(BanditWorld(), 8)
    let settings = tinySettings(8_000) {
      $0.hiddenSizes = hidden
      $0.sharesLayers = true
      $0.learningRate = 0.02
      $0.entropyWeight = 0
    }
    let learner = try tinyLearner(settings, runner)
    try train(learner, settings, on: runner)
    #expect(try meanReturn(learner, on: runner) > 0.95)
  }

  @Test("computes the policy that acted again exactly: ratios of a first minibatch are 1")
  func ratios() throws {
    let runner = tinyRunner(ReachWorld(), 8)
    let settings = tinySettings(4_000)
    let learner = try tinyLearner(settings, runner)
    while learner.step < settings.steps {
      let metrics = try learner.improve(on: runner, isLast: false)
      #expect(metrics.first { $0.name == "controller/firstRatioDistance" }?.value == 0)
    }
  }

  @Test("gives the same bytes for any number of threads", arguments: [2, 4])
  func threads(count: Int) throws {
    func run(_ threads: Int) throws -> [UInt8] {
      let before = ThreadCount.current
      defer { ThreadCount.current = before }
      ThreadCount.current = threads
      let runner = tinyRunner(ReachWorld(), 40)
      let settings = tinySettings(5_000) {
        $0.environments = 40
        $0.minibatch = 100
      }
      let learner = try tinyLearner(settings, runner)
      try train(learner, settings, on: runner)
      return learner.save().serialized()
    }
    #expect(try run(1) == run(count))
  }

  @Test("goes on to the same bytes after a stop, in the middle of episodes")
  func resumes() throws {
    let settings = tinySettings(4_000) { $0.maximumSteps = 37 }
    let runner = tinyRunner(ReachWorld(), 8)
    let whole = try tinyLearner(settings, runner)
    try train(whole, settings, on: runner)

    let stopped = try tinyLearner(settings, runner)
    for _ in 0..<7 { _ = try stopped.improve(on: runner, isLast: false) }
    let saved = stopped.save()
    #expect(try saved.values("episodes/length", as: Int64.self).contains { $0 > 0 })
    let later = tinyRunner(ReachWorld(), 8)
    let second = try tinyLearner(settings, later)
    try second.restore(saved, place: "saved")
    try train(second, settings, on: later)
    #expect(second.save().serialized() == whole.save().serialized())
  }

  @Test("the step size stays until its fall begins: the first updates do not know of it")
  func annealing() throws {
    func run(_ updates: Int, _ change: @escaping (inout PPOSettings) -> Void) throws -> [UInt8] {
      let runner = tinyRunner(ReachWorld(), 8)
      let settings = tinySettings(4_000, change)
      let learner = try tinyLearner(settings, runner)
      for _ in 0..<updates { _ = try learner.improve(on: runner, isLast: false) }
      return learner.save().serialized()
    }
    let all = tinySettings(4_000).steps
    let half = all / 2
    for updates in [half, all] {
      let constant = try run(updates) { $0.annealsLearningRate = false }
      #expect(try run(updates) { $0.annealingStart = 1 } == constant)
      #expect((try run(updates) { $0.annealingStart = 0.5 } == constant) == (updates == half))
      #expect(try run(updates) { $0.annealingStart = 0 } != constant)
    }
  }

  @Test("takes exactly the steps that it is given")
  func budget() throws {
    let runner = tinyRunner(ReachWorld(), 8)
    let settings = tinySettings(1_000)
    let learner = try tinyLearner(settings, runner)
    try train(learner, settings, on: runner)
    #expect(learner.step == 4)
    #expect(learner.environmentSteps == 1_000)
  }

  @Test("refuses a checkpoint of other sizes, or whose episodes do not fit")
  func damage() throws {
    let runner = tinyRunner(ReachWorld(), 8)
    let learner = try tinyLearner(tinySettings(1_000), runner)
    _ = try learner.improve(on: runner, isLast: false)
    let other = try tinyLearner(tinySettings(1_000) { $0.hiddenSizes = [16, 17] }, runner)
    #expect(throws: FileError.self) { try other.restore(learner.save(), place: "saved") }
    var file = learner.save()
    file.entries["episodes/choices"] = TensorEntry([Int32](repeating: 99, count: 1))
    #expect(throws: FileError.self) { try learner.restore(file, place: "saved") }
  }

  @Test("leaves episodes of environments that have changed, and begins new ones")
  func changes() throws {
    let runner = tinyRunner(ReachWorld(), 8)
    let learner = try tinyLearner(tinySettings(2_000), runner)
    _ = try learner.improve(on: runner, isLast: false)
    let before = try learner.save().values("episodes/number", as: Int64.self)
    learner.environmentsChange()
    _ = try learner.improve(on: tinyRunner(ReachWorld(), 8), isLast: false)
    let after = try learner.save().values("episodes/number", as: Int64.self)
    #expect(zip(before, after).allSatisfy { $0 < $1 })
  }
}

@Suite("PPO on rows of numbers", .serialized)
struct ContinuousPPOTests {
  @Test("learns how much, not only what, and goes on to the same bytes after a stop")
  func glide() throws {
    let settings = tinySettings(40_000) {
      $0.entropyWeight = 0
      $0.normalisesObservations = true
      $0.scalesRewards = true
      $0.discount = 0.95
      $0.readout = .greatest
    }
    let runner = tinyRunner(GlideWorld(), 8)
    let learner = try tinyLearner(settings, runner)
    let untrained = try meanReturn(learner, on: runner)
    try train(learner, settings, on: runner)
    // Going straight to the origin costs about 6; standing still about 60.
    #expect(untrained < -30)
    #expect(try meanReturn(learner, on: runner) > -12)

    let stopped = try tinyLearner(settings, runner)
    for _ in 0..<5 { _ = try stopped.improve(on: runner, isLast: false) }
    let later = tinyRunner(GlideWorld(), 8)
    let second = try tinyLearner(settings, later)
    try second.restore(stopped.save(), place: "saved")
    try train(second, settings, on: later)
    #expect(second.save().serialized() == learner.save().serialized())
  }
}

@Suite("PPO with a memory", .serialized)
struct RecurrentPPOTests {
  private func settings(_ units: Int, _ steps: Int = 40_000) -> PPOSettings {
    tinySettings(steps) {
      $0.memoryUnits = units
      $0.environments = 16
      // No multiple of an episode's length: segments end within episodes.
      $0.horizon = 18
      $0.minibatch = 72
      $0.readout = .greatest
    }
  }

  @Test("recalls a cue, which nobody can do who remembers nothing")
  func recall() throws {
    let runner = tinyRunner(RecallWorld(), 16)
    let remembering = try tinyLearner(settings(16), runner)
    try train(remembering, settings(16), on: runner)
    #expect(try meanReturn(remembering, on: runner) == 1)
    let forgetful = try tinyLearner(settings(0), runner)
    try train(forgetful, settings(0), on: runner)
    #expect(try abs(meanReturn(forgetful, on: runner)) < 0.5)
  }

  @Test("computes the policy that acted again exactly, over the ends of episodes")
  func ratios() throws {
    let runner = tinyRunner(RecallWorld(), 16)
    let settings = settings(16, 3_000)
    let learner = try tinyLearner(settings, runner)
    while learner.step < settings.steps {
      let metrics = try learner.improve(on: runner, isLast: false)
      #expect(metrics.first { $0.name == "controller/firstRatioDistance" }?.value == 0)
    }
  }

  @Test("gives the same bytes for any number of threads, and after a stop")
  func bytes() throws {
    let settings = settings(16, 3_000)
    func run(_ threads: Int, stopsAfter: Int?) throws -> [UInt8] {
      let before = ThreadCount.current
      defer { ThreadCount.current = before }
      ThreadCount.current = threads
      let runner = tinyRunner(RecallWorld(), 16)
      var learner = try tinyLearner(settings, runner)
      for _ in 0..<(stopsAfter ?? 0) { _ = try learner.improve(on: runner, isLast: false) }
      if stopsAfter != nil {
        let saved = learner.save()
        learner = try tinyLearner(settings, runner)
        try learner.restore(saved, place: "saved")
      }
      try train(learner, settings, on: stopsAfter == nil ? runner : tinyRunner(RecallWorld(), 16))
      return learner.save().serialized()
    }
    let one = try run(1, stopsAfter: nil)
    #expect(try run(2, stopsAfter: nil) == one)
    #expect(try run(4, stopsAfter: 4) == one)
  }
}

/// Two pictures: a bright square on the left or on the right; the side is to be named.
struct SidesWorld: World {
  enum Action: Int32, DiscreteAction { case left, right }

  private var stream = RandomStream(seed: 0)
  private var side = 0

  let specification = WorldSpecification(
    id: "Sides", observation: ObservationSpace([ObservationField("image", shape: [10, 10, 3])]),
    maximumSteps: 1, rewardRange: 0...1, facts: [], stepsPerSecond: 1)

  mutating func reset(seed: UInt64?) {
    if let seed { stream = RandomStream(seed: seed) }
    side = stream.integers(in: 0..<2)
  }
  mutating func step(_ action: Action) -> Step {
    Step(reward: Int(action.rawValue) == side ? 1 : 0, terminated: true)
  }
  func observe(into writer: inout ObservationWriter) {
    writer.writeImage(width: 10, height: 10) { canvas in
      canvas.fill(Color(128, 128, 128))
      canvas.fillRectangle(
        x: side == 0 ? 1 : 6, y: 3, width: 3, height: 3, Color(255, 255, 255))
    }
  }
  func facts(into values: UnsafeMutableBufferPointer<Float>) {}
  func draw(into canvas: Canvas) {}
}

@Suite("PPO on pictures", .serialized)
struct PicturePPOTests {
  /// Convolutions that halve, on a tape; one of a stride of 1, by hand.
  enum Way: CaseIterable, Sendable { case halving, board }

  private func settings(_ way: Way) -> PPOSettings {
    tinySettings(6_000) {
      $0.convolutions = way == .halving ? [8, 8] : [8]
      ($0.convolutionKernel, $0.convolutionStride) = way == .halving ? (4, 2) : (3, 1)
      $0.hiddenSizes = [16]
      $0.readout = .greatest
    }
  }

  @Test(
    "sees on which side something is, and computes the policy that acted again exactly",
    arguments: Way.allCases)
  func sides(way: Way) throws {
    let settings = settings(way)
    let runner = tinyRunner(SidesWorld(), 8)
    let learner = try tinyLearner(settings, runner)
    while learner.step < settings.steps {
      let metrics = try learner.improve(on: runner, isLast: false)
      #expect(metrics.first { $0.name == "controller/firstRatioDistance" }?.value == 0)
    }
    #expect(try meanReturn(learner, on: runner) == 1)
  }

  @Test("gives the same bytes for any number of threads, and after a stop", arguments: Way.allCases)
  func bytes(way: Way) throws {
    func run(_ threads: Int, stops: Bool) throws -> [UInt8] {
      let before = ThreadCount.current
      defer { ThreadCount.current = before }
      ThreadCount.current = threads
      var settings = settings(way)
      settings.environmentSteps = 1_000
      let runner = tinyRunner(SidesWorld(), 8)
      var learner = try tinyLearner(settings, runner)
      _ = try learner.improve(on: runner, isLast: false)
      if stops {
        let saved = learner.save()
        learner = try tinyLearner(settings, runner)
        try learner.restore(saved, place: "saved")
      }
      try train(learner, settings, on: runner)
      return learner.save().serialized()
    }
    let one = try run(1, stops: false)
    #expect(try run(2, stops: false) == one)
    #expect(try run(4, stops: true) == one)
  }
}
