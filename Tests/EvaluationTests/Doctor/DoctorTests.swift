import Evaluation
import Testing
import WorldModels

@Suite("The doctor's findings")
struct DoctorTests {
  /// A healthy autoencoder of eight latents whose loss fell and stayed.
  private func healthy(_ change: (inout VisionConfiguration) -> Void = { _ in }) -> Examination {
    var settings = VisionConfiguration()
    settings.likelihood = .gaussian
    settings.freeBits = 0
    change(&settings)
    var examination = Examination(
      settings: settings, latents: .init(divergences: Array(repeating: 2, count: 8), active: 8))
    examination.training = Examination.Training(
      steps: 1_000, losses: curve { $0 < 10 ? 100 - 9 * $0 : 10 })
    examination.losses = .init(
      training: spread(around: -300), heldOut: spread(around: -298), shuffled: spread(around: 700))
    examination.spectrum = DataSpectrum(
      variances: (1...8).map { 1 / Double($0) }, total: 3, numbers: 100)
    examination.explained = .init(latents: 0.9, components: 0.8)
    examination.draws = .init(density: (0.9, 1), coverage: (0.9, 0.95))
    examination.states = [
      StateShares.Share("key = 0", frames: 0.9, reconstructions: 0.9, draws: 0.88),
      StateShares.Share("key = 1", frames: 0.1, reconstructions: 0.1, draws: 0.12),
    ]
    examination.recalls = [("key", 0.97)]
    examination.readings = [.init(fact: "position", linear: 0.9, curved: 0.92)]
    return examination
  }

  private func curve(_ loss: (Double) -> Double) -> [Double] { (1...40).map { loss(Double($0)) } }

  private func spread(around mean: Double) -> [Double] {
    (0..<100).map { mean + Double($0 % 11) - 5 }
  }

