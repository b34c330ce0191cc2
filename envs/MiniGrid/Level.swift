import EnvironmentKit
import Randomness

extension MiniGrid {
  /// All that changes in a world: the grid, the agent, and the random stream.
  package struct Level: Sendable {
    package var grid: Grid
    package var random: RandomStream
    /// Outside the grid until the agent is placed.
    package var agent = Point(-1, -1)
    package var direction = Direction.right
    /// What the agent holds; `.empty` for nothing.
    package var carried = Cell.empty
    package var stepCount = 0
    /// Steps after which the episode is truncated.
    package var maximumSteps: Int
    /// Whether walls and doors hide nothing.
    package var seesThroughWalls: Bool

    package init(width: Int, height: Int, maximumSteps: Int, seesThroughWalls: Bool) {
      grid = Grid(width: width, height: height)
      random = RandomStream(seed: 0)
      self.maximumSteps = maximumSteps
      self.seesThroughWalls = seesThroughWalls
    }

    /// The place before the agent's feet.
    package var front: Point { agent + direction.vector }

    /// What success is worth now: 1 at once, 0.1 at the last step.
    package var successReward: Double {
      1 - 0.9 * (Double(stepCount) / Double(maximumSteps))
    }

    /// Ends a step in success.
    package func succeed(_ step: inout Step) {
      step.reward = Float(successReward)
      step.terminated = true
    }

    /// Makes ready for a new episode, keeping the random stream.
    package mutating func clear() {
      grid.clear()
      agent = Point(-1, -1)
      direction = .right
      carried = .empty
      stepCount = 0
    }
  }
}

extension MiniGrid.Level {
  /// Draws an integer.
  package mutating func integer(_ low: Int, _ high: Int) -> Int {
    random.integers(in: low..<high)
  }

  /// Draws an element.
  package mutating func element<Element>(_ elements: [Element]) -> Element {
    random.choice(elements)
  }

  /// Draws one of two.
  package mutating func either<Element>(_ first: Element, _ second: Element) -> Element {
    integer(0, 2) == 0 ? first : second
  }

  /// Draws a colour.
  package mutating func paint() -> MiniGrid.Paint {
    random.choice(MiniGrid.Paint.alphabetical)
  }

  /// Draws one of the colours that are left, and takes it from them.
  ///
  /// - Parameter left: the colours to draw from, in the order of their names; at least one.
  package mutating func paint(from left: inout MiniGrid.PaintSet) -> MiniGrid.Paint {
    var skipped = integer(0, left.count)
    for paint in MiniGrid.Paint.alphabetical where left.contains(paint) {
      if skipped == 0 {
        left.remove(paint)
        return paint
      }
      skipped -= 1
    }
    return .grey
  }

  /// Draws a thing of one of the first kinds of key, ball, box: first its kind, then its colour.
  package mutating func thing(kinds: Int) -> MiniGrid.Cell {
    let kind: MiniGrid.Kind =
      switch integer(0, kinds) {
      case 0: .key
      case 1: .ball
      default: .box
      }
    return MiniGrid.Cell(kind, paint())
  }

  /// Draws a free place by trying again, and puts something there.
  ///
  /// - Parameters:
  ///   - cell: what to put; `.empty` only finds the place.
  ///   - area: where to try, cut to the grid at its right and lower edge; nil means everywhere.
  ///   - tries: places to try, one more than the library's `max_tries`; without a limit there must be a
  ///     free one.
  ///   - isRefused: places not to be taken although free.
  /// - Returns: the place, or nil where none was found.
  @discardableResult
  package mutating func place(
    _ cell: MiniGrid.Cell, in area: MiniGrid.Area? = nil, tries: Int = .max,
    unless isRefused: (MiniGrid.Level, MiniGrid.Point) -> Bool = { _, _ in false }
  ) -> MiniGrid.Point? {
    let area = area ?? MiniGrid.Area(width: grid.width, height: grid.height)
    let (left, top) = (max(area.origin.x, 0), max(area.origin.y, 0))
    for _ in 0..<tries {
      let x = integer(left, min(left + area.width, grid.width))
      let y = integer(top, min(top + area.height, grid.height))
      let point = MiniGrid.Point(x, y)
      guard grid[point].kind == .empty, point != agent, !isRefused(self, point) else { continue }
      grid[point] = cell
      return point
    }
    return nil
  }

  /// Draws a free place for the agent, and where it looks.
  package mutating func placeAgent(in area: MiniGrid.Area? = nil) {
    agent = MiniGrid.Point(-1, -1)
    guard let found = place(.empty, in: area) else { return }
    agent = found
    direction = MiniGrid.Direction(rawValue: UInt8(integer(0, 4))) ?? .right
  }
}
