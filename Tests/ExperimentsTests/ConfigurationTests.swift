import EnvironmentKit
import Experiments
import Files
import Testing

private func overlaid(
  file: String? = nil, settings: [String] = []
) throws -> RunConfiguration {
  var overlay = try ConfigurationOverlay(Preset.quick.configuration)
  if let file { try overlay.apply(yaml: file, file: "my.yaml") }
  for setting in settings { try overlay.apply(setting: setting) }
  return try overlay.decode(RunConfiguration.self)
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
    #expect(try overlay.decode(RunConfiguration.self) == preset.configuration)
  }

  @Test("a file lies over the preset, and --set over the file")
  func order() throws {
    let result = try overlaid(
      file: "vision:\n  latentSize: 24\n  width: 8\n", settings: ["vision.width=12"])
    #expect(result.vision.latentSize == 24)
    #expect(result.vision.width == 12)
    #expect(result.collect == Preset.quick.configuration.collect)
  }

  @Test("whole numbers may be written as people write them", arguments: ["2e4", "20000", "20_000"])
  func wholeNumbers(text: String) throws {
    #expect(try overlaid(settings: ["collect.frames=\(text)"]).collect.frames == 20_000)
  }

  @Test(
    "a later file says where it is wrong and what would be right",
    arguments: [
      (
        "vision:\n  latentsize: 3\n",
        "my.yaml:2: unknown key 'vision.latentsize'; did you mean 'vision.latentSize'?"
      ),
      ("visoin:\n  width: 3\n", "my.yaml:1: unknown key 'visoin'; did you mean 'vision'?"),
      (
        "collect:\n  frames: many\n",
        "my.yaml:2: collect.frames: expected a whole number, found 'many'"
      ),
      (
        "collect:\n\n  frames: 1.5\n",
        "my.yaml:3: collect.frames: expected a whole number, found '1.5'"
      ),
      ("collect: 7\n", "my.yaml:1: collect: expected keys below 'collect', found '7'"),
      (
        "collect:\n  frames: [1, 2]\n",
        "my.yaml:2: collect.frames: expected a single value, found a list"
      ),
      (
        "collect:\n  frames: 3\n",
        "my.yaml:2: collect.frames: 3 is out of range; give 200 to 50000000"
      ),
      (
        "vision:\n  learningRate: fast\n",
        "my.yaml:2: vision.learningRate: expected a number, found 'fast'"
      ),
      ("collect: {frames: 3\n", "my.yaml:"),
    ])
  func badFiles(text: String, message: String) {
    #expect(problem { try overlaid(file: text) }.hasPrefix(message))
  }

  @Test(
    "a bad --set says which and what would be right",
    arguments: [
      (
        "vision.latentsize=16",
        "--set vision.latentsize=16: unknown key 'vision.latentsize'; did you mean 'vision.latentSize'?"
      ),
      ("vision", "--set vision: no key and value; write it as --set vision.latentSize=16"),
      ("=3", "--set =3: no key and value"),
      ("vision=3", "--set vision=3: vision: expected keys below 'vision', found '3'"),
      (
        "vision.width.deep=3",
        "--set vision.width.deep=3: vision.width.deep: 'vision.width' has no parts"
      ),
      ("collect.frames=-1", "--set collect.frames=-1: collect.frames: -1 is out of range"),
      (
        "vision.learningRate=nan",
        "--set vision.learningRate=nan: vision.learningRate: expected a number"
      ),
      ("..=1", "--set ..=1: unknown key"),
    ])
  func badSettings(setting: String, message: String) {
    #expect(problem { try overlaid(settings: [setting]) }.hasPrefix(message))
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
