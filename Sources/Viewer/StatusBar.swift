import EnvironmentKit
import Pictures

/// The line below a window's picture: what was done or how to find the keys; pause, recording, speed.
struct StatusBar {
  /// What happened last; empty shows `hint`.
  var message = ""
  /// How to find the keys.
  var hint = ""
  /// Paused, recording, speed; empty for none.
  var badge = ""
  let scale: Int

  /// The magnification that suits a window.
  static func scale(in size: (width: Int, height: Int), fixed: Int?) -> Int {
    PictureRoom(width: size.width, height: size.height, scale: fixed)
      .textScale(forWidth: 300, height: 300)
  }

  /// Rows at a magnification.
  static func height(scale: Int) -> Int { 15 * scale }

  func draw(on canvas: Canvas) {
    let bar = Area(
      x: 0, y: canvas.height - Self.height(scale: scale), width: canvas.width,
      height: Self.height(scale: scale))
    canvas.fill(bar, Theme.panel)
    canvas.fillRectangle(x: 0, y: bar.y, width: bar.width, height: scale, Theme.border)
    let top = bar.y + 5 * scale
    var room = canvas.width - 20 * scale
    if !badge.isEmpty {
      let width = Font.width(of: badge, scale: scale) + 8 * scale
      let box = Area(
        x: bar.right - width, y: bar.y + scale, width: width, height: bar.height - scale)
      canvas.fill(box, Theme.warning)
      canvas.write(badge, x: box.x + 4 * scale, y: top, Theme.onAccent, scale: scale)
      room -= width
    }
    let text = message.isEmpty ? hint : message
    // A long name of a file rather gets smaller than cut.
    let fitting = (1...scale).last { Font.width(of: text, scale: $0) <= room } ?? 1
    canvas.write(
      text, x: 10 * scale, y: top + (scale - fitting) * Font.capitalHeight / 2,
      message.isEmpty ? Theme.secondary : Theme.accent, scale: fitting, limit: max(0, room))
  }
}
