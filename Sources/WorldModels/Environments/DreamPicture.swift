import EnvironmentKit

/// What a dream looks like: the decoder's picture of a latent.
final class DreamPicture {
  private let decoder: FrozenVision?
  /// `[64, 64, imageChannels]`.
  private let pixels: UnsafeMutableBufferPointer<UInt8>

  init(_ decoder: FrozenVision?) {
    self.decoder = decoder
    pixels = .allocate(capacity: decoder?.frameBytes ?? 0)
    pixels.initialize(repeating: 0)
  }

  deinit { pixels.deallocate() }

  /// Fills a frame with the picture's nearest pixels; with darkness where there is no decoder.
  func draw(_ latent: UnsafeBufferPointer<Float>, into frame: inout Frame) {
    guard let decoder else { return frame.withCanvas { $0.fill(Color(24, 24, 28)) } }
    decoder.decode(latent, count: 1, into: pixels)
    let (side, channels) = (Vision.frameSize, decoder.imageChannels)
    let (width, height) = (frame.width, frame.height)
    for y in 0..<height {
      let row = y * side / height * side
      for x in 0..<width {
        let source = (row + x * side / width) * channels
        for channel in 0..<3 {
          frame.pixels[(y * width + x) * 3 + channel] = pixels[source + min(channel, channels - 1)]
        }
      }
    }
  }
}
