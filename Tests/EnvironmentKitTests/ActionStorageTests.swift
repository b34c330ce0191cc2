import EnvironmentKit
import Foundation
import Testing

@Suite("Actions as indices or rows") struct ActionStorageTests {
  private let choices = ActionSpace.discrete(["stay", "go"])
  private let numbers = ActionSpace.continuous([-1...1, 0...0.5])

  @Test("memory for choices has indices alone, memory for numbers rows alone") func kinds() {
    let (indices, rows) = (
      ActionStorage(space: choices, slots: 3), ActionStorage(space: numbers, slots: 3)
    )
    #expect(indices.indices.count == 3 && indices.rows.isEmpty)
    #expect(rows.rows.count == 6 && rows.indices.isEmpty)
    guard case .indices(let buffer) = indices.buffer, case .rows(let components) = rows.buffer
    else { return #expect(Bool(false), "buffers of the other kind") }
    #expect(buffer.count == 3 && components.count == 6)
    for base in [UInt(bitPattern: buffer.baseAddress), UInt(bitPattern: components.baseAddress)] {
      #expect(base % 64 == 0)
    }
  }

  @Test("what is set comes back, of its slot alone") func values() {
    let indices = ActionStorage(space: choices, slots: 3)
    indices.set(1, of: 2)
    #expect((0..<3).map { indices.value(of: $0) } == [0, 0, 1])
    let rows = ActionStorage(space: numbers, slots: 3)
    rows.set([0.25, 0.5], of: 1)
    #expect((0..<3).map { rows.value(of: $0) } == [[0, 0], [0.25, 0.5], [0, 0]])
    #expect(Array(rows.rows) == [0, 0, 0.25, 0.5, 0, 0])
  }

  @Test("spaces are readable JSON and come back") func json() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    for (space, text) in [
      (choices, #"{"kind":"discrete","names":["stay","go"]}"#),
      (numbers, #"{"bounds":[[-1,1],[0,0.5]],"kind":"continuous"}"#),
    ] {
      let data = try encoder.encode(space)
      #expect(String(decoding: data, as: UTF8.self) == text)
      #expect(try JSONDecoder().decode(ActionSpace.self, from: data) == space)
    }
    let values: [ActionValue] = [3, [0.5, -1]]
    let data = try encoder.encode(values)
    #expect(String(decoding: data, as: UTF8.self) == "[3,[0.5,-1]]")
    #expect(try JSONDecoder().decode([ActionValue].self, from: data) == values)
  }

  @Test(
    "a space that cannot be is an error, never a trap",
    arguments: [
      #"{"kind":"discrete","names":[]}"#, #"{"kind":"continuous","bounds":[[1,0]]}"#,
      #"{"kind":"continuous","bounds":[[1]]}"#, #"{"kind":"continuous","bounds":[]}"#,
      #"{"kind":"else"}"#, #"{"kind":"continuous","bounds":[[-3e38,3e38]]}"#,
    ])
  func impossible(text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(ActionSpace.self, from: Data(text.utf8))
    }
  }

  @Test("a space knows its actions and what they are called") func membership() {
    #expect(choices.contains(1) && !choices.contains(2) && !choices.contains(-1))
    #expect(!choices.contains([0, 0]) && !numbers.contains(0))
    #expect(numbers.contains([1, 0.5]) && !numbers.contains([1.01, 0]))
    #expect(!numbers.contains([.nan, 0]) && !numbers.contains([0]))
    #expect(choices.name(of: 1) == "go" && choices.name(of: 7) == "7")
    #expect(numbers.name(of: [0.5, 0]) == "0.5 0.0")
  }
}
