import EnvironmentKit
import Experiments
import FinishedRuns
import Pictures
import Viewer

/// Sliders on the latents of a run beside what V decodes from them.
package struct ExploreScene: Scene {
  package let stepsPerSecond = 20.0

  package let keys = KeyMap([
    KeyMap.Binding(.up, .down, meaning: "choose a latent"),
    KeyMap.Binding(.pageUp, .pageDown, meaning: "ten latents on"),
    KeyMap.Binding(.home, .end, meaning: "most, least KL"),
    KeyMap.Binding(.tab, meaning: "from latents to facts, and back"),
    KeyMap.Binding(
      .left, .right, meaning: "move it by 0.1, a code by 1; with shift five times as far"),
    KeyMap.Binding(.backspace, meaning: "put it back"),
    KeyMap.Binding(.zero, meaning: "put it to 0"),
    KeyMap.Binding(.r, meaning: "start from a draw from the prior"),
    KeyMap.Binding(.r, isShifted: true, meaning: "start from a draw from the standard normal"),
    KeyMap.Binding(.z, .enter, meaning: "start from zeros"),
    KeyMap.Binding(.f, meaning: "start from another held-out frame"),
    KeyMap.Binding(.f, isShifted: true, meaning: "start from the one before"),
    KeyMap.Binding(.s, meaning: "sweep all latents, or stop"),
  ])

  private static let (step, codeStep): (Float, Float) = (0.1, 1)
  private static let stepsWithShift: Float = 5

  private let explorer: LatentExplorer
  /// The place of the chosen latent in the order.
  package private(set) var chosen = 0
  private var isSweeping: Bool
  private var dragged: Int?
  private var room = ExplorePanel.ownRoom

  /// Starts from a held-out frame.
  ///
  /// - Parameters:
  ///   - explorer: the latent space.
  ///   - sweeps: whether the latents move by themselves, one after the other.
  package init(_ explorer: LatentExplorer, sweeps: Bool) {
    self.explorer = explorer
    isSweeping = sweeps
    explorer.startFromFrame(movingBy: 0)
  }

  package mutating func advance(_ input: SceneInput) {
    if isSweeping { chosen = explorer.advanceSweep() }
  }

  package mutating func press(_ press: KeyPress) -> Bool {
    switch press.key {
    case .s: isSweeping ? stopSweep() : startSweep()
    case .f: press.isShifted ? explorer.startFromFrameBefore() : explorer.startFromUnlikeFrame()
    default:
      stopSweep()
      return move(press)
    }
    return true
  }

  private mutating func move(_ press: KeyPress) -> Bool {
    let steps = press.isShifted ? Self.stepsWithShift : 1
    switch press.key {
    case .up: choose(chosen - 1)
    case .down: choose(chosen + 1)
    case .pageUp: choose(chosen - 10)
    case .pageDown: choose(chosen + 10)
    case .home: choose(0)
    case .end: choose(Int.max)
    case .tab: switchList()
    case .left: move(by: -steps)
    case .right: move(by: steps)
    case .backspace: explorer.restore(chosen)
    case .zero: explorer.set(0, at: chosen)
    case .r: explorer.startFromPrior(isStandard: press.isShifted)
    case .z, .enter: explorer.startFromZeros()
    default: return false
    }
    return true
  }

  package mutating func point(at place: PointerPlace?) -> Bool {
    guard let place else {
      dragged = nil
      return false
    }
    let panel = explorer.panel(chosen: chosen)
    guard let slider = dragged ?? panel.slider(atX: place.x, y: place.y, in: room)?.index else {
      return false
    }
    if dragged == nil {
      stopSweep()
      chosen = slider
      dragged = slider
    }
    explorer.set(Float(panel.value(atX: place.x, in: room)), at: slider)
    return true
  }

  package mutating func frame() -> Frame { frame(in: ExplorePanel.ownRoom) }

  package mutating func frame(in room: PictureRoom) -> Frame {
    self.room = room
    return explorer.panel(chosen: chosen, notice: isSweeping ? "sweep" : "").frame(in: room)
  }

  /// Chooses a slider of the list that the last one was of: latents, or facts.
  private mutating func choose(_ place: Int) {
    let latents = explorer.dimensions.count
    let list = chosen < latents ? 0..<latents : latents..<latents + explorer.factCount
    chosen = min(list.upperBound - 1, max(list.lowerBound, place))
  }

  private mutating func switchList() {
    let latents = explorer.dimensions.count
    guard explorer.factCount > 0 else { return }
    chosen = chosen < latents ? latents : 0
  }

  private func move(by steps: Float) {
    let step = explorer.isCoded ? Self.codeStep : Self.step
    // A tenth is no sum of floats: the value is put on the grid of the step.
    let moved = explorer.value(at: chosen) / step + steps
    explorer.set(moved.rounded() * step, at: chosen)
  }

  private mutating func startSweep() {
    explorer.restartSweep()
    isSweeping = true
  }

  /// Ends the sweep where there is one; its latent goes back to its start.
  private mutating func stopSweep() {
    if isSweeping { explorer.restore(chosen) }
    isSweeping = false
  }
}
