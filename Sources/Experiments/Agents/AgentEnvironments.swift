import Controllers
import Datasets
import EnvironmentKit
import Evaluation
import Files
import LongWork
import Pictures
import Settings
import WorldModels

/// What a run's policy may act in: the world seen through the model, or the model's dream of it.
package struct AgentEnvironments {
  package let entry: CatalogEntry
  package let configuration: RunConfiguration
  package var model: any WorldModel
  /// What the policy is shown of the facts in the place of the model's features; nil for those.
  package var view: FactsView?

  /// Names a world and a model of it.
  package init(
    entry: CatalogEntry, configuration: RunConfiguration, model: any WorldModel,
    view: FactsView? = nil
  ) {
    (self.entry, self.configuration, self.model, self.view) = (entry, configuration, model, view)
  }

  /// The world seen through the model.
  ///
  /// - Parameter world: what is seen in the place of the run's own world, of the same kind.
  package func real(
    count: Int, seeing world: (any EnvironmentBatch<UInt8>)? = nil
  ) throws -> LatentEnvironments {
    try LatentEnvironments(
      world ?? entry.batch(configuration.agent.observation, count: count), through: model,
      input: configuration.agent.input)
  }

  /// The world as the policy sees it, be it by the model or by the facts.
  package func seen(
    count: Int, seeing world: (any EnvironmentBatch<UInt8>)? = nil
  ) throws -> any EnvironmentBatch<Float> {
    guard let view else { return try real(count: count, seeing: world) }
    return FactsEnvironments(
      world ?? entry.batch(configuration.agent.observation, count: count, observes: false),
      as: view)
  }

  /// The dream, begun at first frames of real episodes.
  package func dream(
    count: Int, starts: DreamStarts, settings: DreamSettings? = nil,
    autoreset: AutoresetMode = .disabled
  ) throws -> DreamEnvironments {
    try DreamEnvironments(
      model, starts: starts, world: entry.specification(configuration.agent.observation),
      actions: entry.actions, input: configuration.agent.input,
      settings: settings ?? configuration.dream, count: count, autoreset: autoreset)
  }

  /// What dreams start from: the first frames of the training episodes.
  package func starts(in dataset: EpisodeDataset) -> DreamStarts {
    let episodes = configuration.split(dataset).training
    return DreamStarts(count: episodes.count) { [model] number in
      model.starts(at: dataset.frame(episodes[number].frames.lowerBound), count: 1)[0]
    }
  }

  /// What the policy would have seen along collected episodes, `[sample, observation]`.
  ///
  /// Frames that follow a step are taken: the model has then seen what led to them.
  ///
  /// - Parameter most: samples at most, spread evenly over whole episodes.
  func samples(
    of episodes: [EpisodeSpan], in dataset: EpisodeDataset, atMost most: Int = 4096
  ) throws -> [Float] {
    if let view {
      let frames = FrameSelection.spread(episodes.flatMap(\.frames), most)
      return frames.flatMap { view.numbers(of: dataset.facts($0)) }
    }
    if configuration.agent.input == ["latent"],
      let vision = (model as? any SeesThroughAutoencoder)?.vision
    {
      // An autoencoder's latent depends on its frame alone.
      return LatentTable(
        vision, dataset, frames: FrameSelection.spread(episodes.flatMap(\.frames), most)
      ).means
    }
    return try ObservedSamples(self, dataset).samples(of: episodes, atMost: most).rows
  }
}

extension RunConfiguration {
  /// The world as a model is told of it.
  package func modelRoom(in entry: CatalogEntry) -> ModelRoom {
    ModelRoom(frames: frames(of: entry), actions: entry.actions, rootSeed: UInt64(seed))
  }

  /// What the policy sees, without making the model.
  ///
  /// - Throws: where `agent.input` names what is no feature of the model.
  func observationSpace(in entry: CatalogEntry) throws -> ObservationSpace {
    let known = model.features(in: modelRoom(in: entry))
    return ObservationSpace(
      try agent.input.map { name in
        guard let field = known.first(where: { $0.name == name }) else {
          throw ExperimentError(
            .usage, place: "agent.input",
            cause: "the model '\(model.kind)' has no feature '\(name)'",
            remedy: "give some of: \(known.map(\.name).joined(separator: ", "))")
        }
        return field
      })
  }

  /// Checks that a world can be observed as the configuration says.
  func checkObservation(in entry: CatalogEntry) throws {
    guard entry.observations.contains(where: { $0.isSameButForSize(as: agent.observation) }) else {
      throw ExperimentError(
        .usage, place: "agent.observation=\(agent.observation.rawValue)",
        cause: "\(entry.id) has no such observation",
        remedy: "give one of: \(entry.observations.map(\.rawValue).joined(separator: ", "))"
          + (entry.lacking.map { "; \($0)" } ?? ""))
    }
    try checkKind(in: entry)
    if data.kind == .cells, model.learnsFromEpisodes { try checkCodes(in: entry) }
  }

