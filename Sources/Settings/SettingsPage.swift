import EnvironmentKit

/// All settings as a page of documentation: what each means, which values it may have, and which it has.
public struct SettingsPage {
  private let kinds: Kinds
  private let world: CatalogEntry

  /// The page of a program.
  ///
  /// - Parameters:
  ///   - kinds: the models and learners whose settings it lists.
  ///   - world: the world that defaults are stated for.
  public init(_ kinds: Kinds, in world: CatalogEntry) {
    (self.kinds, self.world) = (kinds, world)
  }

  /// The page in Markdown.
  public func markdown() throws -> String {
    let values = try values(.quick)
    func part(_ title: String, _ group: String, _ text: String) -> [String] {
      Self.section(title, text, lines(group, Kinds()), values)
    }
    let parts =
      part(
        "The run", "",
        "What is run. The options `--seed` and `--preset` and the argument WORLD win over these.")
      + part(
        "loop", "loop",
        "How often the loop of collecting, fitting the model and improving the policy is gone through."
      )
      + part(
        "collect", "collect",
        "How frames are collected: with a varied random policy, in later passes with the learner's."
      )
      + part(
        "data", "data",
        "Where frames come from when `umwelt train vision` trains an autoencoder on them alone; a run in a "
          + "world leaves them empty."
      )
      + (try models())
      + part("agent", "agent", "What the agent sees.")
      + part("dream", "dream", "The dream that a learner may learn in.") + (try learners())
      + part("evaluate", "evaluate", "How policies are compared at the end.")
      + part("metrics", "metrics", "Where learning curves go besides checkpoints.")
      + (try presets())
    return (introduction + parts).joined(separator: "\n") + "\n"
  }

  private var introduction: [String] {
    [
      "# Settings", "",
      "<!-- Printed by 'umwelt describe --settings'; 'scripts/settings' writes this page anew. -->",
      "",
      "Every setting with its meaning and the values it may have. The default is what the preset `quick` gives it",
      "in \(world.id); [the last table](#what-presets-change) has the other presets. What does not fit the world, such as a",
      "frame of another size, is said before anything is trained.", "", "```sh",
      "umwelt run --set model.latentSize=16 --set 'agent.input=[latent, hidden]'   # one setting each; lists in brackets",
      "umwelt run --config my.yaml                                                 # groups as keys below keys",
      "umwelt describe --configuration --world Catch                               # every value for a world, as YAML",
      "```", "",
      "Another `kind` puts the settings of that kind in the place of its group's; those that both kinds have keep their",
      "values.",
    ]
  }

  private func models() throws -> [String] {
    let all = kinds.models.map { kind in
      (kind.kindName, lines("model", Kinds(models: [kind])))
    }
    return try sections("model", "The world model: what frames become, and what is foretold.", all)
  }

  private func learners() throws -> [String] {
    let all = kinds.learners.map { kind in
      (kind.kindName, lines("learner", Kinds(learners: [kind])))
    }
    return try sections("learner", "Who improves the policy, and where it learns.", all)
  }

  /// A section per kind; one that has all settings of a kind before it lists what it has besides.
  private func sections(
    _ group: String, _ text: String, _ all: [(name: String, lines: [SettingLine])]
  ) throws -> [String] {
    try all.indices.flatMap { place in
      let (name, lines) = all[place]
      let base = all[..<place].last { before in
        before.lines.allSatisfy { $0.key == "\(group).kind" || lines.contains($0) }
      }
      let rest = lines.filter { base?.lines.contains($0) != true }
      let words = base.map {
        "All settings of the kind [`\($0.name)`](#\(group)-kind-\($0.name.lowercased())), and these."
      }
      return Self.section(
        "\(group), kind \(name)", words ?? text, rest,
        try values(.quick, kind: "\(group).kind=\(name)"))
    }
  }

  /// The settings below a group, or those that stand alone.
  private func lines(_ group: String, _ kinds: Kinds) -> [SettingLine] {
    RunConfiguration.settingLines(kinds).filter {
      group.isEmpty ? !$0.key.contains(".") : $0.key.hasPrefix(group + ".")
    }
  }

  private static func section(
    _ title: String, _ text: String, _ lines: [SettingLine], _ values: [String: String]
  ) -> [String] {
    let rows = lines.map { line in
      "| `\(line.key)` | \(line.meaning) | \(line.range) | `\(values[line.key] ?? "")` |"
    }
    return [
      "", "## \(title)", "", text, "", "| setting | meaning | values | default |",
      "|---|---|---|---|",
    ]
      + rows
  }

  /// The settings that presets give different values.
  private func presets() throws -> [String] {
    let columns = try Preset.allCases.map { try values($0) }
    let keys = RunConfiguration.settingLines(kinds).map(\.key)
    var shown: Set<String> = []
    let rows = keys.filter { key in
      let values = Set(columns.compactMap { $0[key] })
      return key != "preset" && values.count > 1 && shown.insert(key).inserted
    }.map { key in
      "| `\(key)` | " + columns.map { $0[key].map { "`\($0)`" } ?? "–" }.joined(separator: " | ")
        + " |"
    }
    return [
      "", "## What presets change", "",
      "Of \(world.id). A world may change a few more: where only success is rewarded, as in MiniGrid, actions are drawn and",
      "`quick` learns in the world itself; where actions are numbers, as in IcePuck, `quick` shows a small latent alone.",
      "",
      "| setting | " + Preset.names.map { "`\($0)`" }.joined(separator: " | ") + " |",
      "|---|" + Preset.names.map { _ in "---|" }.joined(),
    ] + rows
  }

  /// The values of a preset by dotted key.
  private func values(_ preset: Preset, kind: String? = nil) throws -> [String: String] {
    var overlay = try ConfigurationOverlay(preset.configuration(for: world), kinds: kinds)
    if let kind { try overlay.apply(setting: kind) }
    return Dictionary(overlay.values) { _, last in last }
  }
}
