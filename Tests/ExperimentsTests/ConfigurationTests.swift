import Controllers
import EnvironmentKit
import Experiments
import Files
import Settings
import Testing
import WorldModels

private func overlaid(
  file: String? = nil, settings: [String] = []
) throws -> RunConfiguration {
  var overlay = try ConfigurationOverlay(Preset.quick.configuration)
  if let file { try overlay.apply(yaml: file, file: "my.yaml") }
  for setting in settings { try overlay.apply(setting: setting) }
  return try overlay.configuration()
}

private func problem(_ work: () throws -> RunConfiguration) -> String {
  do {
    _ = try work()
    return "no error"
  } catch {
    return "\(error)"
  }
}

@Suite("Configuration")
struct ConfigurationTests {
  @Test("every preset is valid and survives being saved", arguments: Preset.allCases)
  func presetsRoundTrip(preset: Preset) throws {
    let text = try RunFolder.yaml(preset.configuration)
    var overlay = try ConfigurationOverlay(RunConfiguration())
    try overlay.apply(yaml: text, file: "config.yaml")
    #expect(try overlay.configuration() == preset.configuration)
  }

  @Test("a file lies over the preset, and --set over the file")
  func order() throws {
    let result = try overlaid(
      file: "model:\n  latentSize: 24\n  width: 8\n", settings: ["model.width=12"])
    let model = try #require(result.model as? MixtureMemorySettings)
    #expect(model.autoencoder.vision.latentSize == 24)
    #expect(model.autoencoder.vision.width == 12)
    #expect(result.collect == Preset.quick.configuration.collect)
  }

  @Test("whole numbers may be written as people write them", arguments: ["2e4", "20000", "20_000"])
  func wholeNumbers(text: String) throws {
    #expect(try overlaid(settings: ["loop.frames=\(text)"]).loop.frames == 20_000)
  }

  @Test(
    "a later file says where it is wrong and what would be right",
    arguments: [
      (
        "model:\n  latentsize: 3\n",
        "my.yaml:2: unknown key 'model.latentsize'; did you mean 'model.latentSize'?"
      ),
      ("modle:\n  width: 3\n", "my.yaml:1: unknown key 'modle'; did you mean 'model'?"),
      (
        "loop:\n  frames: many\n",
        "my.yaml:2: loop.frames: expected a whole number, found 'many'"
      ),
      (
        "loop:\n\n  frames: 1.5\n",
        "my.yaml:3: loop.frames: expected a whole number, found '1.5'"
      ),
      ("loop: 7\n", "my.yaml:1: loop: expected keys below 'loop', found '7'"),
      (
        "loop:\n  frames: [1, 2]\n",
        "my.yaml:2: loop.frames: expected a single value, found a list"
      ),
      (
        "loop:\n  frames: 3\n",
        "my.yaml:2: loop.frames: 3 is out of range; give 16 to 50000000"
      ),
      (
        "model:\n  learningRate: fast\n",
        "my.yaml:2: model.learningRate: expected a number, found 'fast'"
      ),
      ("loop: {frames: 3\n", "my.yaml:"),
    ])
  func badFiles(text: String, message: String) {
    #expect(problem { try overlaid(file: text) }.hasPrefix(message))
  }

  @Test(
    "a bad --set says which and what would be right",
    arguments: [
      (
        "model.latentsize=16",
        "--set model.latentsize=16: unknown key 'model.latentsize'; did you mean 'model.latentSize'?"
      ),
      ("model", "--set model: no key and value; write it as --set model.latentSize=16"),
      ("=3", "--set =3: no key and value"),
      ("model=3", "--set model=3: model: expected keys below 'model', found '3'"),
      (
        "model.width.deep=3",
        "--set model.width.deep=3: model.width.deep: 'model.width' has no parts"
      ),
      ("loop.frames=-1", "--set loop.frames=-1: loop.frames: -1 is out of range"),
      (
        "model.learningRate=nan",
        "--set model.learningRate=nan: model.learningRate: expected a number"
      ),
      ("..=1", "--set ..=1: unknown key"),
      (
        "model.kind=mixtureMemori",
        "--set model.kind=mixtureMemori: model.kind: there is no kind 'mixtureMemori'; did you mean"
      ),
      (
        "controller.world=real",
        "--set controller.world=real: unknown key 'controller'; its settings stand under 'learner'"
      ),
    ])
  func badSettings(setting: String, message: String) {
    #expect(problem { try overlaid(settings: [setting]) }.hasPrefix(message))
  }

