import EnvironmentKit
import Randomness

struct Corridor: World {
  enum Action: Int32, DiscreteAction { case left, right }
  private var stream = RandomStream(seed: 0), place = 4, steps = 0
  let specification = WorldSpecification(
    id: "Corridor", observation: ObservationSpace([ObservationField("image", shape: [64, 64, 3])]),
    maximumSteps: 50, rewardRange: 0...1, facts: [Fact("place")], stepsPerSecond: 5)
  mutating func reset(seed: UInt64?) {
    if let seed { stream = RandomStream(seed: seed) }  // nil goes on with the stream
    (place, steps) = (stream.integers(in: 1..<8), 0)
  }
  mutating func step(_ action: Action) -> Step {
    (place, steps) = (place + (action == .left ? -1 : 1), steps + 1)
    return Step(reward: place == 8 ? 1 : 0, terminated: place % 8 == 0, truncated: steps == 50)
  }
  func observe(into out: inout ObservationWriter) { out.writeImage(width: 64, height: 64, draw) }
  func facts(into values: UnsafeMutableBufferPointer<Float>) { values[0] = Float(place) }
  func draw(into canvas: Canvas) { canvas.fill(Color(UInt8(30 * place), 60, 60)) }  // any size

  static let entry = CatalogEntry(
    id: "Corridor", family: "Corridor", file: "envs/Corridor/Corridor.swift", reference: "own",
    observations: [.pixels64], keys: [("left", 0), ("right", 1)]
  ) { _ in Corridor() }
}
