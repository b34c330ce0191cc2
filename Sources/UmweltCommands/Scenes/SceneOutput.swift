import ArgumentParser
import Experiments
import Foundation
import LongWork
import Settings
import Viewer

/// Where a scene goes: a window, or a file without one.
struct SceneOutput: ParsableArguments {
  @Option(help: "Draw this many frames without a window; needs --save.")
  var frames: Int?

  @Option(
    help: ArgumentHelp("File for the frames: .gif for all, .png for the last.", valueName: "file"))
  var save: String?

  @Option(
    help: "Whole magnification of the text, 1 to 16; default: what suits the window, 1 in files.")
  var scale: Int?

  /// Whether the frames go to a file, not to a window.
  var isFile: Bool { frames != nil || save != nil }

  /// Asks whether the options make sense together, before anything slow is done.
  func check() throws {
    if let scale, !(1...16).contains(scale) {
      throw ExperimentError(
        .usage, place: "--scale \(scale)", cause: "out of range", remedy: "give 1 to 16")
    }
    if isFile { _ = try file() }
  }

  /// Asks whether a window can be opened, where one is asked for: to be called before anything slow is done.
  ///
  /// - Parameter command: the command as typed: its name, and what is shown.
  func checkDisplay(_ command: [String]) throws {
    guard !isFile else { return }
    try SceneWindow.requireDisplay(
      command: command, otherwise: "give --frames 200 --save \(command[0]).gif")
  }

  /// Shows a scene.
  ///
  /// - Parameters:
  ///   - scene: what to show.
  ///   - command: the command as typed: its name, and what is shown.
  ///   - savePrefix: where what is recorded in the window goes, the file's number following.
  func show(
    _ scene: some Scene, command: [String], savePrefix: String
  ) throws {
    try check()
    var loop = SceneWindow.loop(scene, command: command, savePrefix: savePrefix, scale: scale)
    if isFile { return try write(&loop, framesPerSecond: scene.stepsPerSecond) }
    try checkDisplay(command)
    try loop.run()
  }

  private func write(_ loop: inout InteractiveLoop<some Scene>, framesPerSecond: Double) throws {
    let (save, frames) = try file()
    let sink = try FrameSink(path: save, framesPerSecond: min(50, framesPerSecond))
    try loop.run(frames: frames, into: sink)
    guard !Interruption.isRequested else {
      throw ExperimentError(
        .interrupted, place: "stopped",
        cause: "\(save) holds the first \(loop.steps + 1) of \(frames) frames",
        remedy: "give the same command again for all")
    }
    print("wrote \(save)")
  }

  private func file() throws -> (save: String, frames: Int) {
    guard let save, let frames, (1...1_000_000).contains(frames) else {
      throw ExperimentError(
        .usage, place: "--frames, --save", cause: "one without the other, or frames below 1",
        remedy: "give both, such as --frames 200 --save out.gif")
    }
    let kind = (save as NSString).pathExtension.lowercased()
    guard kind == "gif" || kind == "png" else {
      throw ExperimentError(
        .usage, place: "--save \(save)", cause: "the name ends neither in .gif nor in .png",
        remedy: "give a name such as out.gif")
    }
    return (save, frames)
  }
}
