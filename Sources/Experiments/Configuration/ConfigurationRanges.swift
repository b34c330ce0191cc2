import Controllers
import EnvironmentKit
import WorldModels

/// One setting's range: holds where the value lies within.
private struct SettingRange {
  let key: String
  let value: String
  let holds: Bool
  let remedy: String

  init<Value: Comparable>(_ key: String, _ value: Value, _ range: ClosedRange<Value>) {
    self.key = key
    self.value = "\(value)"
    holds = range.contains(value)
    remedy = "give \(range.lowerBound) to \(range.upperBound)"
  }

  init(_ key: String, _ value: some Any, _ holds: Bool, _ remedy: String) {
    self.key = key
    self.value = "\(value)"
    self.holds = holds
    self.remedy = remedy
  }
}

extension RunConfiguration: ValidatedConfiguration {
  /// What is out of range, in the order of the properties.
  public func problems() -> [ConfigurationProblem] {
    (runRanges + visionRanges + memoryRanges + controllerRanges).filter { !$0.holds }.map {
      ConfigurationProblem($0.key, "\($0.value) is out of range", $0.remedy)
    } + controllerProblems()
  }

  private var runRanges: [SettingRange] {
    [
      SettingRange("seed", seed, seed >= 0, "give 0 or more"),
      SettingRange("collect.frames", collect.frames, 200...50_000_000),
      SettingRange("collect.holdMaximum", collect.holdMaximum, 1...1000),
      SettingRange("collect.heldOutEvery", collect.heldOutEvery, 2...1000),
      SettingRange("collect.shardFrames", collect.shardFrames, 64...1_000_000),
      SettingRange("visionTraining.steps", visionTraining.steps, 1...100_000_000),
      SettingRange(
        "visionTraining.finalLearningRateShare", visionTraining.finalLearningRateShare, 0...1),
      SettingRange(
        "visionTraining.checkpointEvery", visionTraining.checkpointEvery, 1...100_000_000),
      SettingRange("evaluate.episodes", evaluate.episodes, 2...100_000),
      SettingRange("evaluate.firstSeed", evaluate.firstSeed, 0...4_000_000_000),
    ]
  }

  private var visionRanges: [SettingRange] {
    [
      SettingRange("vision.width", vision.width, 1...512),
      SettingRange("vision.latentSize", vision.latentSize, 1...4096),
      SettingRange("vision.sigma", vision.sigma, vision.sigma > 0, "give a number above 0"),
      SettingRange("vision.beta", vision.beta, vision.beta >= 0, "give 0 or more"),
      SettingRange("vision.freeBits", vision.freeBits, vision.freeBits >= 0, "give 0 or more"),
      SettingRange("vision.warmUpSteps", vision.warmUpSteps, 0...100_000_000),
      SettingRange(
        "vision.learningRate", vision.learningRate, vision.learningRate > 0,
        "give a number above 0"),
      SettingRange("vision.batchSize", vision.batchSize, 1...100_000),
      SettingRange(
        "vision.gradientClipNorm", vision.gradientClipNorm, vision.gradientClipNorm >= 0,
        "give 0 or more; 0 for no limit"),
      SettingRange(
        "vision.gradientSkipMultiple", vision.gradientSkipMultiple,
        vision.gradientSkipMultiple >= 0, "give 0 or more; 0 for never"),
      SettingRange("vision.parts", vision.parts, 1...1024),
      SettingRange(
        "vision.logVarianceLow", vision.logVarianceLow,
        vision.logVarianceLow < vision.logVarianceHigh, "give less than vision.logVarianceHigh"),
    ]
  }

