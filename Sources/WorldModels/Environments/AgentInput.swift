import EnvironmentKit

/// Which of a model's features an agent is shown, in order.
struct AgentInput: Sendable {
  /// The fields of an observation.
  let space: ObservationSpace
  /// The places of the fields among the model's features.
  private let places: [Int]

  /// Chooses features by name.
  ///
  /// - Throws: where a name is no feature of the model, stands twice, or there is none.
  init(_ names: [String], of model: any WorldModel, place: String) throws(EnvironmentError) {
    let known = model.features.map(\.name)
    var places: [Int] = []
    for name in names {
      guard let found = known.firstIndex(of: name), !places.contains(found) else {
        throw EnvironmentError(
          operation: "observe", place: place,
          cause: places.isEmpty || known.firstIndex(of: name) == nil
            ? "the agent asks for '\(name)', the model shows \(known.joined(separator: ", "))"
            : "the agent asks for '\(name)' twice",
          remedy: "give agent.input some of: \(known.joined(separator: ", ")), each once")
      }
      places.append(found)
    }
    guard !places.isEmpty else {
      throw EnvironmentError(
        operation: "observe", place: place, cause: "the agent asks for no field",
        remedy: "give agent.input some of: \(known.joined(separator: ", "))")
    }
    self.places = places
    space = ObservationSpace(places.map { model.features[$0] })
  }

  /// Writes what an agent is shown of a slot.
  func write(
    _ slot: Int, of state: any WorldModelState, into row: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(
      row.count >= space.count, "observe: room for \(row.count) numbers; give \(space.count)")
    guard var target = row.baseAddress else { return }
    for place in places {
      let numbers = state.feature(place, of: slot)
      guard let source = numbers.baseAddress else { continue }
      target.update(from: source, count: numbers.count)
      target += numbers.count
    }
  }
}
