import Controllers
import EnvironmentKit
import Files
import WorldModels

extension LoopConfiguration: SettingGroup {
  /// Every setting with its meaning and range.
  public static var settings: [Setting<LoopConfiguration>] {
    [
      Setting("passes", \.passes, 1...1_000_000, "How often the loop is gone through."),
      Setting(
        "frames", \.frames, 16...50_000_000,
        "Frames that the first pass collects at least; the last episode is kept whole."),
      Setting(
        "laterFrames", \.laterFrames, 0...50_000_000, "Frames that each later pass adds."),
      Setting(
        "modelSteps", \.modelSteps, 0...100_000_000,
        "Steps that each part of the model takes in a pass; 0 for what the model's settings say."),
      Setting(
        "learnerSteps", \.learnerSteps, 0...100_000_000,
        "Improvements that the learner makes in a pass; 0 for what its settings say."),
      Setting(
        "newLearner", \.newLearner,
        "Whether each pass trains a new policy, or goes on with the one before."),
      Setting(
        "checkpointEvery", \.checkpointEvery, 1...1_000_000,
        "Passes from one checkpoint to the next; longer stages save within a pass as well."),
    ]
  }
}

extension AgentConfiguration: SettingGroup {
  /// Every setting with its meaning and range.
  public static var settings: [Setting<AgentConfiguration>] {
    [
      Setting(
        "observation", \.observation, "an observation that the world offers",
        "How the world is observed: what the model takes, and what is collected."),
      Setting(
        "input", \.input, "a list of the model's features",
        "The model's features that the agent is shown, in order."),
    ]
  }
}

extension DreamSettings: SettingGroup {
  /// Every setting with its meaning and range.
  public static var settings: [Setting<DreamSettings>] {
    [
      Setting(
        "temperature", \.temperature, above: 0,
        "τ: mixture logits are divided by it, noise is multiplied by its root."),
      Setting("ending", \.ending, "How dreamt episodes end where the model foretells ends."),
      Setting(
        "endThreshold", \.endThreshold, 0...1,
        "The probability of an end, as the model's head says it, above which an episode ends."),
      Setting(
        "maximumSteps", \.maximumSteps, 0...100_000_000,
        "Steps after which a dreamt episode is cut off; 0 for as many as in the world."),
    ]
  }
}

extension EvaluateConfiguration: SettingGroup {
  /// Every setting with its meaning and range.
  public static var settings: [Setting<EvaluateConfiguration>] {
    [
      Setting("episodes", \.episodes, 2...100_000, "Episodes that every policy plays."),
      Setting(
        "firstSeed", \.firstSeed, 0...4_000_000_000,
        "The seed of the first episode; the others follow. Training never draws them."),
    ]
  }
}

extension MetricsConfiguration: SettingGroup {
  /// Every setting with its meaning and range.
  public static var settings: [Setting<MetricsConfiguration>] {
    [
      Setting(
        "sinks", \.sinks, "a list of: \(MetricsConfiguration.kinds.joined(separator: ", "))",
        "Files that learning curves are written to, besides checkpoints."
      ) { $0.sinks.allSatisfy(MetricsConfiguration.kinds.contains) }
    ]
  }
}

/// One line of the list of all settings.
public struct SettingLine: Hashable, Sendable {
  /// The dotted key.
  public let key: String
  /// What it means.
  public let meaning: String
  /// The values it may have, in words.
  public let range: String
  /// Names to choose from; empty where it is no choice.
  public let choices: [String]
}

extension RunConfiguration {
  /// What is out of range, in the order of the properties.
  public func problems() -> [SettingProblem] {
    var found: [SettingProblem] = []
    if seed < 0 {
      found.append(SettingProblem("seed", "\(seed) is out of range", "give 0 or more"))
    }
    if Preset(rawValue: preset) == nil {
      found.append(
        SettingProblem(
          "preset", "'\(preset)' is none", "give one of: \(Preset.names.joined(separator: ", "))"))
    }
    found += loop.problems(below: "loop.") + collect.problems(below: "collect.")
    found += data.problems(below: "data.")
    found += Self.problems(of: model, below: "model.")
    found += agent.problems(below: "agent.") + dream.problems(below: "dream.")
    found += Self.problems(of: learner, below: "learner.")
    return found + evaluate.problems(below: "evaluate.") + metrics.problems(below: "metrics.")
  }

  private static func problems<Kind: WorldModelSettings>(
    of model: Kind, below prefix: String
  ) -> [SettingProblem] {
    Setting.problems(of: model, Kind.settings, below: prefix)
  }

  private static func problems<Kind: LearnerSettings>(
    of learner: Kind, below prefix: String
  ) -> [SettingProblem] {
    Setting.problems(of: learner, Kind.settings, below: prefix)
  }

  /// All settings with meaning and range; those of every kind, each below its group.
  public static func settingLines(_ kinds: Kinds = .standard) -> [SettingLine] {
    func lines<Owner>(_ prefix: String, _ settings: [Setting<Owner>]) -> [SettingLine] {
      settings.map {
        SettingLine(
          key: prefix + $0.key, meaning: $0.meaning, range: $0.range, choices: $0.choices)
      }
    }
    func model<Kind: WorldModelSettings>(_ kind: Kind.Type) -> [SettingLine] {
      lines("model.", kind.settings)
    }
    func learner<Kind: LearnerSettings>(_ kind: Kind.Type) -> [SettingLine] {
      lines("learner.", kind.settings)
    }
    return [
      SettingLine(
        key: "world", meaning: "The world's id, or the path of a .yaml file.",
        range: "a world of 'umwelt envs'", choices: []),
      SettingLine(
        key: "preset", meaning: "The preset that the values started from.",
        range: Preset.names.joined(separator: ", "), choices: Preset.names),
      SettingLine(
        key: "seed", meaning: "The root seed of every random number.", range: "0 or more",
        choices: []),
    ] + lines("loop.", LoopConfiguration.settings)
      + lines("collect.", CollectConfiguration.settings)
      + lines("data.", DataConfiguration.settings) + kinds.models.flatMap { model($0) }
      + lines("agent.", AgentConfiguration.settings) + lines("dream.", DreamSettings.settings)
      + kinds.learners.flatMap { learner($0) }
      + lines("evaluate.", EvaluateConfiguration.settings)
      + lines("metrics.", MetricsConfiguration.settings)
  }

  /// The names that a setting may have, by dotted key, where it is one of a few.
  static func choices(_ kinds: Kinds) -> [String: [String]] {
    var found: [String: [String]] = [:]
    for line in settingLines(kinds) where !line.choices.isEmpty { found[line.key] = line.choices }
    return found
  }
}
