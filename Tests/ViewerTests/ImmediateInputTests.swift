import EnvironmentKit
import Testing
import Viewer

/// A scene that takes some keys and the mouse at once.
struct ImmediateScene: Scene {
  let stepsPerSecond = 20.0
  let keys = KeyMap([KeyMap.Binding(.left, .right, meaning: "move")])
  var presses: [KeyPress] = []
  var places: [PointerPlace?] = []
  var hovers: [PointerPlace] = []
  var inputs: [SceneInput] = []

  mutating func press(_ press: KeyPress) -> Bool {
    guard press.key == .left else { return false }
    presses.append(press)
    return true
  }

  mutating func point(at place: PointerPlace?) -> Bool {
    places.append(place)
    return place != nil
  }

  mutating func hover(at place: PointerPlace) -> Bool {
    hovers.append(place)
    return true
  }

  mutating func advance(_ input: SceneInput) { inputs.append(input) }

  func frame() -> Frame {
    Frame(width: 8 + presses.count, height: 8 + places.count + hovers.count)
  }
}

@Suite struct ImmediateInputTests {
  static func run(
    _ script: [(Double, WindowEvent)]
  ) throws -> (scene: ImmediateScene, shown: [Frame]) {
    let surface = ScriptedSurface(script)
    var loop = InteractiveLoop(ImmediateScene())
    try loop.run(on: surface)
    return (loop.scene, surface.shown)
  }

  @Test("a key that the scene takes at once works while paused, repeats and shift included")
  func pausedKeys() throws {
    let (scene, shown) = try Self.run([
      (0.01, .pressed(KeyPress(.p))), (1, .pressed(KeyPress(.left))),
      (2, .pressed(KeyPress(.left, isShifted: true, isRepeat: true))),
      (3, .pressed(KeyPress(.right))), (4, .closed),
    ])
    #expect(scene.presses.map(\.isShifted) == [false, true])
    #expect(scene.inputs.isEmpty)
    #expect(shown.last?.width == 10)
  }

  @Test("a key that was taken does not come again with the next step; another does")
  func keysOfTheStep() throws {
    let (scene, _) = try Self.run([
      (0.01, .pressed(KeyPress(.left))), (0.02, .pressed(KeyPress(.right))), (0.06, .closed),
    ])
    #expect(scene.inputs == [SceneInput(held: [.right], pressed: [.right])])
  }

  @Test("the mouse is told to the scene, and what it changes is drawn")
  func pointer() throws {
    let place = PointerPlace(x: 3, y: 4)
    let (scene, shown) = try Self.run([
      (0.01, .pressed(KeyPress(.p))), (1, .pointed(place)), (2, .pointerReleased),
      (2.5, .hovered(place)), (3, .closed),
    ])
    #expect(scene.places == [place, nil] && scene.hovers == [place])
    #expect(shown.map(\.height).suffix(2) == [9, 11])
  }

  @Test("a place of the window is the pixel of the picture under it, magnified or shrunken")
  func places() {
    let large = Letterbox(picture: (10, 6), window: (107, 70))
    #expect(large.area.width == 100)
    for (x, y) in [(0, 0), (9, 5), (4, 3)] {
      for inside in [0, 9] {
        let place = PointerPlace(
          x: large.area.x + x * 10 + inside, y: large.area.y + y * 10 + inside)
        #expect(
          large.place(under: place, pictureWidth: 10, pictureHeight: 6) == PointerPlace(x: x, y: y))
      }
    }
    let beside = large.place(under: PointerPlace(x: 0, y: 0), pictureWidth: 10, pictureHeight: 6)
    #expect(beside.x == -1 && beside.y == -1)
    let small = Letterbox(picture: (100, 100), window: (50, 50))
    #expect(
      small.place(under: PointerPlace(x: 25, y: 49), pictureWidth: 100, pictureHeight: 100)
        == PointerPlace(x: 50, y: 98))
  }
}
