import EnvironmentKit
import Testing

@Suite("Observation spaces")
struct ObservationSpaceTests {
  @Test(
    "numbers are told from bytes by the name and the width of their rows",
    arguments: [
      (ObservationSpace.numbers(3), 3, [3]),
      (ObservationSpace([ObservationField("numbers", shape: [3, 5])]), nil, [3, 5]),
      (ObservationSpace([ObservationField("image", shape: [3, 4])]), nil, [3, 4]),
      (ObservationSpace([ObservationField("image", shape: [])]), nil, []),
      (
        ObservationSpace([
          ObservationField("numbers", shape: [3, 4]), ObservationField("more", shape: [2]),
        ]), nil, [14]
      ),
    ])
  func numbers(space: ObservationSpace, count: Int?, shape: [Int]) {
    #expect(space.numberCount == count)
    #expect(space.frameShape == shape)
  }
}
