import Files

// What is saved.
extension PPOLearner {
  private static let format = "umwelt-ppo-1"

  func save() -> TensorFile {
    var file = TensorFile(format: Self.format)
    let layout = update.network.layout
    layout.save(update.numbers, as: "model", in: &file)
    layout.save(update.moments.first, as: "adam.first", in: &file)
    layout.save(update.moments.second, as: "adam.second", in: &file)
    let counters = [step, environmentSteps, update.steps]
    file.entries["counters"] = TensorEntry(counters.map(Int64.init))
    let courses = collector.courses
    file.entries["episodes/number"] = TensorEntry(courses.map { Int64($0.episode) })
    file.entries["episodes/seed"] = TensorEntry(courses.map(\.seed))
    file.entries["episodes/length"] = TensorEntry(courses.map { Int64($0.length) })
    file.entries["episodes/return"] = TensorEntry(courses.map(\.episodeReturn))
    file.entries["episodes/actions"] = TensorEntry(courses.flatMap(\.choices))
    return file
  }

  func restore(_ file: TensorFile, place: String) throws {
    try file.check(format: Self.format)
    let layout = update.network.layout
    let numbers = try layout.restored("model", in: file)
    let first = try layout.restored("adam.first", in: file)
    let second = try layout.restored("adam.second", in: file)
    let counters = try file.values("counters", as: Int64.self, shape: [3])
    guard counters.allSatisfy({ (0...1 << 48).contains($0) }) else {
      throw Self.damage(place, "counters", "\(counters) are no numbers of steps")
    }
    let courses = try courses(file, place)
    _ = update.numbers.update(fromContentsOf: numbers)
    _ = update.moments.first.update(fromContentsOf: first)
    _ = update.moments.second.update(fromContentsOf: second)
    (step, environmentSteps, update.steps) = (
      Int(counters[0]), Int(counters[1]), Int(counters[2])
    )
    collector.courses = courses
    collector.detach()
    update.load()
  }

  private func courses(_ file: TensorFile, _ place: String) throws(FileError) -> [EpisodeCourse] {
    let shape = [settings.environments]
    let numbers = try file.values("episodes/number", as: Int64.self, shape: shape)
    let seeds = try file.values("episodes/seed", as: UInt64.self, shape: shape)
    let lengths = try file.values("episodes/length", as: Int64.self, shape: shape)
    let returns = try file.values("episodes/return", as: Double.self, shape: shape)
    let actions = try file.values("episodes/actions", as: Int32.self)
    guard lengths.allSatisfy({ (0...Int64(actions.count)).contains($0) }),
      lengths.reduce(0, +) == actions.count, numbers.allSatisfy({ (0...1 << 48).contains($0) })
    else {
      throw Self.damage(
        place, "episodes", "\(actions.count) actions do not make the episodes that it names")
    }
    guard actions.allSatisfy({ (0..<Int32(room.actions.count)).contains($0) }) else {
      throw Self.damage(
        place, "episodes/actions", "an action is none of the \(room.actions.count) that there are")
    }
    var start = 0
    return numbers.indices.map { slot in
      var course = EpisodeCourse()
      let end = start + Int(lengths[slot])
      (course.episode, course.seed) = (Int(numbers[slot]), seeds[slot])
      (course.choices, course.episodeReturn) = (Array(actions[start..<end]), returns[slot])
      start = end
      return course
    }
  }

  private static func damage(_ place: String, _ entry: String, _ cause: String) -> FileError {
    FileError(
      operation: "read", place: "\(place), \(entry)", cause: cause,
      remedy: "the file is damaged: restore it, or start anew")
  }
}
