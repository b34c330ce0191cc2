import Ranks
import TestSupport
import Testing

private struct Failure: Error {}

@Suite("Ranks")
struct RanksTests {
  @Test("what is gathered is the same in every rank, in their order", arguments: [1, 2, 3, 5])
  func gathers(count: Int) throws {
    let all = try ThreadRanks.run(count) { ranks in
      ranks.gather(of: [Double](repeating: Double(ranks.rank), count: ranks.rank))
    }
    let wanted = (0..<count).map { [Double](repeating: Double($0), count: $0) }
    #expect(all == Array(repeating: wanted, count: count))
  }

  @Test("parts are cut without gap or overlap", arguments: 1...7, 0...9)
  func shares(count: Int, parts: Int) throws {
    let own = try ThreadRanks.run(count) { $0.share(of: parts) }
    #expect(own.flatMap { Array($0) } == Array(0..<parts))
    #expect(own.allSatisfy { $0.count <= (parts + count - 1) / count })
  }

  @Test("one that says so is heard by all; numbers are compared over all")
  func agrees() throws {
    #expect(try ThreadRanks.run(3) { $0.isTrueAnywhere($0.rank == 2) } == [true, true, true])
    #expect(try ThreadRanks.run(3) { $0.isTrueAnywhere(false) } == [false, false, false])
    #expect(try ThreadRanks.run(3) { _ in 5 }.count == 3)
    #expect(try ThreadRanks.run(3) { $0.isSameEverywhere(7) } == [true, true, true])
    #expect(
      try ThreadRanks.run(3) { $0.isSameEverywhere($0.rank == 1 ? 8 : 7) } == [false, false, false])
  }

  @Test("what the leader does first is there for the others; what it fails in, they do not begin")
  func followsTheLeader() throws {
    let alone = try ThreadRanks.run(3) { ranks in try ranks.leaderAlone { ranks.rank } }
    #expect(alone == [0, nil, nil])
    let said = try ThreadRanks.run(3) { ranks -> String in
      do {
        return try ranks.leaderFirst { () throws -> String in
          if ranks.isLeader { throw Failure() }
          return "begun"
        }
      } catch is LeaderStopped {
        return "stopped"
      } catch is Failure {
        return "failed"
      }
    }
    #expect(said == ["failed", "stopped", "stopped"])
  }

  @Test("values are read as they were written")
  func bytes() {
    var writer = ByteWriter()
    writer.write(Int32(-3))
    writer.write([1.5, -.infinity])
    writer.write([Float]())
    writer.write((7, true))
    var reader = ByteReader(writer.bytes)
    #expect(reader.read(Int32.self) == -3)
    #expect(reader.readArray(of: Double.self) == [1.5, -.infinity])
    #expect(reader.readArray(of: Float.self) == [])
    let (number, flag) = reader.read((Int, Bool).self)
    #expect(number == 7 && flag && reader.isAtEnd)
  }

  @Test("one process by itself gathers and shares its own")
  func alone() throws {
    let ranks = SoleProcess()
    #expect(ranks.gather([1, 2]) == [[1, 2]] && ranks.share([3]) == [3])
    #expect(ranks.share(of: 5) == 0..<5 && !ranks.isShared && ranks.isLeader)
    #expect(try ranks.leaderFirst { 4 } == 4)
  }
}
