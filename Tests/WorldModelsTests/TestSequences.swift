import Randomness
import WorldModels

/// Random sequences in which the action moves the latent, in buffers of their own.
struct TestSequences {
  let configuration: MemoryConfiguration
  private(set) var count: Int
  private(set) var length: Int
  var inputs: [Float]
  private var nextLatents: [Float]
  private var rewards: [Float]
  private var terminations: [Float]
  private var restarts: [Float]
  private var weights: [Float]

  init(_ configuration: MemoryConfiguration, count: Int, length: Int, seed: UInt64 = 1) {
    var stream = RandomStream(root: seed, name: "sequences")
    self.configuration = configuration
    (self.count, self.length) = (count, length)
    let (steps, inputSize) = (count * length, configuration.inputSize)
    inputs = (0..<steps * inputSize).map { _ in Float(stream.uniform(-1, 1)) }
    nextLatents = []
    for step in 0..<steps {
      for latent in 0..<configuration.latentSize {
        let (now, action) = (
          inputs[step * inputSize + latent], inputs[step * inputSize + configuration.latentSize]
        )
        nextLatents.append(0.5 * now + 0.3 * action + Float(stream.uniform(-0.1, 0.1)))
      }
    }
    rewards = (0..<steps).map { _ in Float(stream.uniform(0, 1)) }
    terminations = (0..<steps).map { _ in stream.uniform(0, 1) < 0.1 ? 1 : 0 }
    restarts = Array(repeating: 0, count: steps)
    weights = Array(repeating: 1, count: steps)
  }

  /// Makes an episode of every other sequence start at a step.
  mutating func restart(at time: Int) {
    for sequence in 0..<count where configuration.takesRestart == false || sequence % 2 == 0 {
      restarts[sequence * length + time] = 1
    }
  }

  /// Takes the weight of all steps from `time` on, and fills them.
  mutating func pad(from time: Int, with value: Float) {
    for step in 0..<count * length where step % length >= time {
      weights[step] = 0
      for place in 0..<configuration.inputSize {
        inputs[step * configuration.inputSize + place] = value
      }
      for place in 0..<configuration.latentSize {
        nextLatents[step * configuration.latentSize + place] = value
      }
      (rewards[step], terminations[step]) = (value, value)
    }
  }

  /// Some steps of every sequence.
  func part(_ times: Range<Int>) -> TestSequences {
    var part = self
    part.length = times.count
    let steps = (0..<count).flatMap { sequence in times.map { sequence * length + $0 } }
    let cut = { (values: [Float], width: Int) in
      steps.flatMap { values[$0 * width..<($0 + 1) * width] }
    }
    part.inputs = cut(inputs, configuration.inputSize)
    part.nextLatents = cut(nextLatents, configuration.latentSize)
    part.rewards = cut(rewards, 1)
    part.terminations = cut(terminations, 1)
    part.restarts = cut(restarts, 1)
    part.weights = cut(weights, 1)
    return part
  }

  /// Every sequence as two, of equal length.
  func cut(at time: Int) -> TestSequences {
    precondition(2 * time == length)
    var halves = self
    (halves.count, halves.length) = (2 * count, time)
    return halves
  }

  func withBatch<Result>(_ body: (MemoryBatch) -> Result) -> Result {
    inputs.withUnsafeBufferPointer { inputs in
      nextLatents.withUnsafeBufferPointer { nextLatents in
        rewards.withUnsafeBufferPointer { rewards in
          terminations.withUnsafeBufferPointer { terminations in
            restarts.withUnsafeBufferPointer { restarts in
              weights.withUnsafeBufferPointer { weights in
                var batch = MemoryBatch(
                  count: count, length: length, inputs: inputs, nextLatents: nextLatents)
                (batch.rewards, batch.terminations) = (rewards, terminations)
                (batch.restarts, batch.weights) = (restarts, weights)
                return body(batch)
              }
            }
          }
        }
      }
    }
  }
}
