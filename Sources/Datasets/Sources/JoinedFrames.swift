import EnvironmentKit
import Files

/// The frames of several sources, one after the other.
final class JoinedFrames: FrameSource {
  private let sources: [any FrameSource]
  private let starts: [Int]
  let frameCount: Int
  let frameGroups: [Range<Int>]
  let contentHash: String

  var frameShape: [Int] { sources[0].frameShape }
  let frameFormat: FrameFormat
  var frameFacts: [Fact] { sources[0].frameFacts }

  /// Joins sources, each with the path that it came from.
  ///
  /// - Throws: where one differs from the first in shape or facts, naming it.
  init(_ named: [(path: String, source: any FrameSource)]) throws {
    for (path, source) in named {
      guard source.frameShape == named[0].source.frameShape else {
        throw FileError(
          place: path,
          cause: "has frames of \(source.frameShape), \(named[0].path) has frames of "
            + "\(named[0].source.frameShape)",
          remedy: "bring them to one size with --size, and to equally many channels")
      }
      guard source.frameFormat.kind == named[0].source.frameFormat.kind else {
        throw FileError(
          place: path,
          cause: "holds \(source.frameFormat.kind), \(named[0].path) holds "
            + "\(named[0].source.frameFormat.kind)",
          remedy: "give frames of one kind")
      }
      guard source.frameFacts == named[0].source.frameFacts else {
        throw FileError(
          place: path, cause: "has other facts beside its frames than \(named[0].path)",
          remedy: "give frames of one world, or of files without facts")
      }
    }
    sources = named.map(\.source)
    let first = sources[0].frameFormat
    let classes = sources.map(\.frameFormat.classes).max() ?? 0
    frameFormat = first.kind == .cells ? first.asCells(classes: classes) : first
    var (starts, count, groups) = ([Int](), 0, [Range<Int>]())
    let hasGroups = named.contains { !$0.source.frameGroups.isEmpty }
    for source in sources {
      starts.append(count)
      let own = source.frameGroups
      if hasGroups {
        groups += (own.isEmpty ? (0..<source.frameCount).map { $0..<$0 + 1 } : own).map {
          $0.lowerBound + count..<$0.upperBound + count
        }
      }
      count += source.frameCount
    }
    (self.starts, frameCount, frameGroups) = (starts, count, groups)
    contentHash = Checksum(of: sources.map(\.contentHash).joined(separator: " ")).text
  }

  func readFrame(_ frame: Int, into bytes: UnsafeMutableBufferPointer<UInt8>) throws {
    let (source, place) = locate(frame)
    try source.readFrame(place, into: bytes)
  }

  func readFacts(_ frame: Int) throws -> [Float] {
    let (source, place) = locate(frame)
    return try source.readFacts(place)
  }

  private func locate(_ frame: Int) -> (any FrameSource, Int) {
    precondition(
      (0..<frameCount).contains(frame), "JoinedFrames: frame \(frame), there are \(frameCount)")
    let place = starts.lastIndex { $0 <= frame } ?? 0
    return (sources[place], frame - starts[place])
  }
}
