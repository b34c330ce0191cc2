import EnvironmentKit
import Randomness

/// A corridor of nine cells with a pit at its left end and a treasure at its right end.
struct Corridor: World {
  enum Action: Int32, DiscreteAction { case left, right }

  private static let cells = 9
  private static let steps = 50

  let specification: WorldSpecification
  private let showsPicture: Bool
  private var stream = RandomStream(seed: 0)
  private var (place, step) = (4, 0)

  /// A corridor that is seen as a picture, or as one byte per cell: 255 where one is.
  init(_ observation: ObservationKind) {
    showsPicture = observation == .pixels64
    specification = WorldSpecification(
      id: "Corridor",
      observation: ObservationSpace([
        showsPicture
          ? ObservationField("image", shape: [64, 64, 3])
          : ObservationField("cells", shape: [Self.cells])
      ]),
      maximumSteps: Self.steps, rewardRange: 0...1, facts: [Fact("place")], stepsPerSecond: 5)
  }

  mutating func reset(seed: UInt64?) {
    if let seed { stream = RandomStream(seed: seed) }  // nil goes on with the stream
    (place, step) = (stream.integers(in: 1..<Self.cells - 1), 0)
  }

  mutating func step(_ action: Action) -> Step {
    place += action == .left ? -1 : 1
    step += 1
    let (pit, treasure) = (place == 0, place == Self.cells - 1)
    return Step(
      reward: treasure ? 1 : 0, terminated: pit || treasure,
      truncated: step == Self.steps && !pit && !treasure)
  }

  func observe(into writer: inout ObservationWriter) {
    guard !showsPicture else { return writer.writeImage(width: 64, height: 64, draw) }
    for cell in 0..<Self.cells { writer.write(cell == place ? 255 : 0) }
  }

  func facts(into values: UnsafeMutableBufferPointer<Float>) { values[0] = Float(place) }

  func draw(into canvas: Canvas) {
    canvas.fill(Color(24, 32, 48))
    let (width, middle) = (canvas.width / Self.cells, canvas.height / 2)
    func square(_ cell: Int, _ color: Color) {
      canvas.fillRectangle(
        x: cell * canvas.width / Self.cells, y: middle - width / 2, width: width, height: width,
        color)
    }
    square(0, Color(160, 40, 40))
    square(Self.cells - 1, Color(240, 200, 60))
    square(place, Color(90, 170, 255))
  }

  static let entry = CatalogEntry(
    id: "Corridor", family: "Corridor", file: "Examples/Sources/OwnProgram/Corridor.swift",
    reference: "own", observations: [.pixels64, .symbols], keys: [("left", 0), ("right", 1)],
    blindPolicies: [BlindPolicy("always right", [(action: 1, steps: 1)])], countsSuccess: true
  ) { Corridor($0) }
}
