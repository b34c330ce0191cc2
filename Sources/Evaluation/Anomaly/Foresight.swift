import WorldModels

/// What was known of frames before they came: the latent of the frame before, and what M foretold after it.
package struct Foretold {
  /// The latents of the frames before, `[frame, latent]`.
  let before: [Float]
  /// M's outputs, `[frame, columns]`.
  let outputs: [Float]
  /// Reads them.
  let reading: MixtureReading

  /// How many frames were foretold.
  package var count: Int { outputs.count / reading.columns }

  /// Names what was known of frames.
  ///
  /// - Parameters:
  ///   - before: `[frame, latent]`.
  ///   - outputs: `[frame, columns]`, of as many frames.
  package init(before: [Float], outputs: [Float], _ reading: MixtureReading) {
    precondition(
      before.count / reading.latentSize == outputs.count / reading.columns,
      "Foretold: \(before.count) numbers of latents, \(outputs.count) of outputs; give those of as many frames"
    )
    (self.before, self.outputs, self.reading) = (before, outputs, reading)
  }

  /// What M said of a frame.
  func output(_ frame: Int) -> ArraySlice<Float> {
    outputs[frame * reading.columns..<(frame + 1) * reading.columns]
  }

  /// M's best guess of each latent, `[frame, latent]`.
  package var means: [Float] { (0..<count).flatMap { reading.means(output($0)) } }
}

/// What M foretells along episodes of a data set, the real latents as its input: of every frame but the first of an
/// episode.
package struct Foresight {
  private let reading: MixtureReading
  private var latents: [Float] = []
  private var outputs: [Float]
  /// The place of each frame that is foretold: among `outputs`, and of the frame before among `latents`.
  private var places: [Int: (output: Int, before: Int)] = [:]

  /// Leads M along episodes.
  ///
  /// - Parameter episodes: each knows where its first frame lies in the data set.
  package init(_ memory: FrozenMemory, _ episodes: [LatentEpisode]) {
    reading = MixtureReading(memory.configuration)
    var firstSteps: [Int] = []
    var (frames, steps) = (0, 0)
    for episode in episodes {
      for step in 0..<episode.steps {
        places[episode.firstFrame + step + 1] = (steps + step, frames + step)
      }
      firstSteps.append(steps)
      latents += episode.latents
      (frames, steps) = (frames + episode.steps + 1, steps + episode.steps)
    }
    var outputs = [Float](repeating: 0, count: steps * reading.columns)
    let columns = reading.columns
    MemoryWalk(memory).along(
      episodes,
      after: { moments, state in
        let rows = memory.outputs(of: moments.map(\.slot), state)
        for (place, moment) in moments.enumerated() {
          outputs.put(
            rows[place * columns..<(place + 1) * columns],
            at: firstSteps[moment.episode] + moment.step)
        }
      })
    self.outputs = outputs
  }

  /// Whether a frame is foretold: it lies in one of the episodes, and is not its first.
  package func foretells(_ frame: Int) -> Bool { places[frame] != nil }

  /// What was known of frames before they came.
  ///
  /// - Parameter frames: that are foretold.
  package func foretold(_ frames: some Collection<Int>) -> Foretold {
    let (size, columns) = (reading.latentSize, reading.columns)
    let found = frames.compactMap { places[$0] }
    precondition(
      found.count == frames.count,
      "Foresight: \(frames.count - found.count) frames are not foretold; leave them out")
    return Foretold(
      before: found.flatMap { latents[$0.before * size..<($0.before + 1) * size] },
      outputs: found.flatMap { outputs[$0.output * columns..<($0.output + 1) * columns] }, reading)
  }
}
