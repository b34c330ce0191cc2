import EnvironmentKit
import Foundation
import Synchronization

/// Workers that nobody uses at present: starting Python and importing Gymnasium takes a second.
enum WorkerPool {
  private static let idle = Mutex<[Idle]>([])
  private static let most = 64

  /// A worker on its way from one thread to another, never in two hands at a time.
  private struct Idle: @unchecked Sendable {
    let worker: WorkerProcess
  }

  /// Has idle workers end by themselves when this process does: what they were told before, such as to close
  /// environments that write a film, is done first.
  private static let endsAtExit: Void = {
    atexit {
      let workers = WorkerPool.idle.withLock { workers in
        defer { workers = [] }
        return workers
      }
      for idle in workers { idle.worker.hangUp() }
      for idle in workers { idle.worker.end(gracefully: true) }
    }
  }()

  /// So many workers that run a Python: those that are there, and new ones, which start together.
  static func take(_ count: Int, _ python: String) throws(EnvironmentError) -> [WorkerProcess] {
    var taken = idle.withLock { workers -> [Idle] in
      let found = workers.filter { $0.worker.python == python }.prefix(count)
      workers.removeAll { idle in found.contains { $0.worker === idle.worker } }
      return Array(found)
    }.map(\.worker)
    var new: [WorkerProcess] = []
    while taken.count + new.count < count { new.append(try WorkerProcess(python: python)) }
    for worker in new { try worker.greet() }
    taken += new
    return taken
  }

  /// Gives a worker back that waits for a request; its environments are closed.
  static func giveBack(_ worker: WorkerProcess) {
    worker.tell(["close": true])
    _ = endsAtExit
    let kept = Idle(worker: worker)
    idle.withLock { if $0.count < most { $0.append(kept) } }
  }
}