  private func finding(
    _ trouble: Finding.Trouble, _ change: (inout Examination) -> Void,
    _ settings: (inout VisionConfiguration) -> Void = { _ in }
  ) throws -> Finding {
    var examination = healthy(settings)
    change(&examination)
    return try #require(
      Doctor.findings(in: examination).first { $0.trouble == trouble })
  }

  @Test("looks for every trouble, and finds none in what is healthy")
  func clean() {
    let findings = Doctor.findings(in: healthy())
    #expect(findings.map(\.trouble) == Finding.Trouble.allCases)
    #expect(findings.allSatisfy { $0.severity == .ok && $0.remedy == nil })
  }

  @Test("latents without nats have collapsed, and the cure is a target of nats")
  func collapse() throws {
    let found = try finding(
      .posteriorCollapse,
      {
        $0.latents = .init(divergences: Array(repeating: 0.001, count: 8), active: 0)
      }, { ($0.beta, $0.freeBits) = (50, 0.5) })
    #expect(found.severity == .trouble)
    let settings = try #require(found.remedy?.settings)
    #expect(settings.first == "model.objective.divergence=target")
    #expect(settings.contains("model.freeBits=0") && settings.contains("model.beta=1"))
    #expect(settings.contains { $0.hasPrefix("model.objective.targetKL=") })
  }

  @Test(
    "a collapse that no weight explains, of frames whose change is gathered, is cured by weighing what moves"
  )
  func movingThings() throws {
    func remedy(
      _ trouble: Finding.Trouble, concentration: Double? = 19,
      _ settings: (inout VisionConfiguration) -> Void = { _ in }
    ) throws -> [String] {
      let found = try finding(
        trouble,
        { examination in
          if trouble == .posteriorCollapse {
            // Nats that tell no frames apart.
            examination.latents = .init(divergences: Array(repeating: 2, count: 8), active: 0)
          } else {
            examination.recalls = [("ballX", 0.1)]
          }
          examination.concentration = concentration
        }, settings)
      #expect(found.severity == .trouble)
      return found.remedy?.settings ?? []
    }
    for trouble in [Finding.Trouble.posteriorCollapse, .overRegularised] {
      #expect(try remedy(trouble) == ["model.movingWeight=0.8"])
      for other in [nil, 1.5] {
        #expect(try !remedy(trouble, concentration: other).contains("model.movingWeight=0.8"))
      }
      // It is set already; or the objective cannot weigh.
      #expect(try !remedy(trouble, { $0.movingWeight = 0.6 }).contains("model.movingWeight=0.8"))
      #expect(
        try !remedy(trouble, { $0.objective.importanceSamples = 5 })
          .contains("model.movingWeight=0.8"))
    }
    // A target that was reached did not help.
    #expect(
      try remedy(.posteriorCollapse) { $0.objective.divergence = .target }
        == ["model.movingWeight=0.8"])
    // A σ above most of what frames vary by is to blame itself.
    #expect(
      try remedy(.posteriorCollapse) { $0.beta = 200 }.first == "model.objective.divergence=target")
  }

  @Test("codes of one value have collapsed")
  func codeCollapse() throws {
    let found = try finding(.posteriorCollapse) { $0.latents.perplexity = 1.05 }
    #expect(found.severity == .trouble && found.remedy?.settings.isEmpty == false)
    #expect(try finding(.posteriorCollapse) { $0.latents.perplexity = 6 }.severity == .ok)
  }

  @Test("a collapsed model is judged by nothing else")
  func onlyCollapse() throws {
    for trouble in Finding.Trouble.allCases where trouble != .posteriorCollapse {
      let found = try finding(trouble) {
        $0.latents = .init(divergences: [0, 0], active: 0)
        $0.explained = .init(latents: 0, components: 0.8)
        $0.recalls = [("key", 0)]
        $0.draws = .init(density: (0, 1), coverage: (0, 1))
      }
      #expect(found.severity == .ok, "\(trouble)")
    }
  }

  @Test("skipped steps, a loss that rises again and one that jumps are unstable", arguments: 0..<3)
  func unstable(kind: Int) throws {
    let found = try finding(.unstable) { examination in
      switch kind {
      case 0: examination.training.skipped = 100
      case 1:
        examination.training.losses = curve { $0 <= 20 ? 110 - 5 * $0 : 5 * $0 - 90 }
      default:
        examination.training.losses = curve {
          $0.truncatingRemainder(dividingBy: 2) == 0 ? 5 : 60
        }
      }
    }
    #expect(found.severity == .trouble)
    #expect(found.remedy?.settings.first == "model.learningRate=2e-05")
  }

  @Test("where training was unstable nothing else is judged")
  func unstableAlone() throws {
    let found = try finding(.overRegularised) {
      $0.training.skipped = 500
      $0.recalls = [("key", 0)]
    }
    #expect(found.severity == .ok && found.words.contains("not judged"))
  }

  @Test("what vanishes from reconstructions is over-regularised; a smaller σ brings it back")
  func overRegularised() throws {
    let wide: (inout VisionConfiguration) -> Void = { $0.likelihood = .sumOfSquares }
    let found = try finding(.overRegularised, { $0.recalls = [("key", 0.2)] }, wide)
    #expect(found.severity == .trouble && found.words.contains("key"))
    // What eight directions leave over: (3 − Σ 1/k) / 100, its root 0.053.
    #expect(found.remedy?.settings.contains("model.sigma=0.05") == true)
    let blurred = try finding(
      .overRegularised, { $0.explained = .init(latents: 0.5, components: 0.8) }, wide)
    #expect(blurred.severity == .warning)
  }

  @Test("a model whose loss still falls is young, not ill")
  func young() throws {
    let found = try finding(.overRegularised) {
      $0.recalls = [("key", 0.2)]
      $0.training.losses = curve { 100 - 2 * $0 }
    }
    #expect(found.severity == .ok && found.isTooYoung)
  }

  @Test("draws far from frames are a hole in the prior, and a fitted mixture closes it")
  func priorHole() throws {
    let found = try finding(
      .priorHole, { $0.draws = .init(density: (0.3, 1), coverage: (0.8, 0.9)) },
      { $0.prior.kind = .standardNormal })
    #expect(found.severity == .warning)
    #expect(found.remedy?.settings == ["model.prior.kind=mixture"])
    let worse = try finding(.priorHole) {
      $0.draws = .init(density: (0.9, 1), coverage: (0.1, 0.9))
    }
    #expect(worse.severity == .trouble)
    #expect(worse.remedy?.settings == ["model.prior.components=80"])
  }

  @Test("a state that is reconstructed but never drawn is a collapsed mode")
  func modeCollapse() throws {
    let found = try finding(.modeCollapse) { $0.states[1].draws = 0 }
    #expect(found.severity == .warning && found.words.contains("key = 1"))
    // What reconstructions lose too is no matter of the prior.
    let lost = try finding(.modeCollapse) {
      ($0.states[1].draws, $0.states[1].reconstructions) = (0, 0.01)
    }
    #expect(lost.severity == .ok)
  }

  @Test("frames learned by heart are far likelier than others")
  func overfit() throws {
    let found = try finding(.overfit) {
      $0.losses = .init(
        training: spread(around: -300), heldOut: spread(around: 200),
        shuffled: spread(around: 700))
    }
    #expect(found.severity == .trouble && found.remedy?.settings == ["model.steps=250"])
    // The same gap within chance.
    let scattered = try finding(.overfit) {
      $0.losses = .init(
        training: spread(around: -300), heldOut: [49_700] + [Double](repeating: -300, count: 99),
        shuffled: spread(around: 700))
    }
    #expect(scattered.severity == .ok && !scattered.isJudged)
  }

  @Test("a fact that only curves tell cannot be read by a linear controller")
  func unread() throws {
    let found = try finding(.unreadLatent) {
      $0.reader = .linearController(settingsPlace: "learner")
      $0.readings.append(.init(fact: "distance", linear: 0.1, curved: 0.8))
    }
    #expect(found.severity == .warning && found.words.contains("distance"))
    #expect(found.remedy?.settings == ["learner.hiddenUnits=16"])
    let read = try finding(.unreadLatent) {
      $0.reader = .network
      $0.readings.append(.init(fact: "distance", linear: 0.1, curved: 0.8))
    }
    #expect(read.severity == .ok && read.words.contains("hidden layer"))
    // One that follows from facts that are read is not lost.
    let derived = try finding(.unreadLatent) {
      $0.readings.append(.init(fact: "distance", linear: 0.1, curved: 0.8, derived: 0.9))
    }
    #expect(derived.severity == .ok)
  }
}

