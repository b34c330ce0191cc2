import Statistics

/// How often frames, reconstructions and draws from the prior show each state of a world.
///
/// States are the values of facts of few values, read from pictures by a linear map that learned them from
/// true frames; where no fact can be read so, groups of frames that look alike.
package enum StateShares {
  /// The shares of one state.
  package struct Share: Hashable, Sendable {
    /// What it is, such as `hasKey = 1`.
    package var state: String
    /// Of true frames, as read.
    package var frames: Double
    /// Of reconstructions.
    package var reconstructions: Double
    /// Of draws.
    package var draws: Double

    /// Names shares.
    package init(_ state: String, frames: Double, reconstructions: Double, draws: Double) {
      self.state = state
      (self.frames, self.reconstructions, self.draws) = (frames, reconstructions, draws)
    }
  }

  private static let mostLevels = 16
  private static let leastReadable = 0.9
  /// Groups of frames that look alike, where there are no facts.
  static let groups = 12

  /// Frames to read from, by kind.
  package struct Pictures {
    /// To learn from.
    let fit: SampleSet
    /// Held out.
    let frames: SampleSet
    /// What is made of the latter.
    let reconstructions: SampleSet
    /// Decoded draws from the prior.
    let draws: SampleSet
  }

  /// By facts of few values; empty where none can be read.
  ///
  /// - Parameter facts: of the frames to learn from, then of those held out.
  static func byFacts(_ facts: [CodedFactors.Factor], _ pictures: Pictures) -> [Share] {
    facts.flatMap { fact -> [Share] in
      let count = pictures.fit.count
      let rows = (0..<count).filter { fact.values[$0].isFinite }
      let levels = Set(rows.map { fact.values[$0] }).sorted()
      guard (2...mostLevels).contains(levels.count), rows.count >= 100 else { return [] }
      let reader = LinearReader(
        pictures.fit.rows(rows),
        targets: rows.flatMap { row in levels.map { fact.values[row] == $0 ? 1 : 0 } })
      func read(_ set: SampleSet) -> [Int] {
        let scores = reader.read(set)
        return (0..<set.count).map { row in
          levels.indices.max {
            scores[row * levels.count + $0] < scores[row * levels.count + $1]
          } ?? 0
        }
      }
      let shown = read(pictures.frames)
      let judged = shown.indices.filter { fact.values[count + $0].isFinite }
      let right = judged.count { levels[shown[$0]] == fact.values[count + $0] }
      guard judged.count >= 50, Double(right) >= leastReadable * Double(judged.count) else {
        return []
      }
      return shares(
        levels.map { "\(fact.name) = \(Double($0).inWords)" }, shown,
        read(pictures.reconstructions), read(pictures.draws))
    }
  }

  /// By groups of frames that look alike: each picture is of the group whose mean is nearest.
  static func byLooks(_ pictures: Pictures, using means: GroupMeans) -> [Share] {
    shares(
      (0..<means.means.count).map { "group \($0 + 1)" }, means.groups(of: pictures.frames),
      means.groups(of: pictures.reconstructions),
      means.groups(of: pictures.draws))
  }

  private static func shares(
    _ names: [String], _ frames: [Int], _ reconstructions: [Int], _ draws: [Int]
  ) -> [Share] {
    func share(_ groups: [Int], _ place: Int) -> Double {
      Double(groups.count { $0 == place }) / Double(max(1, groups.count))
    }
    return names.enumerated().map { place, name in
      Share(
        name, frames: share(frames, place), reconstructions: share(reconstructions, place),
        draws: share(draws, place))
    }
  }
}
