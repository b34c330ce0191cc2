import EnvironmentKit
import Experiments
import Files
import Foundation
import Pictures
import Synchronization
import Threads
import Viewer

/// Runs an experiment, beside a window where one is wanted.
struct TrainingSession {
  let configuration: RunConfiguration
  let entry: CatalogEntry
  let folder: RunFolder
  let showsWindow: Bool

  /// Runs to the end; a closed window does not stop the training.
  func run() throws {
    guard showsWindow else { return report(try experiment(nil).run()) }
    guard Display.isAvailable else {
      throw ExperimentError(
        place: "umwelt run --window", cause: "there is no display to open a window on",
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
        "", "report:   \(folder.reportFile.path)",
        "watch it: umwelt watch \(folder.url.relativePath)",
      ])
  }

  private func runBesideWindow() throws {
    let observer = WindowObserver()
    let outcome = Mutex<Result<[String], any Error>?>(nil)
    let done = DispatchSemaphore(value: 0)
    let work: @Sendable () -> Void = {
      prepareThreadForKernels()
      let result = Result { try experiment(observer).run() }
      outcome.withLock { $0 = result }
      observer.snapshots.finish()
      done.signal()
    }
    let thread = Thread(block: work)
    thread.stackSize = 64 << 20
    thread.start()
    do {
      try showWindow(observer)
    } catch {
      StandardStream.error.tell("the window is gone (\(error)); the training goes on\n")
    }
    done.wait()
    if let result = outcome.withLock({ $0 }) { report(try result.get()) }
  }

  private func showWindow(_ observer: WindowObserver) throws {
    let title =
      "\(configuration.world), preset \(configuration.preset), seed \(configuration.seed)"
    let scene = MonitorScene(
      observer.snapshots, initial: RunSnapshot(configuration), stays: true
    ) { snapshot, room in
      let panel = TrainingPanel(snapshot, header: title)
      return room.map { panel.frame(in: $0) } ?? panel.frame(scale: 2)
    }
    var settings = LoopSettings()
    settings.title = "umwelt run"
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
