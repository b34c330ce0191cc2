import EnvironmentKit

/// Checks that compare a world with itself.
extension ContractChecker {
  /// Plays one world twice: what the first play leaves behind must not reach the second.
  package func sameSeedProblem<W: World>(_ world: W) -> String? {
    let choices = choices(world)
    var world = world
    let plays = (0..<2).map { _ in
      world.reset(seed: seed)
      return [world.moment()] + world.play(choices)
    }
    return difference(plays[0], plays[1], world.specification)
      .map { "two plays of seed \(seed): \($0)" }
  }

  /// Worlds that draw no random numbers cannot be told from worlds that ignore their seed by their
  /// seeds alone; a reset that goes on differently gives the latter away.
  package func otherSeedProblem<W: World>(_ world: W) -> String? {
    let first = play(world, seed: seed)
    for other in seed + 1..<seed + 8 where play(world, seed: other) != first { return nil }
    guard unseededEpisodesDiffer(world) else { return nil }
    return "seeds \(seed)...\(seed + 7) all give the same episodes, though the world is random"
  }

  package func unseededResetProblem<W: World>(_ world: W) -> String? {
    if unseededEpisodesDiffer(world) { return nil }
    let first = episode(world, seed: seed)
    guard (seed + 1..<seed + 8).contains(where: { episode(world, seed: $0) != first }) else {
      return nil
    }
    return "eight resets without a seed all give the same episode, though seeds give others"
  }

  private func unseededEpisodesDiffer<W: World>(_ world: W) -> Bool {
    let first = episode(world, seed: seed)
    return (1..<8).contains { episode(world, seed: seed, thenResets: $0) != first }
  }

  /// How an episode goes that follows upon a seeded reset and some without a seed, each after some steps: where
  /// the start is always the same, only these draw random numbers.
  private func episode<W: World>(_ world: W, seed: UInt64, thenResets: Int = 0) -> [Moment] {
    var world = world
    world.reset(seed: seed)
    for _ in 0..<thenResets {
      _ = world.play(shortChoices(world))
      world.reset(seed: nil)
    }
    return [world.moment()] + world.play(shortChoices(world))
  }

  private func shortChoices<W: World>(_ world: W) -> [ActionChoice] {
    Array(choices(world).prefix(30))
  }

  package func snapshotProblem<W: World>(_ world: W) -> String? {
    let choices = choices(world)
    for start in [0, 1, choices.count / 3] {
      var original = world
      original.reset(seed: seed)
      _ = original.play(Array(choices[..<start]))
      var copy = original
      let rest = Array(choices[start...])
      if let difference = difference(original.play(rest), copy.play(rest), world.specification) {
        return "original and copy made after \(start) steps: \(difference)"
      }
    }
    return nil
  }

  /// Canvases of all proportions.
  private static let canvasSizes = [(64, 64), (160, 90), (37, 101), (8, 5)]

  package func drawingProblem<W: World>(_ world: W) -> String? {
    var world = world
    world.reset(seed: seed)
    _ = world.play(shortChoices(world))
    for (width, height) in Self.canvasSizes {
      let drawn = [0, 0xFF].map { background in
        GuardedBytes(count: width * height * 3, background: background) { buffer in
          guard let base = buffer.baseAddress else { return }
          world.draw(into: Canvas(base, width: width, height: height))
        }
      }
      let size = "\(width)×\(height)"
      if drawn.contains(where: \.wasOverrun) { return "on \(size) it drew beyond the canvas" }
      let pairs = zip(drawn[0].bytes, drawn[1].bytes).enumerated()
      if let place = pairs.first(where: { $1.0 != $1.1 }) {
        let pixel = place.offset / 3
        return "on \(size) the pixel (\(pixel % width), \(pixel / width)) was left unfilled"
      }
    }
    return nil
  }

  package func drawingAsideProblem<W: World>(_ world: W) -> String? {
    let alone = play(world, seed: seed)
    var turn = 0
    let drawn = play(world, seed: seed) { world in
      let (width, height) = Self.canvasSizes[turn % Self.canvasSizes.count]
      var frame = Frame(width: width, height: height)
      frame.withCanvas { world.draw(into: $0) }
      turn += 1
    }
    let watched = play(world, seed: seed) { world in
      for _ in 0..<2 { _ = world.moment() }
    }
    return difference(alone, drawn, world.specification)
      .map { "with and without drawing between the steps: \($0)" }
      ?? difference(alone, watched, world.specification)
      .map { "observed once and three times between the steps: \($0)" }
  }
}
