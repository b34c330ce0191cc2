import CKernels
import Synchronization

/// Parallel regions of some microseconds, which pay only while another processor is free at once.
///
/// Where the machine is busy, the region waits for a thread that has no processor, a thousand times longer
/// than its work takes. After such a wait, longer than the caller's own work, regions run on their caller alone for
/// twenty times as long. This decides about time only: work that is shared out must have the same bits on any number
/// of threads.
package final class BriefRegions: Sendable {
  /// The program's: a processor that one region missed is missing for the others too.
  package static let shared = BriefRegions()

  /// When regions cease to run alone, by `umwelt_nanoseconds`.
  private let aloneUntil = Atomic<Int64>(0)
  private static let longWait: Int64 = 1_000_000
  private static let pausePerWait: Int64 = 20

  /// Creates a judge of its own.
  package init() {}

  /// Runs a region with as many threads as are of use now: `threads`, or one.
  ///
  /// - Parameter region: runs the work on the number of threads that it is given.
  package func run(
    threads: Int = ThreadCount.current, _ region: (_ threads: Int) -> Void
  ) {
    guard threads > 1 else { return region(1) }
    let (begun, before) = (umwelt_nanoseconds(), umwelt_waited())
    guard begun >= aloneUntil.load(ordering: .relaxed) else { return region(1) }
    region(threads)
    let waited = umwelt_waited() - before
    guard waited > Self.longWait else { return }
    let ended = umwelt_nanoseconds()
    guard waited > ended - begun - waited else { return }
    aloneUntil.store(ended + Self.pausePerWait * waited, ordering: .relaxed)
  }
}
