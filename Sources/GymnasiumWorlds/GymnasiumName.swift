import EnvironmentKit
import Files
import Synchronization

/// What stands for an environment of Gymnasium's: `gym:CartPole-v1`, `gym:MODULE:ID`, `gym:ID?option=value&…`.
package struct GymnasiumName: Hashable, Sendable {
  /// All of it, as it was written: the world's id.
  package let id: String

  /// Takes a name that begins with `gym:`; nil for others.
  package init?(_ name: String) {
    guard name.hasPrefix(WorldSource.gymnasiumPrefix) else { return nil }
    id = name
  }

  /// What Gymnasium is given, and options for it behind a `?`.
  var text: String { String(id.dropFirst(WorldSource.gymnasiumPrefix.count)) }

  /// Environments that were asked about, so that the same question takes no time again.
  private static let known = Mutex<[Question: Result<WorldDescription, EnvironmentError>]>([:])

  private struct Question: Hashable {
    let name: GymnasiumName
    let python: String
  }

  /// The environment as a world: a worker makes one and says what it observes and does.
  ///
  /// - Throws: where there is no such environment, or it cannot be a world, with what keeps it from that.
  package func entry() throws(EnvironmentError) -> CatalogEntry {
    guard !text.isEmpty else {
      throw EnvironmentError(
        operation: "make", place: "world '\(id)'", cause: "no environment is named",
        remedy: "give gym:ID, such as gym:CartPole-v1")
    }
    return entry(try description())
  }

  private func description() throws(EnvironmentError) -> WorldDescription {
    let python = try GymnasiumSettings.current().python
    let question = Question(name: self, python: python)
    if let answer = Self.known.withLock({ $0[question] }) { return try answer.get() }
    let answer: Result<WorldDescription, EnvironmentError>
    do {
      answer = .success(try ask(python))
    } catch {
      answer = .failure(error)
    }
    Self.known.withLock { $0[question] = answer }
    return try answer.get()
  }

  private func ask(_ python: String) throws(EnvironmentError) -> WorldDescription {
    let worker = try WorkerPool.take(1, python)[0]
    let answer: JSONValue
    do {
      answer = try worker.ask(["name": .string(text)], within: WorkerProcess.startTimeout)
    } catch {
      throw error.explained(operation: "make", place: id, worker)
    }
    WorkerPool.giveBack(worker)
    guard let description = WorldDescription(answer) else {
      throw EnvironmentError(
        operation: "make", place: id, cause: "the worker's answer is of another form",
        remedy: "build the program anew")
    }
    return description
  }

  private func entry(_ description: WorldDescription) -> CatalogEntry {
    let id = id
    var entry = CatalogEntry(
      id: id, family: "Gymnasium", file: description.file, reference: description.reference,
      source: .gymnasium, observations: description.ways.map(\.kind), actions: description.actions,
      keys: Self.keys(description.actions),
      specification: { description.specification($0, id: id) },
      batch: { kind, count, autoreset, observes in
        GymnasiumBatch(
          self, description, observation: kind, count: count, autoreset: autoreset,
          observes: observes)
      })
    if !entry.observations.contains(where: \.isPicture), let reason = description.noPicture {
      entry.lacking = "it has no pictures, as \(reason)"
    }
    return entry
  }

  /// Keys for people: arrows where actions have their names, or are two; else digits; letters push numbers.
  private static func keys(_ actions: ActionSpace) -> [(key: String, action: ActionValue)] {
    switch actions {
    case .discrete(let names):
      let arrows = ["left", "right", "up", "down"]
      let digits = (1...9).map(String.init) + ["0"]
      let plain = names.count == 2 ? ["left", "right"] : digits
      return names.enumerated().compactMap { index, name in
        let key = arrows.contains(name) ? name : index < plain.count ? plain[index] : nil
        return key.map { ($0, .index(Int32(index))) }
      }
    case .continuous(let bounds):
      let pairs = [("left", "right"), ("down", "up"), ("a", "d"), ("s", "w")]
      return zip(pairs, bounds.indices).flatMap { keys, index in
        [(keys.0, bounds[index].lowerBound), (keys.1, bounds[index].upperBound)].map { key, value in
          var row = bounds.map { min(max(0, $0.lowerBound), $0.upperBound) }
          row[index] = value
          return (key, .row(row))
        }
      }
    }
  }
}

extension WorkerProcess.Failure {
  /// The error of whoever asked.
  ///
  /// - Parameters:
  ///   - operation: what was being done, where the worker does not say.
  ///   - place: the world, and the slot where it is known.
  func explained(
    operation: String, place: String, _ worker: WorkerProcess
  ) -> EnvironmentError {
    switch self {
    case .refused(let reason):
      let trace = reason["trace"]?.asArray?.compactMap(\.asString) ?? []
      let cause = reason["cause"]?.asString ?? "it failed"
      return EnvironmentError(
        operation: reason["doing"]?.asString ?? operation, place: place,
        cause: cause,
        remedy: reason["remedy"]?.asString
          ?? "mend the environment" + WorkerProcess.listing("it came to that in", trace))
    case .ended:
      return EnvironmentError(
        operation: operation, place: place, cause: "its worker process \(text)",
        remedy: "mend the environment, which ends the process that it runs in" + worker.lastWords)
    case .late:
      worker.dumpWhereItHangs()
      let words = worker.lastWords
      worker.end(gracefully: false)
      return EnvironmentError(
        operation: operation, place: place, cause: "its worker process \(text)",
        remedy: "mend the environment, or give it more time by --gym-timeout SECONDS" + words)
    }
  }
}
