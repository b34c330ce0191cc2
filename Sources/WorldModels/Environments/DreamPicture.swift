import EnvironmentKit

/// What a dream looks like: the model's frame of a slot, of whatever size.
final class DreamPicture {
  private let shape: [Int]
  private let pixels: OwnedBuffer<UInt8>

  init(shape: [Int]) {
    self.shape = shape
    pixels = OwnedBuffer(shape.reduce(1, *), zero: 0)
  }

  /// Fills a frame with the picture's nearest pixels; a frame that is no picture is drawn as bars.
  func draw(_ slot: Int, of state: any WorldModelState, into frame: inout Frame) {
    state.decode(slot, into: pixels.elements)
    guard shape.count == 3, [1, 3, 4].contains(shape[2]) else { return drawBars(into: &frame) }
    let (rows, columns, channels) = (shape[0], shape[1], shape[2])
    let (width, height) = (frame.width, frame.height)
    for y in 0..<height {
      let row = y * rows / height * columns
      for x in 0..<width {
        let source = (row + x * columns / width) * channels
        for channel in 0..<3 {
          frame.pixels[(y * width + x) * 3 + channel] =
            pixels.elements[source + min(channel, channels - 1)]
        }
      }
    }
  }

  /// A bar per number, its height the number's share of 255.
  private func drawBars(into frame: inout Frame) {
    let (width, height, count) = (frame.width, frame.height, pixels.elements.count)
    for y in 0..<height {
      for x in 0..<width {
        let value = Int(pixels.elements[x * count / width])
        let isLit = (height - y) * 255 <= value * height
        for channel in 0..<3 {
          frame.pixels[(y * width + x) * 3 + channel] = isLit ? [120, 190, 255][channel] : 24
        }
      }
    }
  }
}
