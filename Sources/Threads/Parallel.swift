import CKernels
import Synchronization

/// How many threads the process uses for parallel regions: a setting of speed, never of results.
public enum ThreadCount {
  private static let setting = Atomic<Int>(0)

  /// The number of threads in use, at least 1.
  ///
  /// Defaults to the processors this process may use.
  public static var current: Int {
    get {
      let value = setting.load(ordering: .relaxed)
      return value > 0 ? value : available
    }
    set {
      precondition(newValue >= 1, "ThreadCount.current: \(newValue) given; give 1 or more")
      setting.store(newValue, ordering: .relaxed)
    }
  }

  /// The number of processors this process may use.
  public static var available: Int { Int(umwelt_processor_count()) }
}

/// Makes the calling thread ready for numeric work: one-thread oneDNN, denormals flushed to zero.
///
/// The program calls this once on every thread that it starts itself; threads of the pool are ready.
public func prepareThreadForKernels() {
  umwelt_prepare_thread()
}

/// Runs `body` for every index in `0..<count` on the one thread pool, and returns when all are done.
///
/// Indices are handed out one by one; give chunks, not elements. A nested call runs on its caller.
///
/// - Parameters:
///   - count: number of indices, 0 or more.
///   - threads: upper bound for the threads taken; the process-wide setting by default.
///   - body: work of one index. It must write only what belongs to its index, so that the result
///     does not depend on the thread count.
public func parallelFor(
  _ count: Int, threads: Int = ThreadCount.current, _ body: (Int) -> Void
) {
  withoutActuallyEscaping(body) { escapable in
    var box = ParallelBody(run: escapable)
    withUnsafeMutablePointer(to: &box) { pointer in
      umwelt_parallel_for(
        Int64(count), Int32(threads),
        { context, index in
          context?.assumingMemoryBound(to: ParallelBody.self).pointee.run(Int(index))
        }, pointer)
    }
  }
}

/// The closure as the C entry carries it.
private struct ParallelBody {
  let run: (Int) -> Void
}
