import Datasets
import EnvironmentKit
import Foundation
import Randomness

/// Frames that are made abnormal on purpose, so that scores can be compared before any abnormal frame is known.
package enum PseudoAnomaly: String, CaseIterable, Hashable, Sendable {
  /// A part of one frame is put into another at its place: of pictures and grids a rectangle, else a stretch of
  /// numbers.
  ///
  /// - SeeAlso: C. Li et al., "CutPaste: Self-Supervised Learning for Anomaly Detection" (2021).
  case graft
  /// Two frames at once: the mean of both; of codes and counts each number from one of them.
  case blend

  /// Makes as many abnormal frames as there are frames, each of two of them.
  ///
  /// - Parameter frames: one after the other; two or more.
  package func frames(
    _ frames: [UInt8], _ format: FrameFormat, using stream: inout RandomStream
  ) -> [UInt8] {
    let count = frames.count / format.size
    precondition(count >= 2, "PseudoAnomaly: \(count) frames; give two or more")
    var result = frames
    for row in 0..<count {
      let other = (row + 1 + stream.integers(in: 0..<count - 1)) % count
      let place = other * format.size..<(other + 1) * format.size
      result.withUnsafeMutableBytes { bytes in
        frames[place].withUnsafeBytes { donor in
          let frame = UnsafeMutableRawBufferPointer(
            rebasing: bytes[row * format.size..<(row + 1) * format.size])
          switch self {
          case .graft: Self.graft(donor, into: frame, format, &stream)
          case .blend: Self.blend(donor, into: frame, format, &stream)
          }
        }
      }
    }
    return result
  }

  private static func graft(
    _ donor: UnsafeRawBufferPointer, into frame: UnsafeMutableRawBufferPointer,
    _ format: FrameFormat, _ stream: inout RandomStream
  ) {
    let shape = format.places
    let unit = format.size / format.count * shape[2]
    let (height, width) = (extent(of: shape[0], &stream), extent(of: shape[1], &stream))
    let top = stream.integers(in: 0..<shape[0] - height + 1)
    let left = stream.integers(in: 0..<shape[1] - width + 1)
    for row in top..<top + height {
      let place = (row * shape[1] + left) * unit..<(row * shape[1] + left + width) * unit
      UnsafeMutableRawBufferPointer(rebasing: frame[place])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: donor[place]))
    }
  }

  /// A third to two thirds of a side, one where there is but one.
  private static func extent(of side: Int, _ stream: inout RandomStream) -> Int {
    let least = max(1, side / 3)
    return stream.integers(in: least..<max(least, 2 * side / 3) + 1)
  }

  private static func blend(
    _ donor: UnsafeRawBufferPointer, into frame: UnsafeMutableRawBufferPointer,
    _ format: FrameFormat, _ stream: inout RandomStream
  ) {
    switch format.kind {
    case .pictures:
      for place in frame.indices {
        frame[place] = UInt8((Int(frame[place]) + Int(donor[place])) / 2)
      }
    case .vectors:
      let (numbers, others) = (frame.bindMemory(to: Float.self), donor.bindMemory(to: Float.self))
      for place in numbers.indices { numbers[place] = (numbers[place] + others[place]) / 2 }
    case .cells, .counts:
      let unit = format.size / format.count
      for number in 0..<format.count where stream.integers(in: 0..<2) == 0 {
        let place = number * unit..<(number + 1) * unit
        UnsafeMutableRawBufferPointer(rebasing: frame[place])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: donor[place]))
      }
    }
  }
}
