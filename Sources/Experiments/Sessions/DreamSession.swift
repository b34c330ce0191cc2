import Controllers
import Datasets
import EnvironmentKit
import Evaluation
public import Pictures
import Settings
import WorldModels

/// A dream beside the real world: both begin at the same latent and go on with the same actions.
///
/// Who plays looks at one of the two. Each goes on until its own end; play ends with the one looked
/// at. Every moment is kept, so that one can go back to any of them, random streams included.
public final class DreamSession {
  /// The world's id.
  public let worldID: String
  /// What may be done.
  public let actionSpace: ActionSpace
  /// The seed of the episode.
  public private(set) var seed: UInt64 = 0
  /// Whether the one who plays looks at the dream, not at the world.
  public var looksAtDream = true
  /// The recorded episodes that are shown in the place of a world; nil where there is one.
  package var recording: EpisodeDataset?
  /// Whether the actions of the recording are taken, in the dream too, while no person plays.
  package var followsRecording = false
  /// Tells how strange what the world shows is; nil for nobody.
  package var gauge: SurpriseGauge?
  /// The steps that were marked to go back to, rising; none later than the present one.
  public private(set) var branches: [Int] = []

  private let real: DreamCourse<LatentEnvironments>
  private let dream: DreamCourse<DreamEnvironments>
  private let environments: (real: LatentEnvironments, dream: DreamEnvironments)
  private let policy: any Policy<Float>
  private let maximumSteps: Int
  private let actions: ActionStorage
  private let active = OwnedBuffer(1, zero: true)
  private var moments: [DreamMoment] = []

  /// Steps that going back covers where nothing was marked.
  private static let stepsBack = 20
  private static let leastRoom = 128
  /// Pixels of what is no picture, and of the least picture that is shown as it is.
  private static let (side, leastSide) = (64, 16)

  /// Sets a dream beside its world.
  ///
  /// - Parameters:
  ///   - real: one slot of the world seen through V and M.
  ///   - dream: one slot of M's dream, with the same observation.
  ///   - policy: the agent.
  ///   - worldID: the world's id.
  /// - Throws: where the world is seen without M.
  package init(
    real: LatentEnvironments, dream: DreamEnvironments, policy: any Policy<Float>, worldID: String
  ) throws {
    guard real.model.imagination != nil else {
      throw Self.noDream(worldID, world: worldID)
    }
    precondition(
      real.count == 1 && dream.count == 1 && real.observationSpace == dream.observationSpace,
      "DreamSession: \(real.count) and \(dream.count) slots of \(real.observationSpace) and "
        + "\(dream.observationSpace); give one slot each of one observation")
    environments = (real, dream)
    self.real = DreamCourse(real)
    self.dream = DreamCourse(dream)
    self.policy = policy
    self.worldID = worldID
    actionSpace = real.actionSpace
    maximumSteps = real.specification.maximumSteps
    actions = real.makeActions()
    policy.prepare(for: real)
  }

  package static func noDream(_ place: String, world: String) -> ExperimentError {
    ExperimentError(
      place: place, cause: "the run's model imagines nothing: there is no dream",
      remedy: "make one that dreams: "
        + ShellCommand.text("run", world, "--set", "model.kind=mixtureMemory"))
  }

  /// τ, above 0, from the next step on.
  public var temperature: Float {
    get { environments.dream.temperature }
    set { environments.dream.temperature = newValue }
  }

  /// Steps taken in this episode.
  public var step: Int { moments.count - 1 }
  /// The last action; nil at the start.
  public var action: ActionValue? { present.action }
  /// Whether the one that is looked at has ended.
  public var hasEnded: Bool { !(looksAtDream ? dream.end : real.end).isEmpty }
  /// The dream's latent now.
  package var dreamLatent: [Float] {
    environments.dream.feature("latent", of: 0).map { Array($0) } ?? []
  }
  /// The world's latent now.
  package var realLatent: [Float] {
    environments.real.feature("latent", of: 0).map { Array($0) } ?? []
  }

  private var present: DreamMoment { moments[moments.count - 1] }
}

// What goes on.
extension DreamSession {
  /// Starts an episode in the world, and the dream at its first latent.
  public func reset(seed: UInt64) throws {
    self.seed = seed
    try real.reset(seed: seed)
    try dream.reset(seed: seed)
    policy.begin(EpisodeRequest(seed: seed), in: 0)
    branches = []
    moments = []
    try enterDream()
    moments = [moment(action: nil, surprise: .nan)]
  }

  /// Takes a step: the agent's own, or a person's instead.
  public func advance(person: ActionValue? = nil) throws {
    guard !hasEnded else { return }
    if let action = person ?? recordedAction { actions.set(action, of: 0) } else { choose() }
    let before = gauge == nil || !real.end.isEmpty ? nil : environments.real.modelSnapshot(of: 0)
    try real.advance(actions, step: step + 1)
    try dream.advance(actions, step: step + 1)
    let surprise = before.flatMap { gauge?.score(of: environments.real, after: actions, from: $0) }
    moments.append(moment(action: actions.value(of: 0), surprise: surprise ?? .nan))
  }

