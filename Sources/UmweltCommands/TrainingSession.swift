import EnvironmentKit
import Experiments
import Files
import Foundation
import LongWork
import Pictures
import Ranks
import Settings
import Synchronization
import Threads
import Viewer

/// Runs an experiment, beside a window where one is wanted.
struct TrainingSession {
  let configuration: RunConfiguration
  let folder: RunFolder
  /// What was typed after the program's name, such as `run`.
  let command: String
  let showsWindow: Bool
  /// Runs the experiment, before somebody who looks on; gives its results as lines of text.
  let experiment: @Sendable ((any RunObserver)?) throws -> [String]

  /// Runs to the end; a closed window does not stop the training, and an open one stays at the end for
  /// a person at a terminal.
  func run() throws {
    guard showsWindow else {
      let lines = try experiment(nil)
      if Job.ranks.isLeader { report(lines) }
      return
    }
    guard Display.isAvailable else {
      throw ExperimentError(
        place: ShellCommand.text(command.split(separator: " ").map(String.init) + ["--window"]),
        cause: "there is no display to open a window on",
        remedy: "leave --window out (pictures appear in the run folder's media), or set DISPLAY")
    }
    try runBesideWindow()
  }

  private func report(_ lines: [String]) {
    let path = folder.url.relativePath
    let watching =
      configuration.hasWorld
      ? ["watch it: \(ShellCommand.text("watch", path))"]
      : configuration.isOfEpisodes ? ["dream it: \(ShellCommand.text("dream", path))"] : []
    printKept(lines + ["", "report:   \(path)/report.html"] + watching)
  }

  private func runBesideWindow() throws {
    let observer = WindowObserver()
    let outcome = Mutex<Result<Void, any Error>?>(nil)
    let done = DispatchSemaphore(value: 0)
    let work: @Sendable () -> Void = {
      prepareThreadForKernels()
      let result = Result { report(try experiment(observer)) }
      outcome.withLock { $0 = result }
      observer.snapshots.finish()
      done.signal()
    }
    let thread = Thread(block: work)
    thread.stackSize = 64 << 20
    thread.start()
    do {
      // What went wrong, or a Ctrl-C, is said when the window has gone.
      try showWindow(observer) {
        if case .failure = outcome.withLock({ $0 }) { return true }
        return Interruption.isRequested
      }
    } catch {
      StandardStream.error.tell("the window is gone (\(error)); the training goes on\n")
    }
    done.wait()
    try outcome.withLock { $0 }?.get()
  }

  private func showWindow(
    _ observer: WindowObserver, until shouldStop: @escaping @Sendable () -> Bool
  ) throws {
    let title =
      "\(configuration.subject), preset \(configuration.preset), seed \(configuration.seed)"
    let scene = MonitorScene(
      observer.snapshots, initial: RunSnapshot(configuration), stays: isatty(STDOUT_FILENO) == 1
    ) { snapshot, room in
      let panel = TrainingPanel(snapshot, header: title)
      return room.map { panel.frame(in: $0) } ?? panel.frame(scale: 2)
    }
    var settings = LoopSettings()
    settings.title = "\(ShellCommand.name) \(command)"
    settings.shouldStop = shouldStop
    var loop = InteractiveLoop(scene, settings: settings)
    StandardStream.output.tell(loop.keyMap.text + "\n")
    try loop.run()
  }
}

/// Hands snapshots of a run to the window's thread.
private final class WindowObserver: RunObserver {
  let snapshots = LatestValue<RunSnapshot>()

  var wantsSnapshot: Bool { snapshots.isWanted }

  func receive(_ snapshot: RunSnapshot) { snapshots.publish(snapshot) }
}
