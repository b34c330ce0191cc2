import EnvironmentKit
import Environments
import TestSupport
import Testing

@Suite("MinAtar's games equal the library's recorded traces: Golden")
struct ArcadeGoldenTests {
  @Test("states, rewards and ends are the library's", arguments: ArcadeGoldenTests.recordings)
  func traces(recordings: @Sendable () throws -> [ArcadeRecording]) throws {
    var compared = 0
    for recording in try recordings() {
      var rules = ArcadeRules()
      (rules.stickiness, rules.ramps) = (recording.sticky, recording.ramping)
      switch recording.game {
      case "breakout": try compare(recording, ArcadeWorld<Breakout>(.planes, rules: rules))
      case "asterix": try compare(recording, ArcadeWorld<Asterix>(.planes, rules: rules))
      case "freeway": try compare(recording, ArcadeWorld<Freeway>(.planes, rules: rules))
      case "seaquest": try compare(recording, ArcadeWorld<Seaquest>(.planes, rules: rules))
      case "space_invaders":
        try compare(recording, ArcadeWorld<SpaceInvaders>(.planes, rules: rules))
      default: Issue.record("there is no game \(recording.game)")
      }
      compared += 1 + 3 * recording.actions.count
    }
    Golden.report(compared)
    #expect(compared > 0)
  }

  private static let recordings: [@Sendable () throws -> [ArcadeRecording]] = [
    ArcadeRecording.all, ArcadeRecording.played,
  ]

  private func compare<Game: ArcadeGame>(
    _ recording: ArcadeRecording, _ world: ArcadeWorld<Game>
  ) throws {
    var world = world
    world.reset(seed: recording.seed)
    let place = "\(recording.game), seed \(recording.seed), ramping \(recording.ramping)"
    let isStart = recording.hasState(observation(of: world), after: 0)
    try #require(isStart, "start of \(place)")
    for (step, index) in recording.actions.enumerated() {
      let result = world.step(try #require(ArcadeAction(rawValue: index)))
      try #require(result.reward == Float(recording.rewards[step]), "step \(step) of \(place)")
      try #require(result.ended == recording.dones[step], "step \(step) of \(place)")
      if result.ended { world.reset(seed: nil) }
      let isEqual = recording.hasState(observation(of: world), after: step + 1)
      try #require(isEqual, "state after step \(step) of \(place)")
    }
  }
}
