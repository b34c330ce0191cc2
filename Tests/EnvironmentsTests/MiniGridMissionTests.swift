import EnvironmentKit
import MiniGridWorlds
import Testing

@Suite("MiniGrid's missions as numbers")
struct MiniGridMissionTests {
  static let entries = MiniGridFamilies.listings.map(\.entry)
  static let varied = entries.filter { $0.observations.contains(.oneHotMission) }

  private static let paints = ["red", "green", "blue", "purple", "yellow", "grey"]
  private static let things = ["key", "ball", "box"]

  /// What may stand in the places of a family's mission that vary, by the library's `MissionSpace`; colours and things
  /// in the order of their numbers.
  private static let places: [String: [[String]]] = [
    "MiniGrid-GoToDoor": [paints], "MiniGrid-GoToObject": [paints, things],
    "MiniGrid-Fetch": [
      ["get a", "go get a", "fetch a", "go fetch a", "you must fetch a"], paints, ["key", "ball"],
    ],
    "MiniGrid-PutNear": [paints, things, paints, things],
    "MiniGrid-LockedRoom": [paints, paints, paints],
    "MiniGrid-UnlockPickup": [paints], "MiniGrid-BlockedUnlockPickup": [paints],
    "MiniGrid-KeyCorridor": [paints],
  ]

  /// What is seen at the start of an episode, and what is asked in it.
  private func start(
    _ entry: CatalogEntry, _ kind: ObservationKind, seed: UInt64
  ) throws -> (space: ObservationSpace, bytes: [UInt8], mission: String) {
    let batch = entry.batch(kind, count: 1)
    let buffers = batch.makeBuffers()
    try batch.reset(seeds: [seed], mask: nil, into: buffers)
    return (batch.observationSpace, Array(buffers.observation(0)), batch.mission(of: 0))
  }

  @Test("they are offered where missions vary from level to level, and nowhere else")
  func offered() throws {
    for entry in Self.entries {
      let batch = entry.batch(.symbols, count: 1)
      let buffers = batch.makeBuffers()
      var missions = Set<String>()
      for seed in 0..<40 {
        try batch.reset(seeds: [UInt64(seed)], mask: nil, into: buffers)
        missions.insert(batch.mission(of: 0))
      }
      #expect(
        entry.observations.contains(.oneHotMission) == (missions.count > 1),
        "\(entry.id): \(missions)")
    }
    #expect(Set(Self.varied.map(\.family)) == Set(Self.places.keys))
  }

  @Test("one word is marked for each place that varies, that of the mission", arguments: varied)
  func words(entry: CatalogEntry) throws {
    let places = try #require(Self.places[entry.family])
    for seed in 0..<60 {
      let (space, bytes, mission) = try start(entry, .oneHotMission, seed: UInt64(seed))
      let range = try #require(space.range(of: "words"))
      #expect(range.count == places.reduce(0) { $0 + $1.count } && range.upperBound == bytes.count)
      var (first, rest) = (range.lowerBound, mission[...])
      for words in places {
        let marks = bytes[first..<first + words.count]
        #expect(marks.filter { $0 == 1 }.count == 1 && marks.allSatisfy { $0 < 2 }, "\(mission)")
        let word = words[try #require(marks.firstIndex(of: 1)) - first]
        // Words come in the order of their places; a wording begins the mission.
        let found = try #require(rest.firstRange(of: word), "\(mission): \(word)")
        if word.contains(" ") { #expect(found.lowerBound == mission.startIndex, "\(mission)") }
        rest = rest[found.upperBound...]
        first += words.count
      }
    }
  }

  @Test("beside them stands what onehot shows", arguments: varied)
  func besideSymbols(entry: CatalogEntry) throws {
    let plain = try start(entry, .oneHot, seed: 7)
    let both = try start(entry, .oneHotMission, seed: 7)
    #expect(plain.space.fields == Array(both.space.fields.dropLast()))
    #expect(plain.bytes == Array(both.bytes.prefix(plain.bytes.count)))
  }
}
