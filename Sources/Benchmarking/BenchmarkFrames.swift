import Randomness

/// Pictures for benchmarks: rectangles of random colours on a dark ground.
///
/// Only whole numbers of the stream `benchmark/frames` decide them, so that any program with NumPy's
/// generators can make the same bytes (`Benchmarks/peers/inputs.py`).
public enum BenchmarkFrames {
  private static let rectangles = 6
  private static let side = 64

  /// Makes frames of 64×64×3 bytes, one after the other.
  ///
  /// - Parameters:
  ///   - count: 0 or more.
  ///   - seed: root of the stream.
  public static func make(count: Int, seed: UInt64) -> [UInt8] {
    var stream = RandomStream(root: seed, name: "benchmark/frames")
    var bytes = [UInt8](repeating: 0, count: count * side * side * 3)
    for frame in 0..<count {
      fill(&bytes, frame, 0..<side, 0..<side, color(below: 64, &stream))
      for _ in 0..<rectangles {
        let (left, top) = (stream.integers(in: 0..<56), stream.integers(in: 0..<56))
        let (width, height) = (stream.integers(in: 4..<40), stream.integers(in: 4..<40))
        fill(
          &bytes, frame, left..<min(side, left + width), top..<min(side, top + height),
          color(below: 256, &stream))
      }
    }
    return bytes
  }

  private static func color(below limit: Int, _ stream: inout RandomStream) -> [UInt8] {
    (0..<3).map { _ in UInt8(stream.integers(in: 0..<limit)) }
  }

  private static func fill(
    _ bytes: inout [UInt8], _ frame: Int, _ columns: Range<Int>, _ rows: Range<Int>,
    _ color: [UInt8]
  ) {
    for row in rows {
      for column in columns {
        let place = ((frame * side + row) * side + column) * 3
        for channel in 0..<3 { bytes[place + channel] = color[channel] }
      }
    }
  }
}
