import Controllers
import Datasets
import EnvironmentKit
import Evaluation
import Files
import Foundation
import Pictures
import WorldModels

/// What a policy reaches in the dream that it learned in, as a number and as a film.
struct DreamRecorder {
  /// Steps that a film shows at most.
  static let longest = 200

  let environments: AgentEnvironments
  let dataset: EpisodeDataset

  private var starts: DreamStarts { environments.starts(in: dataset) }

  /// Plays episodes in the dream.
  func returns(
    of policy: any Policy<Float>, seeds: [UInt64], onStep: @escaping () -> Void
  ) throws -> [Double] {
    let runner = EpisodeRunner<Float>(
      try environments.dream(count: min(128, seeds.count), starts: starts))
    runner.onStep = { _ in onStep() }
    return try runner.evaluate(policy, seeds: seeds).map(\.episodeReturn)
  }

  /// Whether the dream can be set beside its world: frames are pictures.
  var canFilm: Bool {
    environments.model.imagination != nil && environments.model.frameShape.count == 3
  }

  /// Of recorded episodes the one that is filmed: the longest of those that were held out; nil in a world.
  var filmedEpisode: UInt64? {
    guard !environments.entry.canBePlayed else { return nil }
    let held = environments.configuration.split(dataset).heldOut
    return held.max { $0.steps.count < $1.steps.count }.flatMap { longest in
      dataset.episodes.firstIndex { $0.frames == longest.frames }.map(UInt64.init)
    }
  }

  /// Films the dream, in which the policy plays, beside the world with the same actions; where the world is
  /// recorded, its actions are taken in both.
  ///
  /// - Returns: the steps that the film shows.
  func film(
    _ seed: UInt64, by policy: any Policy<Float>, to url: URL, beat: () -> Void
  ) throws -> Int {
    let session = try DreamSession(
      real: environments.real(count: 1), dream: environments.dream(count: 1, starts: starts),
      policy: policy, worldID: environments.entry.id)
    if !environments.entry.canBePlayed { session.recording = dataset }
    session.followsRecording = session.recording != nil
    // The recording goes on to its end, whenever the dream ends.
    if session.followsRecording { session.looksAtDream = false }
    try session.reset(seed: seed)
    let player = session.followsRecording ? "recording" : "agent"
    let pace = FilmPace(environments)
    let writer = try GIFWriter(path: url.path, framesPerSecond: pace.framesPerSecond)
    try writer.append(session.panel(player: player).frame())
    while !session.hasEnded && session.step < Self.longest {
      try session.advance()
      if session.step.isMultiple(of: pace.every) || session.hasEnded {
        try writer.append(session.panel(player: player).frame())
      }
      beat()
    }
    try writer.finish()
    return session.step
  }
}
