import EnvironmentKit
import Foundation
import Randomness

/// The random policy that collects frames: varied from episode to episode.
///
/// Each episode draws how it favours the actions, so that all of the world is seen and not only its
/// middle: of choices the probabilities (a flat Dirichlet distribution), of numbers a centre and a spread
/// for each component. An action is then held for 1 to `holdMaximum` steps.
public final class VariedRandomPolicy<Element: BitwiseCopyable & Sendable>: Policy {
  private let holdMaximum: Int
  private let stream: (EpisodeRequest) -> RandomStream
  private var slots: [VariedRandomActions] = []
  private var space = ActionSpace.discrete([""])

  /// Creates a policy whose episodes draw from streams of the caller's choice.
  ///
  /// - Parameters:
  ///   - holdMaximum: the most steps for which an action is held, 1 or more.
  ///   - stream: where an episode draws from.
  public init(holdMaximum: Int, stream: @escaping (EpisodeRequest) -> RandomStream) {
    precondition(
      holdMaximum >= 1, "VariedRandomPolicy: held for \(holdMaximum) steps; give 1 or more")
    self.holdMaximum = holdMaximum
    self.stream = stream
  }

  /// Creates the policy that collects: episode `e`, the request's candidate, draws from the stream
  /// `collect/episode/e`, after the seed that `EpisodeRequest.collected` draws from it.
  public convenience init(collectingFrom rootSeed: UInt64, holdMaximum: Int) {
    self.init(holdMaximum: holdMaximum) {
      var stream = EpisodeRequest.collectingStream($0.candidate, rootSeed)
      _ = EpisodeRequest.drawSeed(&stream)
      return stream
    }
  }

  /// Makes room for the batch's slots.
  public func prepare(for batch: any EnvironmentBatch<Element>) {
    space = batch.actionSpace
    let idle = VariedRandomActions(space, holdMaximum: holdMaximum, stream: RandomStream(seed: 0))
    slots = [VariedRandomActions](repeating: idle, count: batch.count)
  }

  /// Begins an episode in a slot.
  public func begin(_ episode: EpisodeRequest, in slot: Int) {
    slots[slot] = VariedRandomActions(space, holdMaximum: holdMaximum, stream: stream(episode))
  }

  /// Chooses the actions of the active slots.
  public func act(
    in batch: any EnvironmentBatch<Element>, seeing observations: UnsafeBufferPointer<Element>,
    active: UnsafeBufferPointer<Bool>, into actions: ActionStorage
  ) {
    for slot in active.indices where active[slot] { slots[slot].next(into: actions, of: slot) }
  }
}

extension EpisodeRequest {
  /// The episode of a number among those that are collected; its seed is never one of an evaluation.
  public static func collected(_ number: Int, rootSeed: UInt64) -> EpisodeRequest {
    var stream = collectingStream(number, rootSeed)
    return EpisodeRequest(seed: drawSeed(&stream), candidate: number)
  }

  static func collectingStream(_ number: Int, _ rootSeed: UInt64) -> RandomStream {
    RandomStream(root: rootSeed, name: "collect/episode/\(number)")
  }

  /// A world's seed in training: at least 2³², so never one of an evaluation.
  package static func drawSeed(_ stream: inout RandomStream) -> UInt64 {
    (stream.nextUInt64() >> 1) | (1 << 32)
  }
}

/// One episode's varied random play.
private struct VariedRandomActions {
  private var stream: RandomStream
  private let holdMaximum: Int
  /// Of choices: the probabilities, added up.
  private var thresholds: [Double] = []
  /// Of numbers: where each component is drawn from.
  private var ranges: [ClosedRange<Float>] = []
  private var index: Int32 = 0
  private var row: [Float]
  private var remaining = 0

  /// Draws what the episode favours.
  init(_ space: ActionSpace, holdMaximum: Int, stream: RandomStream) {
    self.stream = stream
    self.holdMaximum = holdMaximum
    row = [Float](repeating: 0, count: space.rowWidth)
    switch space {
    case .discrete(let names): drawThresholds(names.count)
    case .continuous(let bounds): ranges = bounds.map { Self.part(of: $0, &self.stream) }
    }
  }

  private mutating func drawThresholds(_ actions: Int) {
    let weights = (0..<actions).map { _ in -log(1 - stream.random()) + 1e-12 }
    let total = weights.reduce(0, +)
    var sum = 0.0
    thresholds = weights.map { weight in
      sum += weight / total
      return sum
    }
  }

  /// A part of a component's bounds, around a uniform centre, up to as wide as the bounds either way.
  private static func part(
    of bounds: ClosedRange<Float>, _ stream: inout RandomStream
  ) -> ClosedRange<Float> {
    let centre = bounds.point(at: Float(stream.random()))
    let spread = Float(stream.random()) * (bounds.upperBound - bounds.lowerBound)
    return (centre - spread...centre + spread).clamped(to: bounds)
  }

  mutating func next(into actions: ActionStorage, of slot: Int) {
    if remaining == 0 {
      draw()
      remaining = stream.integers(in: 1..<holdMaximum + 1)
    }
    remaining -= 1
    if ranges.isEmpty {
      actions.indices[slot] = index
    } else {
      _ = actions.row(of: slot).update(fromContentsOf: row)
    }
  }

  private mutating func draw() {
    guard ranges.isEmpty else {
      for (component, range) in ranges.enumerated() {
        row[component] = range.point(at: Float(stream.random()))
      }
      return
    }
    let point = stream.random()
    index = Int32(thresholds.firstIndex { point < $0 } ?? thresholds.count - 1)
  }
}
