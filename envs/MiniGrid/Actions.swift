import EnvironmentKit

/// What MiniGrid's agent may do, with the library's numbers.
public enum MiniGridAction: Int32, DiscreteAction {
  /// Turn a quarter to the left.
  case left
  /// Turn a quarter to the right.
  case right
  /// Step into the cell ahead, where it can be entered.
  case forward
  /// Pick up what lies ahead, with empty hands.
  case pickup
  /// Put down what is carried into the empty cell ahead.
  case drop
  /// Open, close or unlock the door ahead; open the box ahead.
  case toggle
  /// Declare the task done: does nothing in most worlds.
  case done
}

extension MiniGrid.Level {
  /// Acts once by the rules common to all families.
  ///
  /// - Returns: the reward, and whether the goal or lava was entered.
  package mutating func act(_ action: MiniGridAction) -> (reward: Double, terminated: Bool) {
    stepCount += 1
    switch action {
    case .left: direction = direction.counterclockwise
    case .right: direction = direction.clockwise
    case .forward: return moveForward()
    case .pickup: pickUp()
    case .drop: drop()
    case .toggle:
      guard grid.contains(front) else { break }
      grid[front] = grid[front].toggled(holding: carried)
    case .done: break
    }
    return (0, false)
  }

  private mutating func moveForward() -> (reward: Double, terminated: Bool) {
    let ahead = grid[front]
    if ahead.canBeEntered { agent = front }
    switch ahead.kind {
    case .goal: return (successReward, true)
    case .lava: return (0, true)
    default: return (0, false)
    }
  }

  private mutating func pickUp() {
    let ahead = grid[front]
    guard ahead.canBePickedUp, carried.kind == .empty else { return }
    carried = ahead
    grid[front] = .empty
  }

  private mutating func drop() {
    guard grid[front].kind == .empty, carried.kind != .empty else { return }
    grid[front] = carried
    carried = .empty
  }
}
