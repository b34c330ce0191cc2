import EnvironmentKit
import Glibc
import Pictures
import Testing

@Suite struct DreamPanelTests {
  static func panel(step: Int) -> DreamPanel {
    let time = Double(step) * 0.02
    return DreamPanel(
      header: "TakeCover, seed 3", step: step, temperature: 1.15,
      real: .init(
        picture: Scenery.room(time: time), reward: 1, returns: Scenery.values(step) { $0 + 1 }),
      dream: .init(
        picture: Scenery.room(time: time + 0.2, blur: 0.7), reward: 0.98,
        returns: Scenery.values(step) { $0 * 0.98 + 1 }, end: step > 80 ? "ended at step 80" : ""),
      actions: ["stay", "left", "right"], chosen: step == 0 ? nil : step % 3,
      endProbabilities: Scenery.values(step) { 0.2 + 0.18 * sin($0 / 4) },
      errors: Scenery.values(step) { 4 + $0 / 10 },
      lookedAtDream: (0..<step).map { $0 > 30 }, branches: [12, 15, 60].filter { $0 <= step },
      notice: step > 80 ? "the dream has ended" : "")
  }

  @Test("the panel has one size through an episode, and the same picture each time")
  func size() throws {
    let frames = [0, 1, 100, 260].map { Self.panel(step: $0).frame() }
    #expect(frames.allSatisfy { ($0.width, $0.height) == (frames[0].width, frames[0].height) })
    #expect(frames[2] == Self.panel(step: 100).frame())
    if let folder = getenv("UMWELT_GALLERY").map({ String(cString: $0) }) {
      for (frame, name) in zip(frames, ["0", "1", "100", "260"]) {
        try PNG.write(frame, to: "\(folder)/dream-\(name).png")
      }
    }
  }

  @Test("green frames what sees, red what dreams")
  func borders() {
    let frame = Self.panel(step: 40).frame()
    let (first, last) = (11, frame.width - 12)
    #expect(frame[first, 80] == Theme.seeing)
    #expect(frame[last, 80] == Theme.dreaming)
  }

  @Test("a branch and the present moment are marked on the timeline")
  func timeline() {
    var panel = Self.panel(step: 100)
    panel.branches = []
    let without = panel.frame()
    panel.branches = [50]
    let with = panel.frame()
    let changed = (0..<with.pixels.count / 3).filter {
      with.pixels[$0 * 3..<$0 * 3 + 3] != without.pixels[$0 * 3..<$0 * 3 + 3]
    }
    #expect(!changed.isEmpty)
    #expect(changed.allSatisfy { $0 / with.width > with.height - 54 })
    #expect(changed.allSatisfy { (200...340).contains($0 % with.width) })
  }

  @Test("once the world has ended nothing is compared any more")
  func afterTheEnd() {
    var panel = Self.panel(step: 90)
    let compared = panel.frame()
    panel.errors += [.nan]
    panel.real.end = "ended at step 90"
    let frame = panel.frame()
    let middle = frame.width / 2
    #expect(compared[middle, 150] != Theme.panel)
    #expect(frame[middle, 150] == Theme.panel && frame[middle + 40, 240] == Theme.panel)
    // The line under it says so in the colour of remarks, and nothing else.
    let under = (middle - 130..<middle + 130).flatMap { x in (322..<336).map { frame[x, $0] } }
    #expect(Set(under) == [Theme.background, Theme.warning])
  }

  @Test("the panel fills any room")
  func rooms() {
    let panel = Self.panel(step: 40)
    for (width, height) in [(640, 340), (1280, 670), (1920, 1050), (500, 900), (60, 40)] {
      let frame = panel.frame(in: PictureRoom(width: width, height: height))
      #expect(frame.width == width && frame.height == height)
    }
  }
}
