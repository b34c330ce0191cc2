import CKernels

/// Work for parallel regions that allocates nothing: an object made once, in place of a closure.
package protocol ParallelWork: AnyObject {
  /// The work of one index; called on any thread of the pool.
  func run(_ index: Int)
}

/// Runs `work` for every index in `0..<count` on the one thread pool, as `parallelFor` runs a closure.
package func parallelFor(
  _ count: Int, threads: Int = ThreadCount.current, work: any ParallelWork
) {
  var work = work
  withUnsafeMutablePointer(to: &work) { pointer in
    umwelt_parallel_for(
      Int64(count), Int32(threads),
      { context, index in
        context?.assumingMemoryBound(to: (any ParallelWork).self).pointee.run(Int(index))
      }, pointer)
  }
}
