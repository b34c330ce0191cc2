import Experiments
import Settings
import Testing

@Suite("The runs of a sweep over settings")
struct SettingGridTests {
  private func grid(_ settings: [String], seeds: [Int] = [1]) throws -> SettingGrid {
    try SettingGrid(all: settings.map { try SettingAxis($0) }, seeds: seeds)
  }

  @Test("all combinations with all seeds; what does not vary is set, but stands in no name")
  func combinations() throws {
    let cells = try grid(
      ["model.beta=1,2", "model.latentSize=8", "metrics.sinks=[jsonl,tensorboard],[jsonl]"],
      seeds: [1, 5]
    ).cells
    #expect(cells.count == 8 && cells.map(\.number) == Array(1...8))
    #expect(
      cells[0].settings == [
        "model.beta=1", "model.latentSize=8", "metrics.sinks=[jsonl,tensorboard]",
      ])
    #expect(cells[1].seed == 5 && cells[1].settings == cells[0].settings)
    #expect(cells[0].name == "model.beta=1_metrics.sinks=-jsonl-tensorboard-_s1")
    #expect(cells[7].name == "model.beta=2_metrics.sinks=-jsonl-_s5")
    #expect(Set(cells.map(\.name)).count == 8)
  }

  @Test("names are told apart where only what a folder cannot have differs, and cut where too long")
  func names() throws {
    let cells = try grid(["a=[x,y],(x,y)".replacing("(x,y)", with: "<x-y>")]).cells
    #expect(Set(cells.map(\.name)).count == 2)
    let long = try grid(["k=\(String(repeating: "x", count: 300)),y"]).cells
    #expect(long.allSatisfy { $0.name.count <= 130 } && long[0].name.hasPrefix("1-k=xxx"))
  }

  @Test("draws are the same ones whatever the number, within their range, a combination once")
  func draws() throws {
    let axes = try ["r=log:0.0001..0.01", "n=3..5", "c=a,b", "x=0.5..0.75"].map {
      try SettingAxis($0)
    }
    func draw(_ count: Int) throws -> [SettingGrid.Cell] {
      try SettingGrid(drawing: count, of: axes, root: 3, seeds: [1]).cells
    }
    let cells = try draw(200)
    #expect(try draw(20).map(\.settings) == cells.prefix(20).map(\.settings))
    var logs: [Double] = []
    for cell in cells {
      let values = cell.settings.map { String($0.split(separator: "=")[1]) }
      let rate = try #require(Double(values[0]))
      #expect(rate >= 0.0001 && rate <= 0.01)
      logs.append(rate)
      #expect(["3", "4", "5"].contains(values[1]) && ["a", "b"].contains(values[2]))
      let x = try #require(Double(values[3]))
      #expect(x >= 0.5 && x <= 0.75)
    }
    // Half of the draws lie below the middle of the logarithms, give or take four standard errors.
    let below = logs.filter { $0 < 0.001 }.count
    #expect(below > 72 && below < 128)
    let few = try SettingGrid(
      drawing: 50, of: [SettingAxis("c=a,b")], root: 1, seeds: [1, 2]
    ).cells
    #expect(few.count == 4)
  }

  @Test(
    "what is no list of values is refused",
    arguments: [
      "model.beta", "=1", "model.beta=", "model.beta=1,,2", "model.beta=1,1", "model.beta=2..1",
      "model.beta=log:0..1", "model.beta=log:5", "model.beta=a..b", "model.beta=1..inf",
    ])
  func refused(text: String) {
    let error = #expect(throws: ExperimentError.self) { try SettingAxis(text) }
    #expect(error?.kind == .usage && error?.place == "--set \(text)")
  }

  @Test("ranges in a grid, a setting named twice and too many runs are refused")
  func refusedGrids() throws {
    #expect(throws: ExperimentError.self) { try grid(["a=1..2"]) }
    #expect(throws: ExperimentError.self) { try grid(["a=1,2", "a=3"]) }
    let many = (0..<400).map { "\($0)" }.joined(separator: ",")
    #expect(throws: ExperimentError.self) { try grid(["a=\(many)", "b=\(many)"]) }
    let axis = try SettingAxis("a=1..2")
    for count in [0, -1, 100_001] {
      #expect(throws: ExperimentError.self) {
        try SettingGrid(drawing: count, of: [axis], root: 1, seeds: [1])
      }
    }
  }
}
