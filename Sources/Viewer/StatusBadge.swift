import EnvironmentKit
import Glibc
import Pictures

/// A word in the corner of the window: paused, recording, speed.
struct StatusBadge {
  let text: String

  func draw(on canvas: Canvas) {
    guard !text.isEmpty else { return }
    let width = min(canvas.width, Font.width(of: text) + 10)
    let box = Area(x: canvas.width - width - 2, y: canvas.height - 16, width: width, height: 14)
    canvas.fill(box, Theme.warning)
    canvas.write(text, x: box.x + 5, y: box.y + 4, Theme.onAccent, limit: width - 8)
  }
}

extension InteractiveLoop {
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
