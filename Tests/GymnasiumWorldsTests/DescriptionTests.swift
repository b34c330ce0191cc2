import EnvironmentKit
import Files
import GymnasiumWorlds
import Testing

@Suite("What a worker says of an environment") struct DescriptionTests {
  private static let text = """
    {"observations": [{"kind": "numbers", "numbers": 4},
      {"kind": "pixels64", "fields": [["image", [64, 64, 3]]], "picture": [40, 60, 3]}],
    "facts": [["observation[0]", "quantity"], ["held", "category"]], "names": ["left", "right"], "bounds": null,
    "maximumSteps": 500, "stepsPerSecond": 50.0, "reference": "gymnasium", "file": "a.py", "picture": [40, 60, 3],
    "noPicture": null}
    """

  private static func description(_ text: String) -> WorldDescription? {
    guard let value = try? JSONValue(reading: Array(text.utf8)) else { return nil }
    return WorldDescription(value)
  }

  @Test("it is read as it was said") func whole() throws {
    let description = try #require(Self.description(Self.text))
    #expect(description.ways.map(\.kind) == [.numbers, .pixels64])
    #expect(description.ways.map(\.space.frameShape) == [[4], [64, 64, 3]])
    #expect(description.ways[0].space.numberCount == 4)
    #expect(description.facts == [Fact("observation[0]"), Fact("held", .category)])
    #expect(description.actions == .discrete(["left", "right"]))
  }

  @Test(
    "what no worker says is refused",
    arguments: [
      ("\"numbers\": 4", "\"numbers\": 0"), ("[64, 64, 3]", "[64, -1, 3]"),
      ("[64, 64, 3]", "[]"), ("\"picture\": [40, 60, 3]}]", "\"picture\": [40, 60]}]"),
      ("\"left\", \"right\"", ""), ("500", "0"), ("50.0", "-1"), ("\"category\"", "1"),
      ("\"kind\": \"numbers\"", "\"kind\": \"smells\""),
      ("\"names\": [", "\"bounds\": [[2, 1]], \"n\": ["),
    ])
  func damaged(_ found: String, _ put: String) {
    let text = Self.text.replacing(found, with: put, maxReplacements: 1)
    #expect(text != Self.text)
    let description = Self.description(text)
    #expect(description == nil, "\(String(describing: description))")
  }

  @Test("no damage to the text does harm") func anyDamage() {
    let bytes = Array(Self.text.utf8)
    for place in bytes.indices {
      for byte in [UInt8(ascii: "0"), UInt8(ascii: "-"), UInt8(ascii: "]")] {
        var changed = bytes
        changed[place] = byte
        _ = Self.description(String(decoding: changed, as: UTF8.self))
      }
    }
  }

  @Test("variables out of range are refused") func settings() throws {
    #expect(try GymnasiumSettings(environment: [:]) == GymnasiumSettings())
    let set = try GymnasiumSettings(environment: [
      "UMWELT_PYTHON": "venv/bin/python", "UMWELT_GYM_WORKERS": "3", "UMWELT_GYM_TIMEOUT": "0.5",
    ])
    #expect(set.python == "venv/bin/python" && set.workers == 3 && set.timeout == 0.5)
    for (name, value) in [
      ("WORKERS", "0"), ("WORKERS", "many"), ("WORKERS", "1025"), ("TIMEOUT", "0"),
      ("TIMEOUT", "nan"), ("TIMEOUT", "soon"),
    ] {
      #expect(throws: EnvironmentError.self, "\(name)=\(value)") {
        try GymnasiumSettings(environment: ["UMWELT_GYM_\(name)": value])
      }
    }
  }
}
