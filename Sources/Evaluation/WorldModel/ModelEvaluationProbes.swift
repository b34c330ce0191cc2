import Datasets
import EnvironmentKit
import WorldModels

extension ModelEvaluation {
  /// Probes of facts from latents, states and dreams, of the same frames each.
  ///
  /// M's state h at a frame is what it had before seeing that frame, as a controller gets it.
  package func probes(_ episodes: [LatentEpisode], _ walked: Walked) -> ProbeStudy {
    let dreams = Self.usableDreams(episodes)
    let rows = FrameSelection.spread(
      Self.rows(episodes, from: dreams.last ?? 1), extent.probeRows)
    guard !rows.isEmpty else {
      return ProbeStudy([], ProbeTargets([], rows: [], groups: []) { _ in true }, rootSeed: 0)
    }
    let (facts, values) = facts(of: rows, in: episodes)
    let targets = ProbeTargets(
      facts, rows: values, groups: rows.map(\.episode), isFit: { $0.isMultiple(of: 2) })
    func latents(_ age: Int) -> [Float] {
      rows.flatMap { episodes[$0.episode].latent($0.frame - age) }
    }
    let now = latents(0)
    let size = vision.latentSize
    let hidden = rows.flatMap { walked.states[$0.episode][$0.frame].hidden }
    let fresh = untrainedStates(episodes, rows)
    var features = [
      ProbeFeatures("z", now, for: targets), ProbeFeatures("h", hidden, for: targets),
      ProbeFeatures("z+h", Self.joined(now, hidden, rows.count, size), for: targets),
      ProbeFeatures("z+untrained h", Self.joined(now, fresh, rows.count, size), for: targets),
      ProbeFeatures("untrained h", fresh, for: targets),
    ]
    for steps in dreams {
      let dreamt = dreamt(episodes, walked, rows, steps)
      features.append(ProbeFeatures("dreamt \(steps)", dreamt, for: targets))
      features.append(ProbeFeatures("z \(steps) ago", latents(steps), for: targets))
    }
    return ProbeStudy(
      features, targets, networkSteps: extent.networkSteps, rootSeed: rootSeed)
  }

  private typealias Row = (episode: Int, frame: Int)

  /// The facts of some frames and, where the world has a rule that plays on them, what it would do there:
  /// the fact that sums up all that matters to an agent.
  private func facts(
    of rows: [Row], in episodes: [LatentEpisode]
  ) -> (facts: [Fact], values: [[Float]]) {
    let facts = dataset.index.facts
    let values = rows.map {
      [Float](dataset.facts(episodes[$0.episode].firstFrame + $0.frame))
    }
    guard case .index(let rule)? = entry.factsPolicy else { return (facts, values) }
    return (
      facts + [Fact("ruleAction", .category)],
      values.map { row in row + [Float(row.withUnsafeBufferPointer { rule($0) })] }
    )
  }

  private static func rows(_ episodes: [LatentEpisode], from first: Int) -> [Row] {
    episodes.indices.flatMap { episode in
      (first..<max(first, episodes[episode].steps)).map { (episode, $0) }
    }
  }

  /// The lengths of dreams for which enough frames come late enough in their episodes.
  private static func usableDreams(_ episodes: [LatentEpisode]) -> [Int] {
    probedDreams.filter { rows(episodes, from: $0).count >= 1_000 }
  }

  /// Two tables side by side.
  private static func joined(_ a: [Float], _ b: [Float], _ rows: Int, _ width: Int) -> [Float] {
    let other = b.count / rows
    var result: [Float] = []
    result.reserveCapacity(a.count + b.count)
    for row in 0..<rows {
      result += a[row * width..<(row + 1) * width]
      result += b[row * other..<(row + 1) * other]
    }
    return result
  }

  private func untrainedStates(_ episodes: [LatentEpisode], _ rows: [Row]) -> [Float] {
    let size = untrained.configuration.hiddenSize
    var result = [Float](repeating: 0, count: rows.count * size)
    // Rows rise by episode and frame; a list an episode of its frames in order.
    var waiting = [[(frame: Int, row: Int)]](repeating: [], count: episodes.count)
    for (index, row) in rows.enumerated().reversed() {
      waiting[row.episode].append((row.frame, index))
    }
    MemoryWalk(untrained).along(
      episodes,
      before: { moments, state in
        for moment in moments where waiting[moment.episode].last?.frame == moment.step {
          let row = waiting[moment.episode].removeLast().row
          result.put(Array(state.hidden(of: moment.slot))[...], at: row)
        }
      })
    return result
  }

  /// Latents of frames as M dreamt them from some steps before, along the real actions.
  private func dreamt(
    _ episodes: [LatentEpisode], _ walked: Walked, _ rows: [Row], _ steps: Int
  ) -> [Float] {
    let starts = rows.map { walked.start($0.episode, $0.frame - steps) }
    var result: [Float] = []
    RollOut(memory).run(
      starts, in: episodes, horizon: steps, mode: .mean,
      action: { episodes[starts[$0].episode].action(starts[$0].frame + $1) },
      visit: { if $0.horizon == steps { result += $0.latents } })
    return result
  }
}
