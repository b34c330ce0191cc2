import EnvironmentKit
import Experiments
import Files
import Foundation
import Pictures
import Settings
import Synchronization
import Threads
import Viewer

/// Runs an experiment, beside a window where one is wanted.
struct TrainingSession {
  let configuration: RunConfiguration
  let entry: CatalogEntry
  let folder: RunFolder
  let showsWindow: Bool

  /// Runs to the end; a closed window does not stop the training, and an open one stays at the end for
  /// a person at a terminal.
  func run() throws {
    guard showsWindow else { return report(try experiment(nil).run()) }
    guard Display.isAvailable else {
      throw ExperimentError(
        place: ShellCommand.text("run", "--window"),
        cause: "there is no display to open a window on",
        remedy: "leave --window out (pictures appear in the run folder's media), or set DISPLAY")
    }
    try runBesideWindow()
  }

  private func experiment(_ observer: (any RunObserver)?) throws -> Experiment {
    try Experiment(
      configuration, entry: entry, folder: folder, progress: .standardError(),
      observer: observer)
  }

  private func report(_ lines: [String]) {
    printKept(
      lines + [
        "", "report:   \(folder.url.relativePath)/report.html",
        "watch it: \(ShellCommand.text("watch", folder.url.relativePath))",
      ])
  }

  private func runBesideWindow() throws {
    let observer = WindowObserver()
    let outcome = Mutex<Result<Void, any Error>?>(nil)
    let done = DispatchSemaphore(value: 0)
    let work: @Sendable () -> Void = {
      prepareThreadForKernels()
      let result = Result { report(try experiment(observer).run()) }
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
      "\(configuration.world), preset \(configuration.preset), seed \(configuration.seed)"
    let scene = MonitorScene(
      observer.snapshots, initial: RunSnapshot(configuration), stays: isatty(STDOUT_FILENO) == 1
    ) { snapshot, room in
      let panel = TrainingPanel(snapshot, header: title)
      return room.map { panel.frame(in: $0) } ?? panel.frame(scale: 2)
    }
    var settings = LoopSettings()
    settings.title = "\(ShellCommand.name) run"
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
