import Foundation
import Synchronization
import Testing
import Threads

@Suite("Parallel regions")
struct ParallelTests {
  @Test("every index is run once, whatever the number of threads", arguments: [1, 2, 3, 8])
  func everyIndexOnce(threads: Int) {
    for count in [0, 1, 2, 7, 1000] {
      let runs = Mutex([Int](repeating: 0, count: count))
      parallelFor(count, threads: threads) { index in runs.withLock { $0[index] += 1 } }
      #expect(runs.withLock { $0 } == [Int](repeating: 1, count: count))
    }
  }

  @Test("a region within a region runs on its caller")
  func nested() {
    let sum = Atomic<Int>(0)
    parallelFor(4, threads: 2) { outer in
      parallelFor(5, threads: 2) { inner in
        sum.add(outer * 5 + inner, ordering: .relaxed)
      }
    }
    #expect(sum.load(ordering: .relaxed) == (0..<20).reduce(0, +))
  }

  @Test("brief regions of several threads at once each run every index once")
  func crowd() {
    let total = Atomic<Int>(0)
    let callers = (0..<4).map { _ in
      Thread {
        for round in 0..<2000 {
          let sum = Atomic<Int>(0)
          parallelFor(1 + round % 9, threads: 1 + round % 4) {
            sum.add($0 + 1, ordering: .relaxed)
          }
          total.add(sum.load(ordering: .relaxed), ordering: .relaxed)
        }
      }
    }
    for caller in callers { caller.start() }
    while !callers.allSatisfy(\.isFinished) { usleep(1000) }
    let rounds = (0..<2000).map { (1 + $0 % 9) * (2 + $0 % 9) / 2 }
    #expect(total.load(ordering: .relaxed) == 4 * rounds.reduce(0, +))
  }

  @Test("denormals are flushed inside a region")
  func denormals() {
    let results = Mutex([Float](repeating: -1, count: 2))
    let least = Float.leastNormalMagnitude
    parallelFor(2, threads: 2) { index in
      results.withLock { $0[index] = least * Float(index + 1) / 8 }
    }
    #expect(results.withLock { $0 } == [0, 0])
  }

  @Test("brief regions run on their caller for a while after one that waited long")
  func briefRegions() throws {
    let regions = BriefRegions()
    func threads() -> Int {
      var found = 0
      regions.run(threads: 2) { found = $0 }
      return found
    }
    var used: [Int] = []
    regions.run(threads: 1) { used.append($0) }
    #expect(used == [1] && threads() == 2)
    // The second index is another thread's, where one comes within a second; the caller has nothing to do meanwhile.
    var isAlone = false
    for _ in 0..<20 where !isAlone {
      regions.run(threads: 2) { threads in
        let isTaken = Atomic<Bool>(false)
        let caller = pthread_self()
        parallelFor(2, threads: threads) { index in
          let end = ContinuousClock.now + .seconds(1)
          if index == 0 {
            while !isTaken.load(ordering: .acquiring), ContinuousClock.now < end {}
          } else if pthread_equal(pthread_self(), caller) == 0 {
            isTaken.store(true, ordering: .releasing)
            usleep(20_000)
          }
        }
      }
      isAlone = threads() == 1
    }
    try #require(isAlone)
    let end = ContinuousClock.now + .seconds(60)
    while threads() == 1, ContinuousClock.now < end { usleep(10_000) }
    #expect(threads() == 2)
  }

  @Test("brief regions go on sharing work that takes long by itself")
  func longWork() {
    let regions = BriefRegions()
    var used: [Int] = []
    for _ in 0..<20 {
      regions.run(threads: 2) { threads in
        used.append(threads)
        let end = ContinuousClock.now + .milliseconds(2)
        while ContinuousClock.now < end {}
      }
    }
    #expect(used.allSatisfy { $0 == 2 })
  }
}