  private var memoryRanges: [SettingRange] {
    let follows = "leave it at 0: it follows"
    return [
      SettingRange(
        "memory.latentSize", memory.latentSize, [0, vision.latentSize].contains(memory.latentSize),
        "\(follows) vision.latentSize"),
      SettingRange(
        "memory.actionSize", memory.actionSize, memory.actionSize >= 0,
        "\(follows) the world's actions and agent.actionEncoding"),
      SettingRange("memory.hiddenSize", memory.hiddenSize, 1...16_384),
      SettingRange("memory.mixtures", memory.mixtures, 1...32),
      SettingRange("memory.batchSize", memory.batchSize, 1...100_000),
      SettingRange("memory.sequenceLength", memory.sequenceLength, 1...100_000),
      SettingRange(
        "memory.learningRate", memory.learningRate, memory.learningRate > 0,
        "give a number above 0"),
      SettingRange(
        "memory.gradientClipValue", memory.gradientClipValue, memory.gradientClipValue >= 0,
        "give 0 or more; 0 for no limit"),
      SettingRange(
        "memory.gradientSkipMultiple", memory.gradientSkipMultiple,
        memory.gradientSkipMultiple >= 0, "give 0 or more; 0 for never"),
      SettingRange(
        "memory.terminationWeight", memory.terminationWeight, memory.terminationWeight > 0,
        "give a number above 0"),
      SettingRange(
        "memory.rewardWeight", memory.rewardWeight, memory.rewardWeight >= 0, "give 0 or more"),
      SettingRange("memory.parts", memory.parts, 1...1024),
      SettingRange(
        "memory.logSigmaLow", memory.logSigmaLow, memory.logSigmaLow < memory.logSigmaHigh,
        "give less than memory.logSigmaHigh"),
      SettingRange("memoryTraining.steps", memoryTraining.steps, 0...100_000_000),
      SettingRange(
        "memoryTraining.finalLearningRateShare", memoryTraining.finalLearningRateShare, 0...1),
      SettingRange(
        "memoryTraining.checkpointEvery", memoryTraining.checkpointEvery, 1...100_000_000),
      SettingRange(
        "dream.temperature", dream.temperature, dream.temperature > 0, "give a number above 0"),
      SettingRange("iterations", iterations, 1...1_000),
      SettingRange("refinement.frames", refinement.frames, 0...50_000_000),
      SettingRange("refinement.exploration", refinement.exploration, 0...1),
      SettingRange("refinement.visionSteps", refinement.visionSteps, 0...100_000_000),
      SettingRange("refinement.memorySteps", refinement.memorySteps, 0...100_000_000),
      SettingRange("dream.endThreshold", dream.endThreshold, 0...1),
      SettingRange("dream.maximumSteps", dream.maximumSteps, 0...100_000_000),
    ]
  }

  private var controllerRanges: [SettingRange] {
    [
      SettingRange("controller.hiddenUnits", controller.hiddenUnits, 0...65_536),
      SettingRange("controller.populationSize", controller.populationSize, 3...100_000),
      SettingRange("controller.generations", controller.generations, 1...10_000_000),
      SettingRange("controller.episodesPerCandidate", controller.episodesPerCandidate, 1...100_000),
      SettingRange("controller.evaluationInterval", controller.evaluationInterval, 1...10_000_000),
      SettingRange("controller.evaluationEpisodes", controller.evaluationEpisodes, 1...1_000_000),
      SettingRange("controller.maximumSteps", controller.maximumSteps, 0...100_000_000),
      SettingRange(
        "preset", preset, Preset(rawValue: preset) != nil,
        "give one of: \(Preset.names.joined(separator: ", "))"),
    ]
  }

  /// The names that a setting may have, where it is one of a few.
  public static var choices: [String: [String]] {
    [
      "vision.likelihood": VisionLikelihood.allCases.map(\.rawValue),
      "agent.input": AgentInput.allCases.map(\.rawValue),
      "agent.reading": [LatentReading.mean, .sampled].map(\.rawValue),
      "agent.actionEncoding": ActionEncoding.allCases.map(\.rawValue),
      "dream.ending": DreamEnding.allCases.map(\.rawValue),
      "controller.world": ControllerWorld.allCases.map(\.rawValue),
      "controller.readout": ActionReadout.allCases.map(\.rawValue),
    ]
  }

  private func controllerProblems() -> [ConfigurationProblem] {
    do {
      try controller.validate()
      return []
    } catch {
      return [ConfigurationProblem(error.place, error.cause, error.remedy)]
    }
  }
}
