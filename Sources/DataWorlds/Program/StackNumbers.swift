/// A number for all that a tile can show: which things lie upon each other, the agent, and light.
struct StackNumbers: Sendable {
  /// What a kind adds to the number of a stack.
  let steps: [Int32]
  /// How many numbers there are.
  let count: Int

  /// Tiles that a world may have.
  static let most = 1 << 20
  /// No agent, or one in each of four directions.
  private static let agentLooks = 5

  init(_ kinds: [Kind], layers: Int, agentKind: Int) {
    var steps = [Int32](repeating: 0, count: kinds.count)
    var stride = Self.agentLooks * 2
    for layer in 0..<layers {
      var place = 0
      for kind in kinds.indices where kind > 0 && kind != agentKind && kinds[kind].layer == layer {
        place += 1
        steps[kind] = Int32(clamping: place.multipliedReportingOverflow(by: stride).partialValue)
      }
      stride = min(stride * (place + 1), 1 << 40)
    }
    self.steps = steps
    count = stride
  }
}
