import Controllers
import EnvironmentKit
import Testing

@Suite("Exploring controller")
struct ExploringPolicyTests {
  /// A controller that always takes the last of three actions.
  private func controller() throws -> ControllerPolicy {
    var settings = ControllerConfiguration()
    settings.bias = true
    let shape = try ControllerShape(
      settings, observation: ObservationSpace([ObservationField("latent", shape: [1])]),
      actions: .discrete(["stay", "left", "right"]))
    let policy = ControllerPolicy(shape)
    policy.load([0, 0, 0, 0, 0, 1])
    return policy
  }

  private func actions(_ policy: ExploringPolicy, seed: UInt64, steps: Int) -> [Int32] {
    let batch = StillBatch(1, inputs: 1, actions: 3)
    policy.prepare(for: batch)
    policy.begin(EpisodeRequest(seed: seed), in: 0)
    let actions = batch.makeActions()
    return (0..<steps).map { _ in
      [Float(0)].withUnsafeBufferPointer { seen in
        [true].withUnsafeBufferPointer { active in
          policy.act(in: batch, seeing: seen, active: active, into: actions)
        }
      }
      return actions.indices[0]
    }
  }

  @Test("without exploration it is the controller")
  func none() throws {
    let policy = ExploringPolicy(try controller(), greatestShare: 0, holdMaximum: 10)
    #expect(actions(policy, seed: 4, steps: 500).allSatisfy { $0 == 2 })
  }

  @Test("its share of random steps, uniform up to the greatest, is half of that on average")
  func share() throws {
    let policy = ExploringPolicy(try controller(), greatestShare: 0.6, holdMaximum: 10)
    let steps = 2_000
    // A random action is the controller's own one time in three.
    let shares = (0..<200).map { seed in
      1.5 * Double(actions(policy, seed: UInt64(seed), steps: steps).count { $0 != 2 })
        / Double(steps)
    }
    let mean = shares.reduce(0, +) / 200
    // The mean of 200 shares from 0…0.6 has a deviation of 0.6 / √12 / √200 = 0.012; five of them.
    #expect(abs(mean - 0.3) < 0.06, "\(mean)")
    #expect((shares.max() ?? 1) < 0.75 && (shares.min() ?? 0) < 0.1)
  }

  @Test("an episode's choices follow from its seed")
  func reproducible() throws {
    let policy = ExploringPolicy(try controller(), greatestShare: 1, holdMaximum: 3)
    let first = actions(policy, seed: 7, steps: 300)
    #expect(actions(policy, seed: 8, steps: 300) != first)
    #expect(actions(policy, seed: 7, steps: 300) == first)
  }
}
