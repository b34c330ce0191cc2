import EnvironmentKit
import WorldModels

/// Squared errors of pictures of 8-bit channels, pixels in 0...1.
package struct FrameError {
  /// The mean over all channels.
  package let mean: Double
  /// The sum over the channels inside the regions.
  package let inside: Double
  /// Channels inside the regions.
  package let insideCount: Int

  /// Compares two pictures.
  ///
  /// - Parameters:
  ///   - frame: the true one, `[height, width, channel]`.
  ///   - picture: of the same extents.
  ///   - shape: the extents.
  ///   - regions: where it is looked at more closely.
  package init(
    _ frame: UnsafeBufferPointer<UInt8>, _ picture: ArraySlice<UInt8>, shape: [Int],
    regions: [ImageRegion]
  ) {
    var sum = 0
    for (place, byte) in zip(picture.indices, frame) {
      let difference = Int(byte) - Int(picture[place])
      sum += difference * difference
    }
    mean = Double(sum) / (255 * 255) / Double(max(1, frame.count))
    var (inside, count) = (0, 0)
    for y in 0..<(regions.isEmpty ? 0 : shape[0]) {
      for x in 0..<shape[1] where regions.contains(where: { $0.covers(x, y) }) {
        for place in (y * shape[1] + x) * shape[2]..<(y * shape[1] + x + 1) * shape[2] {
          let difference = Int(frame[place]) - Int(picture[picture.startIndex + place])
          inside += difference * difference
          count += 1
        }
      }
    }
    self.inside = Double(inside) / (255 * 255)
    insideCount = count
  }
}

extension ImageRegion {
  /// Whether a pixel's middle lies inside.
  fileprivate func covers(_ x: Int, _ y: Int) -> Bool {
    let (dx, dy) = (Float(x) + 0.5 - centerX, Float(y) + 0.5 - centerY)
    return dx * dx + dy * dy <= radius * radius
  }
}

extension FrozenVision {
  /// The pictures of latents, `[row, latentSize]`, one after the other.
  package func pictures(of latents: [Float]) -> [UInt8] {
    let count = latents.count / latentSize
    return [UInt8](unsafeUninitializedCapacity: count * frameBytes) { bytes, used in
      latents.withUnsafeBufferPointer { decode($0, count: count, into: bytes) }
      used = count * frameBytes
    }
  }
}
