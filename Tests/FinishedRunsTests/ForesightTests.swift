import Evaluation
import Testing
import WorldModels

@Suite("What M foretells of frames")
struct ForesightTests {
  private static let steps = 20

  /// Episodes that lie one after the other, frames of another one between.
  private func placed(_ episodes: [LatentEpisode]) -> [LatentEpisode] {
    episodes.enumerated().map { number, episode in
      var episode = episode
      episode.firstFrame = 100 * number
      return episode
    }
  }

  @Test("of every frame but the first the next latent, after the action that led to it")
  func alignment() throws {
    let episodes = placed(DriftWorld.episodes(3, steps: Self.steps))
    let foresight = Foresight(DriftWorld.memory(), episodes, otherActions: [])
    for (number, episode) in episodes.enumerated() {
      #expect(!foresight.foretells(100 * number))
      #expect(!foresight.foretells(100 * number + Self.steps + 1))
      let frames = (1...Self.steps).map { 100 * number + $0 }
      #expect(frames.allSatisfy(foresight.foretells))
      let means = foresight.foretold(frames).means
      // The hand-made memory knows the world to one part in 10⁴.
      for (guess, came) in zip(means, episode.latents.dropFirst(2)) {
        #expect(abs(guess - came) < 1e-3)
      }
    }
  }

  @Test("frames are given in the order in which they are asked for, of any episode")
  func order() {
    let foresight = Foresight(
      DriftWorld.memory(), placed(DriftWorld.episodes(2, steps: Self.steps)), otherActions: [])
    let both = foresight.foretold([105, 3])
    #expect(both.count == 2)
    #expect(both.means == foresight.foretold([105]).means + foresight.foretold([3]).means)
  }

  @Test("after another action the hand-made memory foretells where that would have led")
  func otherActions() {
    let episodes = placed(DriftWorld.episodes(1, steps: Self.steps))
    let choices = (0..<3).map { action in (0..<3).map { Float($0 == action ? 1 : 0) } }
    let memory = DriftWorld.memory()
    let foretold = Foresight(memory, episodes, otherActions: choices).foretold([4])
    let others = foretold.otherOutputs(0)
    // Of three actions two are others.
    #expect(others.count == 2)
    let reading = MixtureReading(memory.configuration)
    let start = Array(episodes[0].latent(3))
    let done = Array(episodes[0].action(3))
    let wanted = choices.indices.filter { choices[$0] != done }.map { action in
      zip(start, DriftWorld.moves[action]).map { $0 + $1 }
    }
    for (output, place) in zip(others, wanted) {
      for (guess, came) in zip(reading.means(output), place) { #expect(abs(guess - came) < 1e-3) }
    }
  }
}