@Suite("What frames let expect of latents")
struct DataSpectrumTests {
  @Test("a linear code of equal directions needs half the log of their ratio to the error each")
  func waterFilling() {
    let spectrum = DataSpectrum(variances: [4, 4], total: 9, numbers: 10)
    // Errors of 10 % are 0.4 a direction: ½ ln(4 / 0.4) twice.
    #expect(abs(spectrum.nats(explaining: 0.9) - 2.302585) < 1e-4)
    #expect(abs(spectrum.restSigma - 0.316228) < 1e-5)
  }

  @Test("a direction of less variance than the error takes no nats")
  func silentDirection() {
    let spectrum = DataSpectrum(variances: [4, 0.01], total: 4.01, numbers: 2)
    // The error may be 0.401; of it 0.01 is the second direction, which is not coded.
    #expect(abs(spectrum.nats(explaining: 0.9) - 1.162671) < 1e-4)
    #expect(DataSpectrum(variances: [0, 0], total: 0, numbers: 2).nats(explaining: 0.9) == 0)
  }

  @Test("latents are kept whose direction varies by more than σ²")
  func kept() {
    let spectrum = DataSpectrum(variances: [4, 1, 0.2], total: 5.2, numbers: 10)
    #expect([0.1, 0.5, 1.5, 3].map { spectrum.kept(sigma: $0) } == [3, 2, 1, 0])
  }

  @Test("collapse is foretold where σ exceeds all that frames vary by")
  func forecast() throws {
    let spectrum = DataSpectrum(variances: [4, 1], total: 6, numbers: 10)
    var settings = VisionConfiguration()
    settings.beta = 50
    let ill = try #require(CollapseForecast(settings, spectrum, settingsPlace: "model"))
    #expect(ill.isCollapse && ill.words.contains("--set model.objective.divergence=target"))
    settings.beta = 1
    let well = try #require(CollapseForecast(settings, spectrum, settingsPlace: "model"))
    #expect(!well.isCollapse && well.expectedActive == 2)
    settings.likelihood = .bernoulli
    #expect(CollapseForecast(settings, spectrum, settingsPlace: "model") == nil)
  }

  @Test("the alarm rings once, after the warm-up, where latents say nothing")
  func alarm() {
    var settings = VisionConfiguration()
    settings.warmUpSteps = 100
    var alarm = CollapseAlarm(settings, from: 0)
    let rung = (1...40).compactMap { point in
      alarm.observe(step: point * 25, divergence: 0.01).map { _ in point * 25 }
    }
    #expect(rung == [400])
    var quiet = CollapseAlarm(settings, from: 0)
    let well = (1...40).compactMap { quiet.observe(step: $0 * 25, divergence: 5) }
    // One that goes on after it was due does not repeat it.
    var resumed = CollapseAlarm(settings, from: 600)
    let late = (25...40).compactMap { resumed.observe(step: $0 * 25, divergence: 0) }
    #expect(well.isEmpty && late.isEmpty)
  }
}
