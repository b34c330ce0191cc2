import Controllers
public import EnvironmentKit
import Foundation
import Pictures
import WorldModels

/// Draws the trained agent at play: observation beside reconstruction, latents, action, return.
public final class AgentView {
  private let batch: LatentEnvironments
  private let buffers: BatchBuffers<Float>
  private let policy: ControllerPolicy
  private let codec: RunPictures
  private let actionNames: [String]
  private let actions: UnsafeMutableBufferPointer<Int32>
  private let active: UnsafeMutableBufferPointer<Bool>
  private let title: String
  /// Returns so far, one a step of this episode.
  public private(set) var returns: [Double] = []
  /// The last step's reward.
  public private(set) var reward = 0.0
  /// Whether the episode is over.
  public private(set) var hasEnded = false
  /// The last action.
  public private(set) var action: Int32 = 0

  /// Makes the agent's world.
  init(_ batches: AgentBatches, trainer: ControllerTrainer, folder: RunFolder) throws {
    let entry = batches.entry
    batch = try batches.real(count: 1)
    buffers = batch.makeBuffers()
    policy = trainer.policy()
    policy.prepare(for: batch)
    codec = RunPictures(vision: batches.vision, folder: folder, worldID: entry.id)
    title = entry.id
    if case .discrete(let names) = entry.actions { actionNames = names } else { actionNames = [] }
    actions = .allocate(capacity: 1)
    actions.initialize(repeating: 0)
    active = .allocate(capacity: 1)
    active.initialize(repeating: true)
  }

  deinit {
    actions.deallocate()
    active.deallocate()
  }

  /// Steps taken in this episode.
  public var step: Int { returns.count }
  /// The one world that is played, to be drawn and asked.
  public var world: any EnvironmentBatch<UInt8> { batch.world }

  /// Starts an episode.
  public func reset(seed: UInt64) throws {
    try batch.reset(seeds: [seed], mask: nil, into: buffers)
    policy.begin(Controllers.Episode(seed: seed), in: 0)
    (returns, reward, hasEnded) = ([], 0, false)
    chooseAction()
  }

  /// Takes a step: the agent's own, or a person's instead.
  public func advance(person: Int32? = nil) throws {
    guard !hasEnded else { return }
    if let person { actions[0] = person }
    action = actions[0]
    try batch.step(.indices(UnsafeBufferPointer(actions)), active: nil, into: buffers)
    reward = Double(buffers.rewards[0])
    returns.append((returns.last ?? 0) + reward)
    hasEnded = buffers.terminated[0] || buffers.truncated[0]
    if !hasEnded { chooseAction() }
  }

  private func chooseAction() {
    policy.act(
      in: batch, seeing: UnsafeBufferPointer(buffers.observations),
      active: UnsafeBufferPointer(active), into: actions)
  }

  /// The panel of this moment.
  public func panel(expectedSteps: Int, notice: String = "") -> AgentPanel {
    let picture = observation
    let table = codec.encode([picture])
    let divergences = (0..<table.latentSize).map {
      LatentTable.divergence(Double(table.means[$0]), table.logVariances[$0])
    }
    return AgentPanel(
      header: title, observation: picture, reconstruction: codec.decode(table.means).first,
      latents: table.means.map(Double.init), divergences: divergences, actions: actionNames,
      chosen: Int(action), step: step, reward: reward, returns: returns,
      expectedSteps: expectedSteps, notice: notice)
  }

  private var observation: Frame {
    let space = batch.world.observationSpace
    let shape = space.image?.shape ?? [64, 64, 3]
    let range = space.range(of: "image") ?? 0..<0
    return Frame(
      width: shape[1], height: shape[0],
      pixels: Array(batch.worldBuffers.observation(0)[range]))
  }
}

/// Writes an episode of the trained agent as a GIF.
struct EpisodeRecorder {
  /// Steps that a recording shows at most.
  private static let longest = 400
  /// Every so many steps one is drawn.
  private static let stride = 2

  let batches: AgentBatches
  let trainer: ControllerTrainer
  let folder: RunFolder

  /// Plays the episode of a seed and records it.
  func record(_ seed: UInt64, to url: URL, beat: () -> Void) throws {
    let view = try AgentView(batches, trainer: trainer, folder: folder)
    try view.reset(seed: seed)
    let specification = batches.entry.specification(.pixels64)
    let speed = specification.stepsPerSecond
    let skip = speed >= 20 ? Self.stride : 1
    let writer = try GIFWriter(path: url.path, framesPerSecond: speed / Double(skip))
    let length = min(Self.longest, specification.maximumSteps)
    try writer.append(view.panel(expectedSteps: length).frame())
    while !view.hasEnded && view.step < Self.longest {
      try view.advance()
      if view.step.isMultiple(of: skip) || view.hasEnded {
        try writer.append(view.panel(expectedSteps: length).frame())
      }
      beat()
    }
    try writer.finish()
  }
}
