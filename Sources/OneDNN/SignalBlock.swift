#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What the processor raises by itself: to block these would end the program without a word.
private let faults = [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS]

private let signals: sigset_t = {
  var set = sigset_t()
  sigfillset(&set)
  for fault in faults { sigdelset(&set, fault) }
  return set
}()

/// Does work during which this thread is handed no signal: they wait, or another thread takes them.
///
/// oneDNN's products of matrices, and the convolutions built on them, run with the stack pointer in a buffer on the
/// heap. A handler that ran then, such as that of Ctrl-C, would write its frame over whatever lies in front of it.
@inline(__always)
func withoutSignals<Result>(_ work: () -> Result) -> Result {
  var (blocked, before) = (signals, sigset_t())
  pthread_sigmask(SIG_BLOCK, &blocked, &before)
  defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
  return work()
}
