/// Finds frames that a person can tell apart: neighbours in an episode look almost alike.
package struct UnlikeFrames {
  private let source: any FrameSource
  private let frames: [Int]

  /// Pairs by which it is measured how much frames of this source differ.
  private static let pairs = 64

  /// Looks among some frames of a source.
  package init(_ source: any FrameSource, _ frames: [Int]) {
    self.source = source
    self.frames = frames
  }

  /// Places to go from a frame to the next one that differs by half of what frames usually do; 1
  /// where all look alike.
  ///
  /// - Throws: where a frame can no longer be read.
  package func offset(after place: Int) throws -> Int {
    let half = try usualDifference() / 2
    // Bytes differ by whole numbers.
    let least = source.frameFormat.isOfFloats ? half : max(1, half.rounded(.down))
    let start = try numbers(place)
    for offset in 1..<max(2, frames.count)
    where try difference(start, (place + offset) % frames.count) >= least {
      return offset
    }
    return 1
  }

  /// The median difference of pairs far apart, summed over all numbers.
  private func usualDifference() throws -> Double {
    let count = min(Self.pairs, frames.count)
    let differences = try (0..<count).map { pair -> Double in
      let place = pair * frames.count / count
      return try difference(numbers(place), (place + frames.count / 2) % frames.count)
    }
    return differences.sorted()[count / 2]
  }

  private func difference(_ numbers: [Float], _ place: Int) throws -> Double {
    zip(numbers, try self.numbers(place)).reduce(0) { $0 + Double(abs($1.0 - $1.1)) }
  }

  /// Bytes as they are, or the numbers that they hold.
  private func numbers(_ place: Int) throws -> [Float] {
    let bytes = try source.frames([frames[place]])
    return source.frameFormat.isOfFloats ? source.frameFormat.numbers(bytes) : bytes.map(Float.init)
  }
}
