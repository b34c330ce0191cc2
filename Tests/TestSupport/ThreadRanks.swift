import Foundation
import Ranks
import Synchronization

/// Ranks that are threads of one process: what several processes do together, without starting any.
package final class ThreadRanks: Communicator {
  package let rank: Int
  package var count: Int { table.count }
  package var countHere: Int { table.count }
  private let table: Table

  private init(_ rank: Int, at table: Table) { (self.rank, self.table) = (rank, table) }

  /// Runs the same work in some ranks, and gives what it came to in each, in their order.
  package static func run<Result: Sendable>(
    _ count: Int, _ work: @escaping @Sendable (any Communicator) throws -> Result
  ) throws -> [Result] {
    let table = Table(count)
    let results = Mutex([Int: Swift.Result<Result, any Error>]())
    let threads = (0..<count).map { rank in
      let done = DispatchSemaphore(value: 0)
      let thread = Thread {
        let result = Swift.Result { try work(ThreadRanks(rank, at: table)) }
        results.withLock { $0[rank] = result }
        done.signal()
      }
      thread.stackSize = 16 << 20
      thread.start()
      return done
    }
    for thread in threads { thread.wait() }
    return try results.withLock { results in
      try (0..<count).compactMap { try results[$0]?.get() }
    }
  }

  package func gather(_ bytes: [UInt8]) -> [[UInt8]] { table.exchange(bytes, rank) }

  package func share(_ bytes: [UInt8]) -> [UInt8] { table.exchange(bytes, rank)[0] }

  package func send(_ bytes: [UInt8], to rank: Int) { table.send(bytes, from: self.rank, to: rank) }

  package func arrived() -> (sender: Int, bytes: [UInt8])? { table.arrived(rank) }

  package func abort(_ code: Int32) -> Never {
    fatalError("rank \(rank) ends the job with \(code)")
  }

  package func end() {}
}

/// Where the ranks meet.
private final class Table: @unchecked Sendable {
  let count: Int
  private let condition = NSCondition()
  private var round = 0
  private var given: [Int: [UInt8]] = [:]
  private var taken: [[UInt8]] = []
  private var letters: [(from: Int, to: Int, bytes: [UInt8])] = []

  init(_ count: Int) { self.count = count }

  func exchange(_ bytes: [UInt8], _ rank: Int) -> [[UInt8]] {
    condition.lock()
    defer { condition.unlock() }
    let mine = round
    given[rank] = bytes
    if given.count == count {
      taken = (0..<count).map { given[$0] ?? [] }
      given = [:]
      round += 1
      condition.broadcast()
    }
    while round == mine { condition.wait() }
    return taken
  }

  func send(_ bytes: [UInt8], from: Int, to: Int) {
    condition.lock()
    letters.append((from, to, bytes))
    condition.unlock()
  }

  func arrived(_ rank: Int) -> (sender: Int, bytes: [UInt8])? {
    condition.lock()
    defer { condition.unlock() }
    guard let place = letters.firstIndex(where: { $0.to == rank }) else { return nil }
    let letter = letters.remove(at: place)
    return (letter.from, letter.bytes)
  }
}
