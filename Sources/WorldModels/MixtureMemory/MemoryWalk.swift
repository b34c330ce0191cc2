import Randomness
import Threads

/// Leads M along episodes that really happened, the real latents as its input.
package struct MemoryWalk {
  /// A step that M has just taken, and the slot in which.
  package struct Moment {
    /// Which of the episodes.
    package let episode: Int
    /// The step's place in it.
    package let step: Int
    /// Where its state is.
    package let slot: Int
  }

  /// Episodes walked at a time: bounds the memory, never the result.
  package static let slots = 64

  private let memory: FrozenMemory

  /// Walks with a model.
  package init(_ memory: FrozenMemory) {
    self.memory = memory
  }

  /// Takes every step of every episode; an episode begins with a state of zeros.
  ///
  /// - Parameters:
  ///   - episodes: walked side by side, some at a time.
  ///   - visit: called before and after steps that are taken at once; a moment's step is then the one
  ///     about to be taken, or just taken.
  package func along(
    _ episodes: [LatentEpisode], before: ([Moment], FrozenMemory.State) -> Void = { _, _ in },
    after: ([Moment], FrozenMemory.State) -> Void = { _, _ in }
  ) {
    for first in stride(from: 0, to: episodes.count, by: Self.slots) {
      walk(episodes, first..<min(episodes.count, first + Self.slots), before, after)
    }
  }

  private func walk(
    _ episodes: [LatentEpisode], _ group: Range<Int>,
    _ before: ([Moment], FrozenMemory.State) -> Void,
    _ after: ([Moment], FrozenMemory.State) -> Void
  ) {
    let state = memory.makeState(slots: group.count)
    let configuration = memory.configuration
    var latents = [Float](repeating: 0, count: group.count * configuration.latentSize)
    var actions = [Float](repeating: 0, count: group.count * configuration.actionSize)
    for step in 0..<(group.map { episodes[$0].steps }.max() ?? 0) {
      let active = group.map { step < episodes[$0].steps }
      let moments = group.filter { step < episodes[$0].steps }.map {
        Moment(episode: $0, step: step, slot: $0 - group.lowerBound)
      }
      before(moments, state)
      for moment in moments {
        let episode = episodes[moment.episode]
        latents.put(episode.latent(step), at: moment.slot)
        actions.put(episode.action(step), at: moment.slot)
      }
      memory.advance(latents, actions, state, active)
      after(moments, state)
    }
  }
}

extension FrozenMemory {
  /// Advances slots, given in arrays.
  package func advance(_ latents: [Float], _ actions: [Float], _ state: State, _ active: [Bool]) {
    latents.withUnsafeBufferPointer { latents in
      actions.withUnsafeBufferPointer { actions in
        active.withUnsafeBufferPointer {
          advance(latents: latents, actions: actions, state: state, active: $0)
        }
      }
    }
  }

  /// What M says in some slots, `[slot, outputSize]`.
  package func outputs(of slots: [Int], _ state: State) -> [Float] {
    let size = configuration.outputSize
    // A state is its thread's own; rows of it are only read here.
    nonisolated(unsafe) let state = state
    return [Float](unsafeUninitializedCapacity: slots.count * size) { buffer, count in
      count = slots.count * size
      parallelFor(slots.count) { index in
        outputs(
          of: slots[index], state,
          into: UnsafeMutableBufferPointer(rebasing: buffer[index * size..<(index + 1) * size]))
      }
    }
  }
}

extension [Float] {
  /// Writes a row over the numbers of a slot.
  package mutating func put(_ row: ArraySlice<Float>, at slot: Int) {
    replaceSubrange(slot * row.count..<(slot + 1) * row.count, with: row)
  }
}