  @Test("another kind brings its own settings, and what both have in common stays")
  func kinds() throws {
    let result = try overlaid(settings: ["model.latentSize=7", "model.kind=autoencoder"])
    let model = try #require(result.model as? AutoencoderSettings)
    #expect(
      model.vision.latentSize == 7 && model.vision.sigma == 0.1 && model.kind == "autoencoder")
    #expect(
      problem { try overlaid(settings: ["model.kind=autoencoder", "model.memory.steps=1"]) }
        .contains("unknown key 'model.memory'"))
  }

  @Test(
    "a choice that another kind does not know is left behind, and each kind tells its own choices")
  func otherChoices() throws {
    let result = try overlaid(settings: ["learner.readout=parts", "learner.kind=ppo"])
    let learner = try #require(result.learner as? PPOSettings)
    #expect(learner.readout == .sampled && learner.place == .dream)
    let back = try overlaid(settings: ["learner.kind=ppo", "learner.kind=evolution"])
    #expect(back.learner is EvolutionSettings)
    #expect(
      problem { try overlaid(settings: ["learner.kind=ppo", "learner.readout=parts"]) }
        .contains("give one of: sampled, greatest"))
    #expect(
      problem { try overlaid(settings: ["learner.readout=largest"]) }.contains("parts"))
  }

  @Test("a run's own file must say every value")
  func wholeFiles() throws {
    let text = try RunFolder.yaml(Preset.tiny.configuration)
    for line in ["  sigma: ", "  passes: ", "seed: "] {
      let cut = text.split(separator: "\n").filter { !$0.hasPrefix(line) }.joined(separator: "\n")
      var overlay = try ConfigurationOverlay(RunConfiguration())
      #expect(throws: ExperimentError.self) {
        try overlay.apply(wholeYAML: cut, file: "config.yaml")
      }
    }
  }

  @Test("every setting of every kind says what it means and which values it may have")
  func settingLines() throws {
    let known = Set(RunConfiguration.settingLines().map(\.key))
    for kind in Kinds.standard.models {
      var value = RunConfiguration()
      value.model = kind.init()
      let keys = try Self.leaves(RunFolder.yaml(value))
      #expect(keys.subtracting(known).isEmpty, "\(keys.subtracting(known))")
    }
    #expect(RunConfiguration.settingLines().allSatisfy { !$0.meaning.isEmpty && !$0.range.isEmpty })
  }

  /// The dotted keys of a YAML text whose groups are indented by two.
  private static func leaves(_ yaml: String) -> Set<String> {
    var (path, keys) = ([String](), Set<String>())
    for line in yaml.split(separator: "\n") where !line.hasPrefix("#") && line.contains(":") {
      let depth = line.prefix { $0 == " " }.count / 2
      let parts = line.trimmingCharacters(in: .whitespaces).split(separator: ":", maxSplits: 1)
      path = Array(path.prefix(depth)) + [String(parts[0])]
      let isGroup = parts.count == 1 || parts[1].trimmingCharacters(in: .whitespaces).isEmpty
      if !isGroup { keys.insert(path.joined(separator: ".")) }
    }
    return keys
  }

  @Test("random edits of a good file never crash")
  func randomEdits() throws {
    let good = Array(try RunFolder.yaml(Preset.tiny.configuration).utf8)
    var state: UInt64 = 1
    for _ in 0..<300 {
      var text = good
      for _ in 0..<3 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text[Int(state >> 33) % text.count] = UInt8(truncatingIfNeeded: state >> 20) & 0x7F
      }
      _ = problem { try overlaid(file: String(decoding: text, as: UTF8.self)) }
    }
  }

  @Test(
    "the nearest name is found by edits",
    arguments: [
      ("TakeCovr", "TakeCover"), ("takecover", "TakeCover"), ("Empty", nil as String?),
    ])
  func nearest(typed: String, expected: String?) {
    #expect(NearestName.find(typed, among: ["TakeCover", "MiniGrid-DoorKey-5x5-v0"]) == expected)
  }
}
