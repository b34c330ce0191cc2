import EnvironmentKit
import Glibc
import Pictures
import Testing

@Suite struct ExplorePanelTests {
  static func panel(latents: Int, chosen: Int = 0, isFrame: Bool = true) -> ExplorePanel {
    let sliders = (0..<latents).map { index in
      let value = 2.6 * sin(Double(index))
      return ExplorePanel.Slider(
        dimension: (index * 7) % latents, value: value, start: index == 0 ? value - 1 : value,
        divergence: 3.2 / Double(index + 1), isActive: 2 * index <= latents)
    }
    return ExplorePanel(
      header: "TakeCover: \(latents) latents, \(latents / 2) active, KL 21.3 nats",
      origin: isFrame ? "from held-out frame 212 of 6030" : "from zeros",
      picture: Scenery.room(time: 0.7, blur: 1), start: Scenery.room(time: 0.6, blur: 1),
      original: isFrame ? Scenery.room(time: 0.6) : nil, sliders: sliders, chosen: chosen)
  }

  @Test("one, thirty-two and a thousand latents make pictures of one size")
  func size() throws {
    for (latents, chosen) in [(1, 0), (2, 1), (32, 3), (32, 31), (1024, 0), (1024, 700)] {
      let frame = Self.panel(latents: latents, chosen: chosen, isFrame: chosen != 31).frame()
      #expect(frame.width == 1160 && frame.height == 648, "\(frame.width)×\(frame.height)")
      if let folder = getenv("UMWELT_GALLERY").map({ String(cString: $0) }) {
        try PNG.write(frame, to: "\(folder)/explore-\(latents)-\(chosen).png")
      }
    }
  }

  @Test("the panel fills any room, and a slider is found where it is drawn")
  func rooms() {
    let panel = Self.panel(latents: 8)
    for (width, height) in [(640, 340), (1280, 670), (1900, 1040), (700, 900), (90, 60)] {
      let room = PictureRoom(width: width, height: height)
      let frame = panel.frame(in: room)
      #expect(frame.width == width && frame.height == height)
    }
    let room = PictureRoom(width: 1280, height: 670)
    let frame = panel.frame(in: room)
    // The knob of the chosen slider has the accent's colour.
    let knob = (700..<1200).first { x in (60..<130).contains { frame[x, $0] == Theme.accent } }
    let value = panel.value(atX: (knob ?? 0) + 5, in: room)
    #expect(abs(value - panel.sliders[0].value) < 0.1)
    #expect(panel.slider(atX: knob ?? 0, y: 100, in: room)?.index == 0)
  }

  @Test("every slider can be brought into view and pointed at", arguments: [1, 32, 1024])
  func pointing(latents: Int) {
    for chosen in Array(stride(from: 0, to: latents, by: max(1, latents / 50))) + [latents - 1] {
      let panel = Self.panel(latents: latents, chosen: chosen)
      let rows = (0..<648).compactMap { panel.slider(atX: 700, y: $0)?.index }
      #expect(rows.contains(chosen))
      #expect(rows == rows.sorted() && Set(rows).count == min(latents, 39))
    }
  }

  @Test("facts stand below the latents, each to be pointed at", arguments: [3, 1024])
  func facts(latents: Int) throws {
    for (count, chosen) in [(1, 0), (10, 2), (10, latents + 4)] {
      var panel = Self.panel(latents: latents, chosen: chosen)
      panel.facts = (0..<count).map {
        ExplorePanel.Fact(
          name: "nearestLandingOffset \($0)", value: Double($0) / 4 - 1, start: 0, text: "−12.5",
          quality: 0.9)
      }
      let rows = (0..<648).compactMap { panel.slider(atX: 700, y: $0)?.index }
      #expect(rows == rows.sorted())
      #expect(Array(Set(rows).sorted().suffix(count)) == Array(latents..<latents + count))
      #expect(rows.contains(min(chosen, latents - 1)))
      if let folder = getenv("UMWELT_GALLERY").map({ String(cString: $0) }) {
        try PNG.write(panel.frame(), to: "\(folder)/explore-facts-\(latents)-\(chosen).png")
      }
      #expect(panel.frame().height == 648)
    }
  }

  @Test("the place of a knob stands for its value, places beyond for the ends")
  func values() {
    let panel = Self.panel(latents: 32)
    let values = (0..<1160).map { panel.value(atX: $0) }
    #expect(values == values.sorted())
    #expect(values.first == -3 && values.last == 3)
    #expect(values.contains { abs($0) < 0.02 })
    #expect(panel.slider(atX: 100, y: 300) == nil)
    #expect(panel.slider(atX: 700, y: 5) == nil)
  }

  @Test("codes have whole values from 0, and the ends of a slider stand clear of its value")
  func codes() {
    var panel = Self.panel(latents: 8)
    (panel.bounds, panel.isCoded) = (0...31.5, true)
    #expect(panel.value(atX: 0) == 0 && panel.value(atX: 1159) == 31.5)
    let frame = panel.frame()
    let written = (0..<1160).filter { x in
      (28..<37).contains { frame[x, $0] == Theme.secondary }
    }
    // The heading of the values ends at 1138.
    let heading = 1138 - Font.width(of: "value", scale: 1)
    #expect((written.last { $0 < heading } ?? 0) < heading - 8)
  }
}
