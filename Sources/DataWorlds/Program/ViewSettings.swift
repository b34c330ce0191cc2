/// How the agent sees the world.
struct ViewSettings: Sendable {
  enum Symbols: String, Sendable, CaseIterable {
    case layers, minigrid
  }
  /// Cells a side of the largest square that is seen.
  static let largest = 15
  /// Cells a side of what is seen before the agent; 0 shows the whole map.
  var size = 0
  var isOccluded = false
  var symbols = Symbols.layers
  /// Whether the direction is part of the observation.
  var showsDirection = false
  /// Whether what the agent holds is part of the observation.
  var showsHand = false
  /// Variables that are part of the observation, a byte each.
  var variables: [Int] = []
}
