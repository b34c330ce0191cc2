import Foundation

/// The processes of one job, and how they tell each other what they have done.
///
/// All run the same program on the same folder. Rank 0, the leader, owns the run's files and the terminal;
/// what a call gathers or shares is the same in every rank. Every rank makes the same calls in the same order,
/// from one thread at a time; a rank that dies ends the job.
public protocol Communicator: AnyObject, Sendable {
  /// Which of the processes this is, from 0 on.
  var rank: Int { get }
  /// How many there are.
  var count: Int { get }
  /// How many of them are on this machine.
  var countHere: Int { get }

  /// Every rank's bytes, in the order of ranks; all wait for the last.
  func gather(_ bytes: [UInt8]) -> [[UInt8]]

  /// The leader's bytes; what the others give is not looked at. Who waits for them sleeps.
  func share(_ bytes: [UInt8]) -> [UInt8]

  /// Sends a short message.
  func send(_ bytes: [UInt8], to rank: Int)

  /// A message that has come, with its sender; nil where there is none, without waiting.
  func arrived() -> (sender: Int, bytes: [UInt8])?

  /// Ends all processes of the job with an exit code.
  func abort(_ code: Int32) -> Never

  /// Takes leave; nothing is sent after it.
  func end()
}

/// One process by itself.
public final class SoleProcess: Communicator {
  /// The first.
  public let rank = 0
  /// One.
  public let count = 1
  /// One.
  public let countHere = 1

  /// Names this process.
  public init() {}

  /// Its own bytes.
  public func gather(_ bytes: [UInt8]) -> [[UInt8]] { [bytes] }
  /// Its own bytes.
  public func share(_ bytes: [UInt8]) -> [UInt8] { bytes }
  /// - Precondition: never called: there is nobody.
  public func send(_ bytes: [UInt8], to rank: Int) {
    preconditionFailure("SoleProcess.send: there is nobody to send to")
  }
  /// Nothing.
  public func arrived() -> (sender: Int, bytes: [UInt8])? { nil }
  /// Ends this process.
  public func abort(_ code: Int32) -> Never { exit(code) }
  /// Nothing.
  public func end() {}
}
