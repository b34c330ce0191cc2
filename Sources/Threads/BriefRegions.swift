import CKernels
import Synchronization

/// Parallel regions of some microseconds, which pay only while another processor is free at once.
///
/// Where the machine is busy, the region waits for a thread that has no processor, a thousand times longer
/// than its work takes. After such a wait, longer than the caller's own work, the next regions run on their caller
/// alone. This decides about time only: work that is shared out must have the same bits on any number of threads.
package final class BriefRegions: Sendable {
  /// The program's: a processor that one region missed is missing for the others too.
  package static let shared = BriefRegions()

  private let regionsAlone = Atomic<Int>(0)
  private static let longWait = Duration.milliseconds(1)
  private static let pause = 2000

  /// Creates a judge of its own.
  package init() {}

  /// Runs a region with as many threads as are of use now: `threads`, or one.
  ///
  /// - Parameter region: runs the work on the number of threads that it is given.
  package func run(
    threads: Int = ThreadCount.current, _ region: (_ threads: Int) -> Void
  ) {
    guard threads > 1 else { return region(1) }
    if regionsAlone.load(ordering: .relaxed) > 0 {
      regionsAlone.subtract(1, ordering: .relaxed)
      return region(1)
    }
    let clock = ContinuousClock()
    let (start, before) = (clock.now, umwelt_waited())
    region(threads)
    let waited = Duration.nanoseconds(umwelt_waited() - before)
    guard waited > Self.longWait, waited > clock.now - start - waited else { return }
    regionsAlone.store(Self.pause, ordering: .relaxed)
  }
}
