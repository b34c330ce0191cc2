import COneDNN

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Everything of oneDNN that belongs to one thread: engine, stream, primitives by shape, scratchpad.
///
/// A primitive made here runs on one thread and is executed only on the thread that made it;
/// parallelism comes from running parts of a batch, or tiles, on several threads.
final class ThreadContext {
  let engine: dnnl_engine_t
  let stream: dnnl_stream_t
  var convolutions: [ConvolutionKey: ConvolutionPrimitive] = [:]
  private var scratchpad: UnsafeMutableRawPointer?
  private var scratchpadBytes = 0

  private init() throws(OneDNNError) {
    var engine: dnnl_engine_t?
    try OneDNNError.check(dnnl_engine_create(&engine, dnnl_cpu, 0), "engine", "the processor")
    var stream: dnnl_stream_t?
    try OneDNNError.check(
      dnnl_stream_create(&stream, engine, UInt32(dnnl_stream_default_flags.rawValue)), "stream",
      "the processor")
    guard let engine, let stream else { throw Self.absent }
    self.engine = engine
    self.stream = stream
  }

  deinit {
    convolutions = [:]
    free(scratchpad)
    dnnl_stream_destroy(stream)
    dnnl_engine_destroy(engine)
  }

  /// The calling thread's context, made on first use.
  ///
  /// OpenMP forgets a thread's setting where a parallel region ends: it is set whenever oneDNN is called,
  /// since a primitive made for two threads gives other bits, and hangs within a region.
  static func current() throws(OneDNNError) -> ThreadContext {
    omp_set_num_threads(1)
    if let pointer = pthread_getspecific(key) {
      return Unmanaged<ThreadContext>.fromOpaque(pointer).takeUnretainedValue()
    }
    let context = try ThreadContext()
    pthread_setspecific(key, Unmanaged.passRetained(context).toOpaque())
    return context
  }

  /// Memory for one execution, shared by all primitives of this thread.
  func scratchpad(bytes: Int) throws(OneDNNError) -> UnsafeMutableRawPointer? {
    if bytes > scratchpadBytes {
      free(scratchpad)
      scratchpad = nil
      let rounded = (bytes + 4095) / 4096 * 4096
      guard posix_memalign(&scratchpad, 4096, rounded) == 0 else {
        scratchpadBytes = 0
        throw OneDNNError(
          operation: "scratchpad", place: "\(bytes) bytes", cause: "out of memory",
          remedy: "use a smaller batch")
      }
      scratchpadBytes = rounded
    }
    return scratchpad
  }

  private static let absent = OneDNNError(
    operation: "engine", place: "the processor", cause: "no handle was returned",
    remedy: "check the installation of oneDNN")

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    let status = pthread_key_create(&key) { pointer in
      #if canImport(Glibc) || canImport(Musl)
        guard let pointer else { return }
      #endif
      Unmanaged<ThreadContext>.fromOpaque(pointer).release()
    }
    precondition(status == 0, "OneDNN: no thread-specific key is left (status \(status))")
    return key
  }()
}
