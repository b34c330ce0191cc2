import EnvironmentKit
import Foundation
import Randomness
import Testing
import WorldModels

@Suite(.serialized) struct DreamEnvironmentsTests {
  /// What a slot of M alone gives when it is stepped by hand.
  private func byHand(_ memory: FrozenMemory, seed: UInt64, steps: Int) -> [Moment.Values] {
    var start = RandomStream(root: seed, name: "dream/start")
    var streams = [RandomStream(root: seed, name: "dream/noise")]
    let state = memory.makeState(slots: 1)
    let first = start.integers(in: 0..<7)
    var latent = Array(DreamStarts.tested().means[2 * first..<2 * first + 2])
    var (rewards, logits): ([Float], [Float]) = ([0], [0])
    var values = [Moment.Values(observation: latent + state.hidden(of: 0), reward: 0, logit: 0)]
    for step in 0..<steps {
      let action: [Float] = step % 2 == 0 ? [1, 0] : [0, 1]
      latent.withUnsafeMutableBufferPointer { latent in
        streams.withUnsafeMutableBufferPointer { streams in
          rewards.withUnsafeMutableBufferPointer { rewards in
            logits.withUnsafeMutableBufferPointer { logits in
              action.withUnsafeBufferPointer {
                memory.step(
                  latents: latent, actions: $0, state: state, streams: streams, temperature: 1.3,
                  rewards: rewards, terminations: logits)
              }
            }
          }
        }
      }
      values.append(
        Moment.Values(
          observation: latent + state.hidden(of: 0), reward: rewards[0], logit: logits[0]))
    }
    return values
  }

  @Test func `A dream is what M gives when it is stepped by hand with the same streams`() throws {
    let memory = FrozenMemory.tested()
    for seed in UInt64(1)...5 {
      let dream = try DreamEnvironments.tested(memory) {
        $0.temperature = 1.3
        $0.endThreshold = 1
      }
      let dreamt = try moments(dream, seed: seed, steps: 20)
      let expected = byHand(memory, seed: seed, steps: 20)
      #expect(dreamt.map(\.observation) == expected.map(\.observation))
      #expect(dreamt.map(\.reward) == expected.map(\.reward))
      let probability = 1 / (1 + exp(-Double(expected[20].logit)))
      #expect(dream.endProbability(of: 0) == Float(probability))
    }
  }

  @Test(arguments: AgentInput.allCases)
  func `A dream is observed as the world is, seen through V and M`(_ input: AgentInput) throws {
    let memory = FrozenMemory.tested()
    let dream = try DreamEnvironments.tested(memory, 2, input: input)
    let world = try LatentEnvironments(
      WorldBatch(ColorWorld(), count: 2), encoder: MeanColor(), memory: memory, input: input)
    #expect(dream.observationSpace == world.observationSpace)
    #expect(dream.specification.observation == dream.observationSpace)
    #expect(dream.actionSpace == world.actionSpace)
    #expect(dream.observationSpace.fields.map(\.name) == input.names)
    #expect(dream.specification.facts.isEmpty && dream.mission(of: 0).isEmpty)
    #expect(dream.facts(of: 1).isEmpty)
  }

  @Test func `The cell stands between latent and hidden state`() throws {
    let dream = try DreamEnvironments.tested(.tested(endLogit: -9), input: .latentCellHidden)
    let shown = try moments(dream, seed: 3, steps: 4)
    let state = try #require(dream.memorySnapshot(of: 0))
    #expect(shown[4].observation == Array(dream.latent(of: 0)) + state.cell + state.hidden)
    #expect(state.cell != state.hidden)
  }
}

extension Moment {
  /// What M says of a step.
  struct Values {
    var observation: [Float]
    var reward: Float
    var logit: Float
  }
}
