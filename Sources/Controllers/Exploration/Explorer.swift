import EnvironmentKit
import Files

/// Gives a learner bonuses for what is new: notes its steps, and judges them once a segment is full.
///
/// It looks on beside the learner, as a wrapper of its batch would, and changes nothing there: the task's rewards
/// stay what they are.
final class Explorer {
  /// What came of a segment.
  struct Report {
    /// Mean of the bonuses before they were scaled.
    var mean = 0.0
    /// What they were divided by.
    var deviation = 1.0
    /// What the kind of bonus has to tell.
    var metrics: [Metric] = []
  }

  private let room: BonusRoom
  private let bonus: any ExplorationBonus
  private let model: LearnerModel?
  private var reader: (any ModelReader)?
  private var scale: BonusScale
  /// Segments judged.
  private var segments = 0
  /// What each step led to.
  private let after: ObservationStore
  /// Latents before each step; nil where the policy's own observations are looked at.
  private let latents: ObservationStore?
  /// `[slot, latent]`.
  private let present: OwnedBuffer<Float>

  /// Makes room.
  ///
  /// - Parameters:
  ///   - shape: rows of a segment at most, slots, and how work is cut.
  ///   - isWhole: whether observations are kept whole in any case.
  init(
    _ settings: ExplorationSettings, in room: LearnerRoom, rows: Int, slots: Int, minibatch: Int,
    microbatches: Int, isWhole: Bool
  ) {
    let seesLatents = settings.reading == .latent
    let latentSize = seesLatents ? room.model?.latentSize ?? 0 : 0
    let width = seesLatents ? latentSize : room.observation.count
    self.room = BonusRoom(
      settings: settings, rows: rows, slots: slots, width: width, facts: room.facts,
      actions: room.actions.count, areRows: room.actions.rowWidth > 0, microbatches: microbatches,
      minibatch: minibatch, rootSeed: room.rootSeed)
    model = room.model
    bonus = Self.bonus(self.room)
    scale = BonusScale(settings, slots: slots)
    let needsRows = Self.looksAtRows(settings.kind)
    after = ObservationStore(rows: needsRows ? rows : 0, width: width, isWhole: isWhole)
    latents = seesLatents ? ObservationStore(rows: rows, width: width, isWhole: true) : nil
    present = OwnedBuffer(slots * latentSize, zero: 0)
  }

  private static func bonus(_ room: BonusRoom) -> any ExplorationBonus {
    switch room.settings.kind {
    case .none: preconditionFailure("Explorer: learner.exploration.kind is none")
    case .count: StateCount(room)
    case .hash: HashCount(room)
    case .kl: ReadingBonus(room, .divergence)
    case .elbo: ReadingBonus(room, .bound)
    case .surprise: ReadingBonus(room, .surprise)
    case .rnd: DistillationBonus(room)
    case .episodic: EpisodicNovelty(room)
    case .noveld: NoveltyDifference(room)
    case .deir: DiscriminatedNovelty(room)
    }
  }

  private static func looksAtRows(_ kind: ExplorationKind) -> Bool {
    switch kind {
    case .none, .count, .kl, .elbo, .surprise: false
    case .hash, .rnd, .episodic, .noveld, .deir: true
    }
  }

  /// Whether it is to be shown what the policy sees, by `look`.
  var looksAtObservations: Bool { Self.looksAtRows(room.settings.kind) && latents == nil }

  /// Takes up a batch that is new.
  func attach(_ batch: any EnvironmentBatch<Float>) throws {
    precondition(
      batch.autoreset == .disabled,
      "exploration: the batch begins episodes by itself; give one whose autoreset is disabled")
    reader = room.settings.reading == nil ? nil : try model?.reader(batch)
  }

  /// Begins a segment.
  ///
  /// - Parameter rows: what is seen, `[slot, observation]`.
  func begin(like rows: UnsafeBufferPointer<Float>) {
    if looksAtObservations { after.begin(like: rows) }
    guard let latents else { return }
    read()
    latents.begin(like: UnsafeBufferPointer(present.elements))
    after.begin(like: UnsafeBufferPointer(present.elements))
  }

  /// Looks at what there is before a step.
  func see() {
    guard let latents else { return }
    read()
    append(to: latents)
  }

  /// Takes what the policy would see of a slot after a step: slot by slot.
  func look(_ observation: UnsafeBufferPointer<Float>) { after.append(observation) }

  /// Looks at what all slots show after a step.
  ///
  /// - Parameter first: the segment's row of slot 0.
  func note(_ first: Int, of batch: any EnvironmentBatch<Float>) {
    bonus.note(first, of: batch, reader)
    guard latents != nil else { return }
    read()
    append(to: after)
  }

  private func read() { reader?.read(.latent, into: present.elements) }

  private func append(to store: ObservationStore) {
    for slot in 0..<room.slots {
      store.append(UnsafeBufferPointer(present.row(slot, room.width)))
    }
  }

  /// Writes the bonus of each row of a segment.
  ///
  /// - Parameters:
  ///   - observations: what the policy saw before each step.
  ///   - path: what was done in it, and where episodes ended.
  ///   - bonuses: `[row]`, written.
  func judge(
    _ observations: ObservationStore, _ path: DonePath,
    into bonuses: UnsafeMutableBufferPointer<Float>
  ) -> Report {
    let explored = ExploredPath(
      count: bonuses.count, slots: room.slots, before: latents ?? observations, after: after,
      ended: path.ended, choices: path.choices, drawn: path.drawn, number: segments,
      rootSeed: room.rootSeed)
    bonus.judge(explored, into: bonuses)
    segments += 1
    var report = Report()
    report.mean =
      bonuses.reduce(0) { $0 + Double($1) } / Double(max(1, bonuses.count))
    if room.settings.normalises {
      scale.apply(bonuses, ended: path.ended)
      report.deviation = scale.deviation
    }
    report.metrics = bonus.metrics
    return report
  }

  /// Forgets the episodes that go on.
  func abandonEpisodes() { bonus.abandonEpisodes() }

  /// Writes all that is needed to go on into a file.
  func save(in file: inout TensorFile) {
    file.entries["exploration/segments"] = TensorEntry([Int64(segments)])
    scale.save(in: &file)
    bonus.save(in: &file)
  }

  /// Takes up what was saved.
  func restore(_ file: TensorFile) throws(FileError) {
    let counter = try file.counter("exploration/segments")
    try scale.restore(file)
    try bonus.restore(file)
    segments = counter
  }
}

/// What was done in a segment, by row.
struct DonePath {
  /// Whether the episode ended.
  let ended: UnsafePointer<Bool>
  /// Where actions are choices.
  let choices: UnsafePointer<Int32>
  /// `[row, components]`, where they are rows.
  let drawn: UnsafePointer<Float>
}
