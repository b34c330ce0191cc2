import Experiments
import Files
import Foundation
import LongWork
import Ranks
import Synchronization
import Threads

/// The processes of the running job: one, or those that `mpirun` started.
enum Job {
  private static let chosen = Mutex<any Communicator>(SoleProcess())

  /// This process among them.
  static var ranks: any Communicator { chosen.withLock { $0 } }

  /// Where this process tells how far it is: the leader on standard error, the others nowhere.
  static var progress: ProgressReporter { ranks.isLeader ? .standardError() : .silent }

  /// Takes up the processes of the job; each uses its share of the machine's processors.
  static func begin(_ ranks: any Communicator) {
    chosen.withLock { $0 = ranks }
    guard ranks.isShared else { return }
    ThreadCount.current = threads(
      available: ThreadCount.available, online: ProcessInfo.processInfo.processorCount,
      processes: ranks.countHere)
  }

  /// Threads of one of some processes on a machine: its share, unless it was given processors of its own.
  static func threads(available: Int, online: Int, processes: Int) -> Int {
    available < online ? available : max(1, available / processes)
  }

  /// Ends the process, or all of the job where it failed: one of them says why.
  static func end(_ code: Int32, saying text: String = "") -> Never {
    let ranks = ranks
    guard ranks.isShared else {
      StandardStream.error.tell(text)
      exit(code)
    }
    if !ranks.isLeader { waitForLeader(code) }
    StandardStream.error.tell(
      ranks.isLeader ? text : "rank \(ranks.rank) of \(ranks.count): \(text)")
    ranks.abort(code)
  }

  /// Leaves the first word to the leader, who may have found the same: its end ends the others, by a signal.
  private static func waitForLeader(_ code: Int32) {
    let end = ContinuousClock.now + .seconds(3)
    while ContinuousClock.now < end {
      if Interruption.isRequested { exit(code) }
      usleep(10_000)
    }
  }

  /// Ends a process that has done what the others have done too, such as to stop after saving.
  static func endTogether(_ code: Int32, saying text: String = "") -> Never {
    let ranks = ranks
    if ranks.isLeader { StandardStream.error.tell(text) }
    ranks.end()
    exit(ranks.isLeader ? code : 0)
  }
}

/// A command that several processes can run together.
protocol RunsInRanks {}
