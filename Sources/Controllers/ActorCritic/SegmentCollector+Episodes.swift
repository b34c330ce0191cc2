import EnvironmentKit

// How episodes are begun, left and taken up.
extension SegmentCollector {
  /// Lets go of the environments: the courses are taken up again before the next segment.
  func detach() { runner = nil }

  /// Leaves all episodes where they are: new ones begin with the next segment.
  func abandonEpisodes() {
    for slot in courses.indices {
      courses[slot].abandon()
      remembered(slot).update(repeating: 0)
    }
    explorer?.abandonEpisodes()
    detach()
  }

  /// Takes up the episodes in environments that are new here, or begins them.
  func attach(_ runner: EpisodeRunner<Float>) throws {
    guard self.runner !== runner else { return }
    precondition(
      runner.batch.count == slots,
      "PPO: \(runner.batch.count) environments where its settings say \(slots)")
    for slot in courses.indices where courses[slot].seed == 0 {
      courses[slot].begin(slot: slot, rootSeed: rootSeed)
    }
    for slot in courses.indices { seeds[slot] = courses[slot].seed }
    try runner.batch.reset(seeds: seeds, mask: nil, into: runner.buffers)
    try replay(runner)
    try explorer?.attach(runner.batch)
    self.runner = runner
  }

  private func replay(_ runner: EpisodeRunner<Float>) throws {
    let active = OwnedBuffer(slots, zero: false)
    let buffers = runner.buffers
    for step in 0..<(courses.map(\.length).max() ?? 0) {
      for slot in courses.indices {
        active.elements[slot] = step < courses[slot].length
        if active.elements[slot] { courses[slot].write(step, into: runner.actions, of: slot) }
      }
      try runner.batch.step(
        runner.actions.buffer, active: UnsafeBufferPointer(active.elements), into: buffers)
      for slot in courses.indices where active.elements[slot] {
        guard !buffers.terminated[slot], !buffers.truncated[slot] else {
          throw ControllerError(
            operation: "go on", place: "\(runner.batch.specification.id), slot \(slot)",
            cause: "an episode that was going on has ended after \(step + 1) steps when it was "
              + "played again",
            remedy: "start a new run: the world or its model is not what it was")
        }
      }
    }
  }
}
