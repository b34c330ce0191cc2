import Datasets
import EnvironmentKit
import Foundation
import WorldModels

/// Squared error inside the regions that matter, beside that of the mean frame.
package struct RegionError {
  /// Mean squared error a channel inside the regions, pixels in 0...1.
  package let latent: Double
  /// The same for the mean training frame.
  package let meanFrame: Double
  /// Pixels inside regions that were counted.
  package let pixels: Int
}

/// How far reconstructions are from held-out frames.
package struct ReconstructionError {
  /// A mean over frames: of pictures (pixels in 0...1) and vectors the sum of squares, of cells how many codes
  /// are wrong, of counts −Σ count · log share, in nats.
  package let mean: Double
  /// Inside the regions that matter, where the world names them.
  package let regions: RegionError?

  package init(
    _ vision: FrozenVision, _ source: any FrameSource, training: [Int], frames: [Int],
    latents: LatentTable, regions find: FactsRegions?
  ) throws {
    let mean = find == nil ? [] : try Self.meanFrame(source, training)
    var sums = ErrorSums(format: vision.format)
    let size = source.frameSize
    var frame = [UInt8](repeating: 0, count: size)
    for start in stride(from: 0, to: frames.count, by: 256) {
      let part = start..<min(frames.count, start + 256)
      let decoded = Self.decode(vision, latents, part, size)
      for row in part {
        try frame.withUnsafeMutableBufferPointer { try source.readFrame(frames[row], into: $0) }
        let picture = decoded[(row - start) * size..<(row - start + 1) * size]
        let facts = find == nil ? [] : try source.readFacts(frames[row])
        let regions = facts.withUnsafeBufferPointer { find?($0) ?? [] }
        frame.withUnsafeBufferPointer { sums.add($0, picture, mean, regions) }
      }
    }
    self.mean = sums.whole / Double(max(1, frames.count))
    regions = find == nil ? nil : sums.regionError
  }

  private static func decode(
    _ vision: FrozenVision, _ latents: LatentTable, _ rows: Range<Int>, _ size: Int
  ) -> [UInt8] {
    let width = latents.latentSize
    let values = Array(latents.means[rows.lowerBound * width..<rows.upperBound * width])
    var bytes = [UInt8](repeating: 0, count: rows.count * size)
    values.withUnsafeBufferPointer { values in
      bytes.withUnsafeMutableBufferPointer { vision.decode(values, count: rows.count, into: $0) }
    }
    return bytes
  }

  private static func meanFrame(_ source: any FrameSource, _ frames: [Int]) throws -> [Double] {
    var sums = [Int](repeating: 0, count: source.frameSize)
    for frame in frames {
      for (place, byte) in try source.frames([frame]).enumerated() { sums[place] += Int(byte) }
    }
    return sums.map { Double($0) / Double(max(1, frames.count)) }
  }
}

/// Running sums of squared errors.
private struct ErrorSums {
  let format: FrameFormat
  var whole = 0.0
  var inside = 0.0
  var insideMean = 0.0
  var pixels = 0

  init(format: FrameFormat) { self.format = format }

  private var shape: [Int] { format.shape }

  var regionError: RegionError {
    let count = Double(max(1, pixels * shape[2]))
    return RegionError(latent: inside / count, meanFrame: insideMean / count, pixels: pixels)
  }

  mutating func add(
    _ frame: UnsafeBufferPointer<UInt8>, _ picture: ArraySlice<UInt8>, _ mean: [Double],
    _ discs: [ImageRegion]
  ) {
    guard format.kind == .pictures else {
      whole += error(format.numbers(frame), format.numbers(picture))
      return
    }
    let start = picture.startIndex
    var sum = 0
    for place in frame.indices {
      let difference = Int(frame[place]) - Int(picture[start + place])
      sum += difference * difference
    }
    whole += Double(sum) / (255 * 255)
    guard !discs.isEmpty else { return }
    for y in 0..<shape[0] {
      for x in 0..<shape[1] where discs.contains(where: { $0.contains(x, y) }) {
        pixels += 1
        for channel in 0..<shape[2] {
          let place = (y * shape[1] + x) * shape[2] + channel
          let error = (Double(frame[place]) - Double(picture[start + place])) / 255
          let meanError = (Double(frame[place]) - mean[place]) / 255
          inside += error * error
          insideMean += meanError * meanError
        }
      }
    }
  }
}

extension ErrorSums {
  /// The error of a frame that is no picture.
  private func error(_ frame: [Float], _ decoded: [Float]) -> Double {
    zip(frame, decoded).reduce(0) { sum, pair in
      let (given, found) = (Double(pair.0), Double(pair.1))
      return switch format.kind {
      case .cells: sum + (given == found ? 0 : 1)
      case .counts:
        sum - (given > 0 ? given * log(max(found, Double(Float.leastNormalMagnitude))) : 0)
      case .vectors, .pictures: sum + (given - found) * (given - found)
      }
    }
  }
}

extension ImageRegion {
  /// Whether a pixel's middle lies inside.
  fileprivate func contains(_ x: Int, _ y: Int) -> Bool {
    let (dx, dy) = (Float(x) + 0.5 - centerX, Float(y) + 0.5 - centerY)
    return dx * dx + dy * dy <= radius * radius
  }
}
