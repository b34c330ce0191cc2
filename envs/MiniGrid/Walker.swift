extension MiniGrid {
  /// The agent as slots 0...2 of the facts tell it: what rules on the facts steer.
  struct Walker {
    let agent: Point
    let direction: Direction

    init(_ facts: UnsafeBufferPointer<Float>) {
      agent = Point(Int(facts[0]), Int(facts[1]))
      direction = Direction(rawValue: UInt8(facts[2])) ?? .right
    }

    /// The place before the agent's feet.
    var front: Point { agent + direction.vector }

    /// Goes ahead in a direction, or turns to it.
    func turnOrGo(_ wanted: Direction) -> MiniGridAction {
      if wanted == direction { return .forward }
      return wanted == direction.counterclockwise ? .left : .right
    }

    /// The way to a place, first along its column, then along its row.
    func go(to place: Point) -> MiniGridAction {
      if place.y != agent.y { return turnOrGo(place.y < agent.y ? .up : .down) }
      return turnOrGo(place.x < agent.x ? .left : .right)
    }
  }
}
