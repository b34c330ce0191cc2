import EnvironmentKit
import Glibc
import Pictures
import Testing

@Suite("The components of continuous actions") struct ActionBarsTests {
  private static let space = ActionSpace.continuous([-1...1, 0...1])

  private static func panel(_ action: ActionValue?) -> AgentPanel {
    var panel = Scenery.agent(step: 20)
    (panel.actions, panel.chosen) = ([], nil)
    panel.components = ActionBar.all(of: action, in: space)
    return panel
  }

  @Test("are read off a row, and stand empty before the first action") func reading() {
    let bars = ActionBar.all(of: [0.5, 0.25], in: Self.space)
    #expect(bars.map(\.value) == [0.5, 0.25] && bars.map(\.range) == [-1...1, 0...1])
    #expect(ActionBar.all(of: nil, in: Self.space).allSatisfy { $0.value.isNaN })
    #expect(ActionBar.all(of: 1, in: .discrete(["a", "b"])).isEmpty)
  }

  @Test("grow from zero with their size, in panels of one size") func size() throws {
    func lit(_ action: ActionValue?) -> Int {
      let frame = Self.panel(action).frame()
      return (0..<frame.width * frame.height).count {
        frame[$0 % frame.width, $0 / frame.width] == Theme.accent
      }
    }
    let (none, small, large, left) = (lit(nil), lit([0.25, 0]), lit([1, 0]), lit([-1, 0]))
    #expect(none < small && small < large && abs(large - left) < 40)
    let frames = [nil, [0.25, 0], [1, 1]].map { Self.panel($0).frame() }
    #expect(frames.allSatisfy { $0.width == frames[0].width && $0.height == frames[0].height })
    if let folder = getenv("UMWELT_GALLERY").map({ String(cString: $0) }) {
      try PNG.write(Self.panel([0.5, 0.25]).frame(), to: "\(folder)/agent-rows.png")
      var dream = DreamPanelTests.panel(step: 40)
      (dream.actions, dream.chosen) = ([], nil)
      dream.components = ActionBar.all(of: [-0.5, 0.75], in: Self.space)
      try PNG.write(dream.frame(), to: "\(folder)/dream-rows.png")
    }
  }

  @Test("of many the bars are thin, and none is drawn below its area") func many() {
    let many = ActionSpace.continuous([ClosedRange<Float>](repeating: -1...1, count: 24))
    var panel = Self.panel(nil)
    let without = panel.frame()
    panel.components = ActionBar.all(of: .row([Float](repeating: 1, count: 24)), in: many)
    let with = panel.frame()
    #expect(with.width == without.width && with.height == without.height)
  }
}
