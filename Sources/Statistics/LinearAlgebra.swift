import CLAPACK
import Synchronization

/// The one door to BLAS and LAPACK, on the calling thread.
///
/// The serial OpenBLAS hands out its work memory without a lock, so that two threads inside it at once
/// give wrong numbers: one lock of our own stands before every call.
enum LinearAlgebra {
  private static let library = Mutex<Bool>(false)

  /// Calls the library while no other thread is inside it.
  static func exclusively<Result>(_ call: () -> Result) -> Result {
    library.withLock { isPrepared in
      if !isPrepared { umwelt_lapack_use_one_thread() }
      isPrepared = true
      return call()
    }
  }
}

/// The library behind the decompositions.
package enum LinearAlgebraLibrary {
  /// Its name, version and the processor it chose its kernels for, as far as it tells.
  package static var name: String {
    umwelt_lapack_name().map { String(cString: $0) } ?? "LAPACK"
  }
}
