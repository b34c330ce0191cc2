import Foundation
import OneDNN
import Synchronization
import Testing

/// The stack of the thread that is sent signals, and how many found the stack pointer within it and elsewhere.
private let stack = (low: Atomic<UInt>(0), high: Atomic<UInt>(0))
private let handled = (within: Atomic<Int>(0), elsewhere: Atomic<Int>(0))
private let isDone = Atomic<Bool>(false)

/// Notes where the handler's own frame lies.
private func noteFrame(_ signal: Int32) {
  var here: UInt8 = 0
  let address = withUnsafeMutablePointer(to: &here) { UInt(bitPattern: $0) }
  let isWithin =
    stack.low.load(ordering: .relaxed)..<stack.high.load(ordering: .relaxed) ~= address
  (isWithin ? handled.within : handled.elsewhere).add(1, ordering: .relaxed)
}

#if canImport(Glibc)
  @Suite("Signals during products", .serialized)
  struct SignalBlockTests {
    /// Where the calling thread's stack lies.
    private static func noteStack() {
      var attributes = pthread_attr_t()
      pthread_getattr_np(pthread_self(), &attributes)
      defer { pthread_attr_destroy(&attributes) }
      var (low, size): (UnsafeMutableRawPointer?, Int) = (nil, 0)
      pthread_attr_getstack(&attributes, &low, &size)
      let start = UInt(bitPattern: low)
      stack.low.store(start, ordering: .relaxed)
      stack.high.store(start + UInt(size), ordering: .relaxed)
    }

    @Test("a handler never runs on another stack than its thread's")
    func frames() throws {
      // The products of an autoencoder for digits: those run with the stack pointer on the heap.
      let (rows, inner, columns) = (40, 784, 200)
      var before = sigaction()
      var action = sigaction()
      action.__sigaction_handler.sa_handler = noteFrame
      sigaction(SIGUSR2, &action, &before)
      defer { sigaction(SIGUSR2, &before, nil) }
      let worker = Thread {
        Self.noteStack()
        let target = pthread_self()
        let sender = Thread {
          while !isDone.load(ordering: .relaxed) {
            pthread_kill(target, SIGUSR2)
            usleep(50)
          }
          isDone.store(false, ordering: .releasing)
        }
        let left = [Float](repeating: 1, count: rows * inner)
        let right = [Float](repeating: 1, count: inner * columns)
        var result = [Float](repeating: 0, count: rows * columns)
        sender.start()
        for _ in 0..<3_000 {
          do {
            try multiplyMatrices(
              rows: rows, inner: inner, columns: columns, MatrixOperand(left), MatrixOperand(right),
              result: &result)
          } catch {
            Issue.record(error)
          }
        }
        isDone.store(true, ordering: .relaxed)
        // The thread must live as long as it is sent signals.
        while isDone.load(ordering: .acquiring) { usleep(100) }
        #expect(result.allSatisfy { $0 == Float(inner) })
        isDone.store(true, ordering: .releasing)
      }
      worker.stackSize = 1 << 20
      worker.start()
      while !worker.isFinished { usleep(1_000) }
      #expect(handled.within.load(ordering: .relaxed) > 100)
      #expect(handled.elsewhere.load(ordering: .relaxed) == 0)
    }
  }
#endif
