import Evaluation
import Experiments
import Testing

@Suite("Warnings of what a model did not learn") struct ModelWarningsTests {
  private func lines(_ nats: Double, repeatLast: Double, unconditional: Double) -> [String] {
    ModelWarnings(
      vision: nil,
      memory: MemoryStudy(
        nats: nats, repeatLast: repeatLast, unconditional: unconditional, steps: 100)
    ).lines
  }

  @Test("a memory has to be better than both of what needs none")
  func memory() {
    #expect(lines(0.1, repeatLast: 0.75, unconditional: 1.37) == [])
    let beaten = lines(2.29, repeatLast: 2.61, unconditional: 2.28)
    #expect(beaten.count == 1)
    #expect(beaten[0].contains("one Gaussian for all latents (2.29 against 2.28 nats)"))
    let repeating = lines(0.8, repeatLast: 0.75, unconditional: 1.37)
    #expect(repeating[0].contains("repeating the last latent (0.80 against 0.75 nats)"))
    #expect(lines(0.8, repeatLast: .nan, unconditional: .nan) == [])
  }
}
