import Experiments
import Files
import LongWork
import Settings
import Viewer

/// How all commands open their windows.
enum SceneWindow {
  /// The loop of a scene, which tells its keys once a window is there.
  ///
  /// - Parameters:
  ///   - command: the command as typed: its name, and what is shown.
  ///   - savePrefix: where what is recorded in the window goes, the file's number following.
  ///   - scale: magnification of the text; nil for what suits the window.
  static func loop<S: Scene>(
    _ scene: S, command: [String], savePrefix: String, scale: Int? = nil
  ) -> InteractiveLoop<S> {
    Interruption.catchSignals(saves: false)
    var settings = LoopSettings()
    settings.title = ([ShellCommand.name] + command).joined(separator: " ")
    settings.savePrefix = savePrefix
    settings.scale = scale
    settings.notify = { StandardStream.output.tell($0 + "\n") }
    settings.shouldStop = { Interruption.isRequested }
    let keys = InteractiveLoop(scene, settings: settings).keyMap.text
    settings.opened = {
      StandardStream.output.tell(keys + "\n  saved files: \(savePrefix)-N\n")
    }
    return InteractiveLoop(scene, settings: settings)
  }

  /// Throws where there is no display, saying what to do without one.
  static func requireDisplay(command: [String], otherwise: String) throws {
    guard Display.isAvailable else {
      throw ExperimentError(
        place: ShellCommand.text(command), cause: "there is no display to open a window on",
        remedy: otherwise + ", or set DISPLAY or WAYLAND_DISPLAY to one that answers")
    }
  }
}
