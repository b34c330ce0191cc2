/// What the leader did first did not come to its end: it says why, the others are silent.
public struct LeaderStopped: Error {
  /// Stops because another rank did.
  public init() {}
}

extension Communicator {
  /// Whether there are others.
  public var isShared: Bool { count > 1 }
  /// Whether this process owns the run's files and the terminal.
  public var isLeader: Bool { rank == 0 }

  /// Whether any rank says so: the same in all.
  public func isTrueAnywhere(_ statement: Bool) -> Bool {
    guard isShared else { return statement }
    return gather([statement ? 1 : 0]).contains { $0 == [1] }
  }

  /// What the leader says of each of some things: others may look at a folder a moment later.
  public func agreed(_ statements: [Bool]) -> [Bool] {
    guard isShared else { return statements }
    return share(statements.map { $0 ? 1 : 0 }).map { $0 == 1 }
  }

  /// Whether all ranks hold the same number.
  public func isSameEverywhere(_ number: UInt64) -> Bool {
    guard isShared else { return true }
    var writer = ByteWriter()
    writer.write(number)
    let all = gather(writer.bytes)
    return all.allSatisfy { $0 == all[0] }
  }

  /// Lets the leader do work that the others wait for, asleep.
  ///
  /// - Returns: what it came to; nil in the others.
  /// - Throws: what the work throws; `LeaderStopped` in the others.
  @discardableResult
  public func leaderAlone<Result>(_ work: () throws -> Result) throws -> Result? {
    guard isShared else { return try work() }
    guard isLeader else {
      guard share([]) == [1] else { throw LeaderStopped() }
      return nil
    }
    do {
      let result = try work()
      _ = share([1])
      return result
    } catch {
      _ = share([0])
      throw error
    }
  }

  /// Lets the leader do work first, which leaves in the run's folder what the others then find.
  ///
  /// - Throws: what the work throws; `LeaderStopped` in the others where the leader's did not come to its end.
  public func leaderFirst<Result>(_ work: () throws -> Result) throws -> Result {
    if let result = try leaderAlone(work) { return result }
    return try work()
  }

  /// Which of some parts of work are this rank's: a range of their numbers, the same cut in every rank.
  public func share(of parts: Int) -> Range<Int> { share(of: parts, for: rank) }

  /// Which of some parts of work are a rank's.
  public func share(of parts: Int, for rank: Int) -> Range<Int> {
    rank * parts / count..<(rank + 1) * parts / count
  }
}
