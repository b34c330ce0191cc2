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
    file.entries["episodes/discounted"] = TensorEntry(courses.map(\.discountedReturn))
    file.entries["episodes/choices"] = TensorEntry(courses.flatMap(\.choices))
    file.entries["episodes/rows"] = TensorEntry(courses.flatMap(\.rows))
    file.entries["episodes/memory"] = TensorEntry(Array(collector.memory.elements))
    collector.scales.observation?.save(as: "scale/observation", in: &file)
    collector.scales.returns?.save(as: "scale/returns", in: &file)
    collector.explorer?.save(in: &file)
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
    let memory = try file.values(
      "episodes/memory", as: Float.self, shape: [collector.memory.elements.count], finite: true)
    var scales = collector.scales
    try scales.observation?.restore("scale/observation", in: file)
    try scales.returns?.restore("scale/returns", in: file)
    try collector.explorer?.restore(file)
    _ = update.numbers.update(fromContentsOf: numbers)
    _ = update.moments.first.update(fromContentsOf: first)
    _ = update.moments.second.update(fromContentsOf: second)
    (step, environmentSteps, update.steps) = (
      Int(counters[0]), Int(counters[1]), Int(counters[2])
    )
    (collector.courses, collector.scales) = (courses, scales)
    _ = collector.memory.elements.update(fromContentsOf: memory)
    collector.detach()
    segment.observations.use(
      where: update.network.firstMatrix.columns, update.moments.first, update.moments.second)
    update.load()
  }

  private func courses(_ file: TensorFile, _ place: String) throws(FileError) -> [EpisodeCourse] {
    let shape = [settings.environments]
    let numbers = try file.values("episodes/number", as: Int64.self, shape: shape)
    let seeds = try file.values("episodes/seed", as: UInt64.self, shape: shape)
    let lengths = try file.values("episodes/length", as: Int64.self, shape: shape)
    let returns = try file.values("episodes/return", as: Double.self, shape: shape)
    let discounted = try file.values("episodes/discounted", as: Double.self, shape: shape)
    let choices = try file.values("episodes/choices", as: Int32.self)
    let rows = try file.values("episodes/rows", as: Float.self, finite: true)
    let width = room.actions.rowWidth
    let steps = width == 0 ? choices.count : rows.count / width
    guard lengths.allSatisfy({ (0...Int64(steps)).contains($0) }), lengths.reduce(0, +) == steps,
      rows.count == steps * width, numbers.allSatisfy({ (0...1 << 48).contains($0) })
    else {
      throw Self.damage(
        place, "episodes", "\(steps) actions do not make the episodes that it names")
    }
    guard choices.allSatisfy({ (0..<Int32(room.actions.count)).contains($0) }) else {
      throw Self.damage(
        place, "episodes/choices", "an action is none of the \(room.actions.count) that there are")
    }
    var start = 0
    return numbers.indices.map { slot in
      var course = EpisodeCourse()
      let end = start + Int(lengths[slot])
      (course.episode, course.seed) = (Int(numbers[slot]), seeds[slot])
      (course.length, course.episodeReturn) = (end - start, returns[slot])
      course.discountedReturn = discounted[slot]
      if width == 0 { course.choices = Array(choices[start..<end]) }
      course.rows = Array(rows[start * width..<end * width])
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
