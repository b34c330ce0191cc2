import EnvironmentKit

/// What a frame looks like to people, be it a picture, symbols or mere numbers, of whatever size.
final class FramePicture {
  /// The frame that is drawn, to be written before.
  let bytes: UnsafeMutableBufferPointer<UInt8>
  private let shape: [Int]
  private let owned: OwnedBuffer<UInt8>
  /// How often a byte counts: symbols are small numbers.
  private let gain: Int

  private static let leastSide = 16
  private static let symbolGain = 24

  /// Makes room for frames of a shape.
  init(shape: [Int]) {
    self.shape = shape
    owned = OwnedBuffer(shape.reduce(1, *), zero: 0)
    bytes = owned.elements
    gain = shape.count == 3 && min(shape[0], shape[1]) >= Self.leastSide ? 1 : Self.symbolGain
  }

  /// Fills a frame with the nearest pixels; what is no picture is drawn as bars.
  func draw(into frame: inout Frame) {
    guard shape.count == 3, [1, 3, 4].contains(shape[2]) else { return drawBars(into: &frame) }
    let (rows, columns, channels) = (shape[0], shape[1], shape[2])
    let (width, height) = (frame.width, frame.height)
    for y in 0..<height {
      let row = y * rows / height * columns
      for x in 0..<width {
        let source = (row + x * columns / width) * channels
        for channel in 0..<3 {
          let value = Int(bytes[source + min(channel, channels - 1)])
          frame.pixels[(y * width + x) * 3 + channel] = UInt8(min(255, gain * value))
        }
      }
    }
  }

  /// A bar per number, its height the number's share of 255.
  private func drawBars(into frame: inout Frame) {
    let (width, height, count) = (frame.width, frame.height, bytes.count)
    for y in 0..<height {
      for x in 0..<width {
        let value = Int(bytes[x * count / width])
        let isLit = (height - y) * 255 <= value * height
        for channel in 0..<3 {
          frame.pixels[(y * width + x) * 3 + channel] = isLit ? [120, 190, 255][channel] : 24
        }
      }
    }
  }
}
