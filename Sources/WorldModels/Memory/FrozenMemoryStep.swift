import Randomness
import Tensors
import Threads

extension FrozenMemory {
  /// What a dream's step adds to an advance.
  struct Sampling {
    let streams: UnsafeMutableBufferPointer<RandomStream>
    let temperature: Float
    let latents: UnsafeMutableBufferPointer<Float>
    let rewards: UnsafeMutableBufferPointer<Float>?
    let terminations: UnsafeMutableBufferPointer<Float>?
  }

  /// Fewer rows are not shared out, but the units of their states are.
  private static let fewRows = 8
  /// Rows that one thread takes at a time: what it reads and writes beside the weights stays in its cache.
  private static let tileRows = 32

  /// Steps the active slots.
  ///
  /// How rows and units are shared among threads may depend on their number: no bit does.
  func run(
    _ latents: UnsafeBufferPointer<Float>, _ actions: UnsafeBufferPointer<Float>, _ state: State,
    _ active: UnsafeBufferPointer<Bool>?, _ sampling: Sampling?
  ) {
    precondition(
      latents.count >= state.count * configuration.latentSize
        && actions.count >= state.count * configuration.actionSize
        && active?.count ?? state.count >= state.count && state.hiddenSize == recurrence.hidden,
      "FrozenMemory: \(latents.count) latents and \(actions.count) actions for \(state.count) slots"
    )
    let rows = state.work.choose(active, of: state.count)
    let threads = ThreadCount.current
    let inputs = (latents, actions)
    if rows < Self.fewRows && threads > 1 {
      gather(0..<rows, inputs, state)
      parallelFor(min(threads, recurrence.strips), threads: threads) { part in
        let parts = min(threads, recurrence.strips)
        let strips = recurrence.strips * part / parts..<recurrence.strips * (part + 1) / parts
        advance(0..<rows, strips: strips, state)
      }
      sample(0..<rows, state, sampling)
    } else {
      let tiles = (rows + Self.tileRows * threads - 1) / (Self.tileRows * threads) * threads
      parallelFor(min(tiles, rows), threads: threads) { tile in
        let tiles = min(tiles, rows)
        let part = rows * tile / tiles..<rows * (tile + 1) / tiles
        gather(part, inputs, state)
        advance(part, strips: 0..<recurrence.strips, state)
        sample(part, state, sampling)
      }
    }
  }

  /// Writes the rows that the recurrence reads: latent, action, restart, hidden state.
  private func gather(
    _ part: Range<Int>,
    _ inputs: (latents: UnsafeBufferPointer<Float>, actions: UnsafeBufferPointer<Float>),
    _ state: State
  ) {
    let (latents, actions) = (configuration.latentSize, configuration.actionSize)
    for row in part {
      let slot = Int(state.work.slots[row])
      let target = state.work.rows.pointer + row * recurrence.rowSize
      if let source = inputs.latents.baseAddress {
        target.update(from: source + slot * latents, count: latents)
      }
      if let source = inputs.actions.baseAddress {
        (target + latents).update(from: source + slot * actions, count: actions)
      }
      if configuration.takesRestart { target[latents + actions] = state.isRestart[slot] ? 1 : 0 }
      state.isRestart[slot] = false
      (target + recurrence.inputs)
        .update(from: state.units.pointer + slot * state.stride, count: state.stride)
    }
  }

  private func advance(_ part: Range<Int>, strips: Range<Int>, _ state: State) {
    let first = part.lowerBound
    recurrence.advance(
      state.work.rows.pointer + first * recurrence.rowSize, strips: strips, rows: part.count,
      slots: state.work.slots + first, cells: state.cells.pointer, units: state.units.pointer,
      next: state.work.next.pointer + first * state.stride)
  }

  private func sample(_ part: Range<Int>, _ state: State, _ sampling: Sampling?) {
    guard let sampling, let latents = sampling.latents.baseAddress else { return }
    let (first, size) = (part.lowerBound, configuration.latentSize)
    for row in part {
      sampling.streams[Int(state.work.slots[row])]
        .fill(state.work.words + row * size, count: size)
    }
    mixture.sample(
      state.work.next.pointer + first * state.stride, rows: part.count,
      slots: state.work.slots + first,
      FrozenMixture.Draw(
        temperature: sampling.temperature, words: state.work.words + first * size,
        logits: state.work.logits.pointer + first * mixture.shape.logits, latents: latents,
        rewards: sampling.rewards?.baseAddress, terminations: sampling.terminations?.baseAddress))
  }
}

extension RandomStream {
  /// Writes the stream's next words.
  fileprivate mutating func fill(_ words: UnsafeMutablePointer<UInt64>, count: Int) {
    var stream = self
    for index in 0..<count { words[index] = stream.nextUInt64() }
    self = stream
  }
}