  /// What was done at this step of the recording; nil where it is not followed, or is over.
  private var recordedAction: ActionValue? {
    guard followsRecording, let recording else { return nil }
    let episode = RecordedWorld.episode(ofSeed: seed, of: recording.episodes.count)
    let steps = recording.episodes[episode].steps
    return step < steps.count ? recording.action(steps.lowerBound + step) : nil
  }

  private func choose() {
    func choose(_ batch: any EnvironmentBatch<Float>, _ buffers: BatchBuffers<Float>) {
      policy.act(
        in: batch, seeing: UnsafeBufferPointer(buffers.observations),
        active: UnsafeBufferPointer(active.elements), into: actions)
    }
    if looksAtDream {
      choose(environments.dream, dream.buffers)
    } else {
      choose(environments.real, real.buffers)
    }
  }

  /// Lets the dream begin again here, at the world's latent and M's state.
  ///
  /// - Returns: false where the world has ended, and nothing was done.
  @discardableResult
  public func dreamFromHere() throws -> Bool {
    guard real.end.isEmpty else { return false }
    try enterDream()
    moments[moments.count - 1] = moment(action: present.action, surprise: present.surprise)
    return true
  }

  private func enterDream() throws {
    let (world, dream) = environments
    try dream.begin(slot: 0, at: world.modelSnapshot(of: 0))
    dream.observe(0, into: self.dream.buffers.observation(0))
    self.dream.begin(at: max(0, step))
  }

  /// Marks the present step as one to go back to.
  public func branch() {
    if branches.last != step { branches.append(step) }
  }

  /// Goes back to the last marked step before this one, or some steps where there is none.
  ///
  /// What came after is forgotten, and so are its marks.
  public func rewind() throws {
    let target = branches.last { $0 < step } ?? max(0, step - Self.stepsBack)
    moments.removeLast(step - target)
    branches.removeAll { $0 > target }
    try environments.real.setState(present.realState, of: 0)
    try environments.dream.setState(present.dreamState, of: 0)
    environments.real.observe(0, into: real.buffers.observation(0))
    environments.dream.observe(0, into: dream.buffers.observation(0))
    real.restore(present.real)
    dream.restore(present.dream)
  }

  private func moment(action: ActionValue?, surprise: Double) -> DreamMoment {
    DreamMoment(
      action: action, realState: environments.real.state(of: 0),
      dreamState: environments.dream.state(of: 0), real: real.record(worldPicture),
      dream: dream.record(dreamPicture),
      endProbability: Double(environments.dream.endProbability(of: 0)),
      lookedAtDream: looksAtDream, surprise: surprise)
  }
}

// What is seen.
extension DreamSession {
  private var worldPicture: Frame {
    var frame = emptyPicture
    environments.real.drawSeen(0, into: &frame)
    return frame
  }

  private var dreamPicture: Frame {
    var frame = emptyPicture
    environments.dream.draw(0, into: &frame)
    return frame
  }

  /// As large as the model's frames, where those are pictures.
  private var emptyPicture: Frame {
    let shape = environments.real.model.frameShape
    let isPicture = shape.count == 3 && min(shape[0], shape[1]) >= Self.leastSide
    return isPicture
      ? Frame(width: shape[1], height: shape[0])
      : Frame(width: Self.side, height: Self.side)
  }

  /// The panel of this moment.
  ///
  /// - Parameters:
  ///   - player: who plays: `agent` or `person`.
  ///   - notice: a remark; empty for none.
  public func panel(player: String, notice: String = "") -> DreamPanel {
    let past = moments.dropFirst()
    var room = Self.leastRoom
    while room < step { room *= 2 }
    var panel = DreamPanel(
      header: recording.map {
        "\(worldID), episode \(RecordedWorld.episode(ofSeed: seed, of: $0.episodes.count))"
      } ?? "\(worldID), seed \(seed)", step: step, temperature: Double(temperature),
      real: DreamPanel.Course(
        picture: present.real.picture, reward: present.real.reward,
        returns: past.map(\.real.shownTotal), end: present.real.end),
      dream: DreamPanel.Course(
        picture: present.dream.picture, reward: present.dream.reward,
        returns: past.map(\.dream.shownTotal), end: present.dream.end))
    if recording != nil { panel.realTitle = "the recording" }
    panel.looksAtDream = looksAtDream
    panel.player = player
    panel.show(present.action, of: actionSpace)
    panel.dreamsSince = present.dream.start
    panel.endProbabilities = past.map { $0.dream.hasGoneOn ? $0.endProbability : .nan }
    panel.errors = past.map(\.error)
    panel.lookedAtDream = past.map(\.lookedAtDream)
    panel.surprise = gauge.map { SurpriseCurve(past.map(\.surprise), threshold: $0.threshold) }
    panel.branches = branches
    panel.expectedSteps = min(max(1, maximumSteps), room)
    panel.notice = notice
    return panel
  }
}
