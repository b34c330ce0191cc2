import Controllers
public import EnvironmentKit
import Evaluation
import Foundation
import Pictures
import WorldModels

/// Draws the trained agent at play: observation beside reconstruction, latents, action, return.
public final class AgentView {
  private let batch: LatentEnvironments
  private let buffers: BatchBuffers<Float>
  private let policy: any Policy<Float>
  private let actionSpace: ActionSpace
  private let actions: ActionStorage
  private let active = OwnedBuffer(1, zero: true)
  private let title: String
  /// Whether frames are pictures, not symbols.
  private let showsPictures: Bool
  /// How surprised the model is at each step of this episode; empty without a gauge.
  private var surprises: [Double] = []
  /// Tells how strange what the world shows is; nil for nobody.
  package var gauge: SurpriseGauge?
  /// Returns so far, one a step of this episode.
  public private(set) var returns: [Double] = []
  /// The last step's reward.
  public private(set) var reward = 0.0
  /// Whether the episode is over.
  public private(set) var hasEnded = false
  /// The last action.
  public private(set) var action: ActionValue?

  /// Makes the agent's world.
  package init(_ environments: AgentEnvironments, policy: any Policy<Float>) throws {
    let entry = environments.entry
    batch = try environments.real(count: 1)
    buffers = batch.makeBuffers()
    self.policy = policy
    policy.prepare(for: batch)
    title = entry.id
    actionSpace = entry.actions
    showsPictures = environments.configuration.agent.observation.isPicture
    actions = batch.makeActions()
  }

  /// Steps taken in this episode.
  public var step: Int { returns.count }
  /// The one world that is played, to be drawn and asked.
  public var world: any EnvironmentBatch<UInt8> { batch.world }

  /// Starts an episode.
  public func reset(seed: UInt64) throws {
    try batch.reset(seeds: [seed], mask: nil, into: buffers)
    policy.begin(EpisodeRequest(seed: seed), in: 0)
    (returns, reward, hasEnded, action, surprises) = ([], 0, false, nil, [])
    chooseAction()
  }

  /// Takes a step: the agent's own, or a person's instead.
  public func advance(person: ActionValue? = nil) throws {
    guard !hasEnded else { return }
    if let person { actions.set(person, of: 0) }
    action = actions.value(of: 0)
    let before = gauge == nil ? nil : batch.modelSnapshot(of: 0)
    try batch.step(actions.buffer, active: nil, into: buffers)
    if let gauge, let before {
      surprises.append(gauge.score(of: batch, after: actions, from: before))
    }
    reward = Double(buffers.rewards[0])
    returns.append((returns.last ?? 0) + reward)
    hasEnded = buffers.terminated[0] || buffers.truncated[0]
    if !hasEnded { chooseAction() }
  }

  private func chooseAction() {
    policy.act(
      in: batch, seeing: UnsafeBufferPointer(buffers.observations),
      active: UnsafeBufferPointer(active.elements), into: actions)
  }

  /// The panel of this moment.
  public func panel(expectedSteps: Int, notice: String = "") -> AgentPanel {
    let latents = batch.feature(batch.model.features[0].name, of: 0).map { Array($0) } ?? []
    var panel = AgentPanel(
      header: title, observation: observation, reconstruction: reconstruction,
      latents: latents.map(Double.init), divergences: divergences, step: step, reward: reward,
      returns: returns, expectedSteps: expectedSteps, notice: notice)
    panel.show(action, of: actionSpace)
    panel.surprise = gauge.map { SurpriseCurve(surprises, threshold: $0.threshold) }
    return panel
  }

  /// The KL of every part of the latent now, where the model sees through an autoencoder.
  private var divergences: [Double] {
    guard let model = batch.model as? any SeesThroughAutoencoder, let vision = model.vision else {
      return []
    }
    return LatentTable(vision, frames: observation.pixels, count: 1).divergences
  }

  private var observation: Frame {
    let space = batch.world.observationSpace
    guard showsPictures, let image = space.image, let range = space.range(of: "image"),
      image.shape.count == 3, image.shape[2] == 3
    else {
      var frame = Frame(width: 64, height: 64)
      batch.world.draw(0, into: &frame)
      return frame
    }
    return Frame(
      width: image.shape[1], height: image.shape[0],
      pixels: Array(batch.worldBuffers.observation(0)[range]))
  }

  /// What the model makes of the frame, where frames are pictures.
  private var reconstruction: Frame? {
    let shape = batch.model.frameShape
    guard showsPictures, shape.count == 3, shape[2] == 3 else { return nil }
    var frame = Frame(width: shape[1], height: shape[0])
    frame.pixels.withUnsafeMutableBufferPointer { batch.reconstruct(0, into: $0) }
    return frame
  }
}

extension SurpriseGauge {
  /// How strange is what a world shows after a step.
  ///
  /// - Parameter before: what the model kept before it.
  func score(
    of world: LatentEnvironments, after actions: ActionStorage, from before: any Sendable
  ) -> Double {
    guard let model = world.model as? MixtureMemoryModel else { return .nan }
    let action = model.actionEncoding.numbers(of: actions.value(of: 0), in: model.actions)
    return score(of: world.seenFrame(0), after: action, from: before)
  }
}

/// Writes an episode of the trained agent as a GIF.
struct EpisodeRecorder {
  /// Steps that a recording shows at most.
  private static let longest = 400

  let environments: AgentEnvironments
  let policy: any Policy<Float>

  /// Plays the episode of a seed and records it.
  ///
  /// - Returns: the steps that the film shows.
  func record(_ seed: UInt64, to url: URL, beat: () -> Void) throws -> Int {
    let view = try AgentView(environments, policy: policy)
    try view.reset(seed: seed)
    let specification = environments.entry.specification(
      environments.configuration.agent.observation)
    let pace = FilmPace(environments)
    let writer = try GIFWriter(path: url.path, framesPerSecond: pace.framesPerSecond)
    let length = min(Self.longest, specification.maximumSteps)
    try writer.append(view.panel(expectedSteps: length).frame())
    while !view.hasEnded && view.step < Self.longest {
      try view.advance()
      if view.step.isMultiple(of: pace.every) || view.hasEnded {
        try writer.append(view.panel(expectedSteps: length).frame())
      }
      beat()
    }
    try writer.finish()
    return view.step
  }
}

/// How fast a film of an agent goes.
struct FilmPace {
  /// Every so many steps one is shown.
  let every: Int
  /// Frames a second: the world's own speed, as far as browsers follow.
  let framesPerSecond: Double
  /// How many times as fast as the world the film goes.
  let speedUp: Double

  init(_ environments: AgentEnvironments) {
    let specification = environments.entry.specification(
      environments.configuration.agent.observation)
    let speed = specification.stepsPerSecond
    every = speed >= 20 ? 2 : 1
    framesPerSecond = min(50, speed / Double(every))
    speedUp = framesPerSecond * Double(every) / speed
  }
}
