import OneDNN
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc

  /// The stack of the thread that is sent signals, and how many found the stack pointer within it and elsewhere.
  private let lowest = Atomic<UInt>(0), highest = Atomic<UInt>(0)
  private let within = Atomic<Int>(0), elsewhere = Atomic<Int>(0)
  private let isDone = Atomic<Bool>(false)
  private let sums = Atomic<Int>(0)

  /// The products of an autoencoder for digits: of the kind that runs with the stack pointer on the heap.
  private let (rows, inner, columns) = (40, 784, 200)
  private let products = 3_000

  /// Notes where the handler's own frame lies.
  private func noteFrame(_ signal: Int32) {
    var here: UInt8 = 0
    let address = withUnsafeMutablePointer(to: &here) { UInt(bitPattern: $0) }
    let (low, high) = (lowest.load(ordering: .relaxed), highest.load(ordering: .relaxed))
    if low..<high ~= address {
      within.add(1, ordering: .relaxed)
    } else {
      elsewhere.add(1, ordering: .relaxed)
    }
  }

  /// Multiplies and multiplies, and counts the products that are right.
  private func multiply() {
    // Who made this thread may have blocked it.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGUSR2)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    let left = [Float](repeating: 1, count: rows * inner)
    let right = [Float](repeating: 1, count: inner * columns)
    var result = [Float](repeating: 0, count: rows * columns)
    for _ in 0..<products {
      do {
        try multiplyMatrices(
          rows: rows, inner: inner, columns: columns, MatrixOperand(left), MatrixOperand(right),
          result: &result)
      } catch {
        Issue.record(error)
      }
      if result.allSatisfy({ $0 == Float(inner) }) { sums.add(1, ordering: .relaxed) }
    }
  }

  @Suite("Signals during products")
  struct SignalBlockTests {
    @Test("a handler never runs on another stack than its thread's")
    func frames() throws {
      var (action, before) = (sigaction(), sigaction())
      action.__sigaction_handler.sa_handler = noteFrame
      sigaction(SIGUSR2, &action, &before)
      defer { sigaction(SIGUSR2, &before, nil) }
      let size = 1 << 20
      let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 4_096)
      defer { memory.deallocate() }
      lowest.store(UInt(bitPattern: memory), ordering: .relaxed)
      highest.store(UInt(bitPattern: memory) + UInt(size), ordering: .relaxed)
      var attributes = pthread_attr_t()
      pthread_attr_init(&attributes)
      defer { pthread_attr_destroy(&attributes) }
      #expect(pthread_attr_setstack(&attributes, memory, size) == 0)
      var thread = pthread_t()
      let code = pthread_create(
        &thread, &attributes,
        { _ in
          multiply()
          isDone.store(true, ordering: .releasing)
          return nil
        }, nil)
      try #require(code == 0)
      while !isDone.load(ordering: .acquiring) {
        pthread_kill(thread, SIGUSR2)  // not joined yet: its handle is good
        usleep(50)
      }
      pthread_join(thread, nil)
      #expect(sums.load(ordering: .relaxed) == products)
      #expect(within.load(ordering: .relaxed) > 100)
      #expect(elsewhere.load(ordering: .relaxed) == 0)
    }
  }
#endif
