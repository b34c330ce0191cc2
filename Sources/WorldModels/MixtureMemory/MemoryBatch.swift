import Tensors

/// Sequences to train M on, in buffers that the caller owns; every one is `[count, length, …]`.
public struct MemoryBatch {
  /// Sequences, 1 or more.
  public var count: Int
  /// Steps of a sequence, 1 or more.
  public var length: Int
  /// Latent, action and, if taken, restart: `[count, length, inputSize]`.
  public var inputs: UnsafeBufferPointer<Float>
  /// The latents that followed: `[count, length, latentSize]`.
  public var nextLatents: UnsafeBufferPointer<Float>
  /// The rewards that followed, `[count, length]`, where M predicts them.
  public var rewards: UnsafeBufferPointer<Float>?
  /// 1 where the episode ended by the world's rules, else 0, `[count, length]`, where M predicts it.
  public var terminations: UnsafeBufferPointer<Float>?
  /// 1 at the first step of an episode, before which M's state is set to zero, else 0,
  /// `[count, length]`; nil for none.
  public var restarts: UnsafeBufferPointer<Float>?
  /// How much each step counts, `[count, length]`: 0 for padding; nil for 1.
  public var weights: UnsafeBufferPointer<Float>?

  /// Creates a batch of whole steps of equal weight.
  public init(
    count: Int, length: Int, inputs: UnsafeBufferPointer<Float>,
    nextLatents: UnsafeBufferPointer<Float>
  ) {
    self.count = count
    self.length = length
    self.inputs = inputs
    self.nextLatents = nextLatents
  }

  /// The sum of all weights.
  var totalWeight: Float {
    guard let weights else { return Float(count * length) }
    return Float(weights.reduce(0.0) { $0 + Double($1) })
  }

  func check(_ configuration: MemoryConfiguration) {
    let steps = count * length
    precondition(
      count >= 1 && length >= 1 && inputs.count == steps * configuration.inputSize
        && nextLatents.count == steps * configuration.latentSize,
      "MemoryBatch: \(inputs.count) inputs and \(nextLatents.count) latents for \(count) sequences of \(length); give \(configuration.inputSize) and \(configuration.latentSize) a step"
    )
    precondition(
      (rewards != nil || !configuration.predictsReward)
        && (terminations != nil || !configuration.predictsTermination),
      "MemoryBatch: no rewards or no terminations, which the configuration predicts; give them")
    for (name, buffer) in [
      ("rewards", rewards), ("terminations", terminations), ("restarts", restarts),
      ("weights", weights),
    ] {
      precondition(
        buffer.map { $0.count == steps } ?? true,
        "MemoryBatch: \(buffer?.count ?? 0) \(name); give \(steps), one a step")
    }
  }
}

extension MemoryBatch {
  /// The inputs of some sequences, `[length, sequences, inputSize]`.
  func inputs(of range: Range<Int>, _ configuration: MemoryConfiguration) -> Tensor {
    timeMajor(inputs, range, width: configuration.inputSize)
  }

  /// What the steps of some sequences should be predicted as.
  func targets(of range: Range<Int>, _ configuration: MemoryConfiguration) -> MemoryTargets {
    let rows = length * range.count
    let latents = timeMajor(nextLatents, range, width: configuration.latentSize)
    let column = { (buffer: UnsafeBufferPointer<Float>?, isWanted: Bool) -> Tensor? in
      guard isWanted, let buffer else { return nil }
      return timeMajor(buffer, range, width: 1).reshaped(to: [rows])
    }
    return MemoryTargets(
      latents: latents.reshaped(to: [rows, configuration.latentSize]),
      rewards: column(rewards, configuration.predictsReward),
      terminations: column(terminations, configuration.predictsTermination),
      weights: column(weights, true))
  }

  /// 0 where a step starts anew, else 1, `[length, sequences]`; nil where none does.
  func keeps(of range: Range<Int>) -> Tensor? {
    guard let restarts else { return nil }
    let flags = UnsafeBufferPointer(
      rebasing: restarts[range.lowerBound * length..<range.upperBound * length])
    guard flags.contains(where: { $0 != 0 }) else { return nil }
    return Tensor(shape: [length, range.count]) { keeps in
      for place in keeps.indices {
        let (time, sequence) = (place / range.count, place % range.count)
        keeps[place] = flags[sequence * length + time] != 0 ? 0 : 1
      }
    }
  }

  private func timeMajor(
    _ buffer: UnsafeBufferPointer<Float>, _ range: Range<Int>, width: Int
  ) -> Tensor {
    Tensor(shape: [length, range.count, width]) { rows in
      guard let to = rows.baseAddress, let from = buffer.baseAddress else { return }
      for time in 0..<length {
        for (place, sequence) in range.enumerated() {
          (to + (time * range.count + place) * width)
            .update(from: from + (sequence * length + time) * width, count: width)
        }
      }
    }
  }
}