  /// Checks that frames are taken as what the world shows: numbers as vectors, all else as pictures or cells.
  private func checkKind(in entry: CatalogEntry) throws {
    let showsNumbers = entry.specification(agent.observation).observation.numberCount != nil
    let fits = showsNumbers ? data.kind == .vectors : data.kind == .pictures || data.kind == .cells
    guard fits else {
      throw ExperimentError(
        .usage, place: "data.kind=\(data.kind.rawValue)",
        cause: "agent.observation=\(agent.observation.rawValue) of \(entry.id) shows "
          + (showsNumbers ? "numbers" : "pictures or symbols"),
        remedy: showsNumbers ? "set data.kind=vectors" : "give pictures or cells")
    }
    guard !showsNumbers || !model.learnsFromEpisodes else {
      let other = entry.observations.first { $0 != .numbers }
      throw ExperimentError(
        .usage, place: "agent.observation=\(agent.observation.rawValue)",
        cause: "the model '\(model.kind)' learns from pictures or symbols, not from numbers",
        remedy: "learn without a model: --preset ppo"
          + (other.map { "; or set agent.observation=\($0.rawValue)" } ?? ""))
    }
  }

  /// Episodes of random play, and the steps of each, that a world's codes are looked for in.
  private static let (codeEpisodes, codeSteps): (UInt64, Int) = (16, 50)

  /// Looks at some play of a world whose cells are learned as codes: one too large would be found in the middle of the
  /// training, when the folder holds a run of these settings.
  private func checkCodes(in entry: CatalogEntry) throws {
    let runner = EpisodeRunner(entry.batch(agent.observation, count: 4))
    var greatest = 0
    runner.onStep = { greatest = max(greatest, Int($0.buffers.observations.max() ?? 0)) }
    _ = try runner.evaluate(
      HeldRandomPolicy(), seeds: Array(0..<Self.codeEpisodes), maximumSteps: Self.codeSteps)
    let classes = data.classes(of: agent.observation)
    guard greatest >= classes else { return }
    throw ExperimentError(
      .usage, place: "data.classes=\(data.classes)",
      cause:
        "\(entry.id) shows the code \(greatest), there are \(classes) classes, from 0 on",
      remedy: "set data.classes=\(greatest + 1) or more")
  }

  /// Checks everything that depends on the world, before anything is made.
  ///
  /// - Parameter plays: whether the world must be one that can be played, no recorded episodes.
  /// - Throws: the first setting that does not fit the world, the model or the learner.
  public func check(in entry: CatalogEntry, plays: Bool = false) throws {
    guard !isOfFrames else {
      throw ExperimentError(
        .usage, place: "data.frames", cause: "a run in a world collects its own frames",
        remedy: "train on these by: " + ShellCommand.text("train", "vision", "--frames", "PATH"))
    }
    try checkOrigin(entry, plays: plays)
    try checkObservation(in: entry)
    guard !agent.input.isEmpty, Set(agent.input).count == agent.input.count else {
      throw ExperimentError(
        .usage, place: "agent.input", cause: "it is empty, or names a feature twice",
        remedy: "give each feature once, at least one")
    }
    let room = modelRoom(in: entry)
    let seen = try observationSpace(in: entry)
    let learnerRoom = learnerRoom(in: entry, seeing: seen, entry.actions)
    let problems =
      model.furtherProblems(in: room).map { ("model.", $0) }
      + learner.furtherProblems(in: learnerRoom).map { ("learner.", $0) }
    if let (prefix, problem) = problems.first {
      throw ExperimentError(
        .usage, place: prefix + problem.key, cause: problem.cause, remedy: problem.remedy)
    }
    try checkMemory(
      model.memoryNeeds(in: room).map { ("model.", $0) }
        + learner.memoryNeeds(in: learnerRoom).map { ("learner.", $0) })
    guard learner.place == .world || model.imagines else {
      throw ExperimentError(
        .usage, place: "learner.in=dream", cause: "the model '\(model.kind)' imagines nothing",
        remedy: "set learner.in=world, or give a model that dreams: model.kind=mixtureMemory")
    }
  }
  /// Refuses sizes that the machine has not the memory for: nothing is trained in vain.
  func checkMemory(_ needs: [(prefix: String, need: MemoryNeed)]) throws {
    let (total, limit) = (needs.reduce(0) { $0 + $1.need.bytes }, Double(ProcessMemory.limitBytes))
    guard total > limit, let most = needs.max(by: { $0.need.bytes < $1.need.bytes }) else {
      return
    }
    throw ExperimentError(
      .usage, place: most.prefix + most.need.key,
      cause: "training would take about \(NumberStyle.bytes(total)) of memory, "
        + "most of it for \(most.need.what); the program may have \(NumberStyle.bytes(limit))",
      remedy: most.need.remedy)
  }
}
