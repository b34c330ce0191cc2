import EnvironmentKit
import Files

/// The workers of a batch: how they are started, stepped, and started again.
extension GymnasiumBatch {
  /// Starts the workers where there are none: all at once, as each takes a second.
  func startCrew() throws(EnvironmentError) {
    guard crew.isEmpty else { return }
    let settings = try GymnasiumSettings.current()
    let work = BatchWork(
      name: name, description: description, way: way, autoreset: autoreset, observes: observes,
      settings: settings)
    let workers = min(settings.workers, count)
    let found = try WorkerPool.take(workers, settings.python)
    var members: [CrewMember] = []
    for (place, worker) in found.enumerated() {
      let slots = count * place / workers..<count * (place + 1) / workers
      members.append(try CrewMember(worker, work, slots: slots))
    }
    for member in members { try member.complete(work) }
    (self.work, crew) = (work, members)
    histories = Array(repeating: nil, count: count)
  }

  /// Has all environments do what was ordered, and waits until they have.
  ///
  /// A worker that was killed is started again, its environments brought to where they were, and what was ordered
  /// is done by these.
  ///
  /// - Throws: what an environment raises, or that it hangs; the workers are then ended.
  func go() throws(EnvironmentError) {
    let active = crew.indices.filter { crew[$0].isActive }
    for place in active { crew[place].worker.go() }
    do {
      for place in active { try finish(place) }
    } catch {
      disband()
      throw error
    }
  }

  private func finish(_ place: Int) throws(EnvironmentError) {
    let member = crew[place]
    do {
      try member.worker.finish(within: patience(member))
    } catch .ended(let how) {
      try startAgain(place, after: how)
    } catch {
      throw failure(error, "step", member)
    }
  }

  /// What an environment may take, for all that have something to do.
  private func patience(_ member: CrewMember) -> Double {
    let active = member.commands.count { $0 != WorkerLayout.Command.idle.rawValue }
    return (work?.settings.timeout ?? 60) * Double(max(1, active))
  }

  /// Ends the workers; the next reset starts others.
  func disband() {
    for member in crew { member.worker.end(gracefully: false) }
    crew = []
  }

  /// The error of a worker that failed, with the slot where it is known.
  func failure(
    _ failure: WorkerProcess.Failure, _ operation: String, _ member: CrewMember
  ) -> EnvironmentError {
    var place = name.id
    if case .refused(let reason) = failure, let slot = reason["slot"]?.asInteger {
      place += ", slot \(member.slots.lowerBound + slot)"
    } else if member.slots.count == 1 {
      place += ", slot \(member.slots.lowerBound)"
    } else {
      place += ", slots \(member.slots.lowerBound) to \(member.slots.upperBound - 1)"
    }
    return failure.explained(operation: operation, place: place, member.worker)
  }

  // MARK: Starting again

  private func startAgain(_ place: Int, after how: String) throws(EnvironmentError) {
    guard let work else { return }
    let old = crew[place]
    let slots =
      old.slots.count == 1
      ? "slot \(old.slots.lowerBound)"
      : "slots \(old.slots.lowerBound) to \(old.slots.upperBound - 1)"
    StandardStream.error.tell(
      "\(name.id): the worker process of \(slots) \(how); "
        + "another is started and brought to the same place\n")
    let worker = try WorkerPool.take(1, work.settings.python)[0]
    let new = try CrewMember(worker, work, slots: old.slots)
    try new.complete(work)
    crew[place] = new
    var before: [Int: SlotHistory] = [:]
    for (number, slot) in old.slots.enumerated() {
      guard let history = histories[slot] else { continue }
      let command = old.commands[number]
      if command == WorkerLayout.Command.seed.rawValue { continue }
      // What is being done now is the last event; it is done below.
      before[slot] =
        command == WorkerLayout.Command.idle.rawValue
        ? history
        : history.withoutLast(rowWidth: old.layout.rowWidth)
    }
    try replay(before, new)
    new.takeOrders(of: old)
    new.worker.go()
    do {
      try new.worker.finish(within: patience(new))
    } catch {
      throw failure(error, "step", new)
    }
  }

  /// Brings slots of a worker to where others were, by doing what was done there, and finds out whether the same
  /// came of it.
  func replay(_ targets: [Int: SlotHistory], _ member: CrewMember) throws(EnvironmentError) {
    guard let work else { return }
    let slots = targets.keys.sorted()
    for slot in slots where targets[slot]?.isWhole == false {
      throw error(
        "setState", slot, "more steps were taken since its last seed than are kept",
        "reset it with a seed now and then")
    }
    var replays: [Int: Replay] = [:]
    for slot in slots { replays[slot] = targets[slot].map { Replay($0) } }
    while replays.values.contains(where: { !$0.isDone }) {
      member.rest()
      for slot in slots { replays[slot]?.order(slot - member.slots.lowerBound, member) }
      member.worker.go()
      do {
        try member.worker.finish(within: patience(member))
      } catch {
        throw failure(error, "play again", member)
      }
      for slot in slots {
        replays[slot]?.note(slot - member.slots.lowerBound, member, observes: work.observes)
      }
    }
    for slot in slots where replays[slot]?.isTheSame == false {
      throw error(
        "play again", slot,
        "the environment did not come to the same place by the same seed and actions",
        "mend the environment: it may depend on these alone, to be copied or started again")
    }
    member.rest()
  }
}

/// A history that is done again.
private struct Replay {
  private let target: SlotHistory
  private var done: SlotHistory
  /// Events done; −1 before the seed.
  private var next = -1
  /// Numbers of rows done.
  private var taken = 0

  init(_ target: SlotHistory) {
    self.target = target
    done = SlotHistory(seed: target.seed)
  }

  var isDone: Bool { next == target.events.count }
  var isTheSame: Bool { done.fingerprint == target.fingerprint }

  /// Has the next event done, where one is left.
  mutating func order(_ place: Int, _ member: CrewMember) {
    guard !isDone else { return }
    guard next >= 0 else {
      member.seeds[place] = target.seed
      return member.order(.seed, place)
    }
    guard target.events[next] != SlotHistory.reset else { return member.order(.goOn, place) }
    member.order(.step, place)
    let width = member.layout.rowWidth
    guard width > 0 else {
      member.indices[place] = target.events[next]
      return
    }
    for component in 0..<width {
      member.rows[place * width + component] = target.rows[taken + component]
    }
    taken += width
  }

  /// Takes note of what came of it.
  mutating func note(_ place: Int, _ member: CrewMember, observes: Bool) {
    guard !isDone else { return }
    done.note(member, place, observes: observes)
    next += 1
  }
}
