import EnvironmentKit
import Glibc
import Viewer

/// An example of a scene: a dot that wanders to the right, faster while `right` is held.
struct DotScene: Scene {
  var stepsPerSecond = 20.0
  var waitsForKey = false
  var isFinished = false
  var position = 0
  var inputs: [SceneInput] = []
  var commands: [SceneCommand] = []
  let supportedCommands = SceneCommand.allCases

  var keys = KeyMap([
    KeyMap.Binding(.right, meaning: "faster"), KeyMap.Binding(.p, meaning: "own use of P"),
  ])

  mutating func advance(_ input: SceneInput) {
    position += input.isDown(.right) ? 3 : 1
    inputs.append(input)
  }

  mutating func perform(_ command: SceneCommand) {
    commands.append(command)
    if command == .reset { position = 0 }
  }

  func frame() -> Frame {
    var frame = Frame(width: 48, height: 32, filledWith: Color(20, 30, 40))
    frame[position % 48, 16] = .white
    frame[47 - position % 48, 5] = Color(200, 90, UInt8(position % 200))
    return frame
  }
}

/// A surface without SDL: keys come at given moments, and time passes only in waiting.
final class ScriptedSurface: LoopSurface {
  var isVisible = true
  private(set) var shown: [Frame] = []
  private(set) var waits: [Double] = []
  private var time = 100.0
  private var script: [(time: Double, event: WindowEvent)]
  /// Seconds that showing a picture takes.
  var drawingTime = 0.0

  /// Events by the seconds after the start at which they come.
  init(_ script: [(Double, WindowEvent)] = []) {
    self.script = script.map { ($0.0 + 100, $0.1) }
  }

  func now() -> Double { time }

  func show(_ frame: Frame) {
    shown.append(frame)
    time += drawingTime
  }

  func events(waitingUpTo seconds: Double) -> [WindowEvent] {
    waits.append(seconds)
    let next = script.first?.time ?? .infinity
    time = max(time, min(time + seconds, next))
    let due = script.prefix { $0.time <= time }.map(\.event)
    script.removeFirst(due.count)
    return due
  }
}

/// A new folder that goes away with its owner.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/umwelt-viewer-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failure.noFolder }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    for name in ["a.gif", "a.png", "b.gif", "shot-1.png", "shot-1.gif", "shot-2.gif"] {
      unlink("\(path)/\(name)")
    }
    rmdir(path)
  }

  /// Removes files and folders of other names.
  func remove(_ names: [String], folders: [String] = []) {
    for name in names { unlink("\(path)/\(name)") }
    for name in folders { rmdir("\(path)/\(name)") }
  }

  enum Failure: Error { case noFolder }
}
