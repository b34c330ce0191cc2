import WorldModels

/// A moment before a step: what M kept, the latent it saw, and what was done.
package struct ForetoldStep: Sendable {
  /// M's state before it consumed the latent.
  let memory: FrozenMemory.Snapshot
  /// The latent of the frame before, `[latent]`.
  let latent: [Float]
  /// The action as M reads it.
  let action: [Float]

  /// Names a moment.
  package init(memory: FrozenMemory.Snapshot, latent: [Float], action: [Float]) {
    (self.memory, self.latent, self.action) = (memory, latent, action)
  }
}

/// What was known of frames before they came: the latent of the frame before, and what M foretold of the next.
package struct Foretold {
  /// The latents of the frames before, `[frame, latent]`.
  let before: [Float]
  /// M's outputs after the actions that were taken, `[frame, columns]`.
  let outputs: [Float]
  /// M's outputs after other actions, `[other][frame, columns]`; empty where there are none.
  let others: [[Float]]
  /// Whether the other action is another one at all, `[other][frame]`.
  let differs: [[Bool]]
  /// Reads outputs.
  let reading: MixtureReading

  /// How many frames were foretold.
  package var count: Int { outputs.count / reading.columns }

  /// What M said of a frame.
  func output(_ frame: Int) -> ArraySlice<Float> { row(frame, of: outputs) }

  /// What M would have said of a frame, had something else been done.
  package func otherOutputs(_ frame: Int) -> [ArraySlice<Float>] {
    others.indices.filter { differs[$0][frame] }.map { row(frame, of: others[$0]) }
  }

  /// M's best guess of each latent, `[frame, latent]`.
  package var means: [Float] { (0..<count).flatMap { reading.means(output($0)) } }

  private func row(_ frame: Int, of outputs: [Float]) -> ArraySlice<Float> {
    outputs[frame * reading.columns..<(frame + 1) * reading.columns]
  }
}

/// Asks M what comes next, after what was done and after what else might have been done.
package struct Forecaster: Sendable {
  private let memory: FrozenMemory
  private let reading: MixtureReading
  private let actions: [[Float]]

  /// Asks a memory.
  ///
  /// - Parameter actions: what else might be done, as M reads it.
  package init(_ memory: FrozenMemory, otherActions actions: [[Float]]) {
    (self.memory, self.actions) = (memory, actions)
    reading = MixtureReading(memory.configuration)
  }

  /// What M foretells of the frames after some steps.
  package func foretold(_ steps: [ForetoldStep]) -> Foretold {
    Foretold(
      before: steps.flatMap(\.latent), outputs: outputs(steps) { $0.action },
      others: actions.map { action in outputs(steps) { _ in action } },
      differs: actions.map { action in steps.map { $0.action != action } }, reading: reading)
  }

  private func outputs(_ steps: [ForetoldStep], after action: (ForetoldStep) -> [Float]) -> [Float]
  {
    guard !steps.isEmpty else { return [] }
    let state = memory.makeState(slots: steps.count)
    for (slot, step) in steps.enumerated() { state.restore(step.memory, to: slot) }
    memory.advance(
      steps.flatMap(\.latent), steps.flatMap(action), state,
      [Bool](repeating: true, count: steps.count))
    return memory.outputs(of: Array(steps.indices), state)
  }
}
