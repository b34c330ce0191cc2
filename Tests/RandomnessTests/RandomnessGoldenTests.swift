import Randomness
import Testing

@Test("the root stream is NumPy's default_rng")
func rootStream() {
  var stream = RandomStream(seed: 0)
  #expect(stream.random() == 0.6369616873214543)
}
