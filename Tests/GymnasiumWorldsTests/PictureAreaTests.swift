import GymnasiumWorlds
import Testing

@Suite("Pictures in other sizes") struct PictureAreaTests {
  private static func resized(
    _ picture: [UInt8], _ shape: [Int], width: Int, height: Int
  ) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: width * height * 3)
    picture.withUnsafeBufferPointer { picture in
      bytes.withUnsafeMutableBufferPointer {
        PictureArea.resize(picture, shape, into: $0, width: width, height: height)
      }
    }
    return bytes
  }

  @Test("each pixel is the mean of the area it covers") func means() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<40 {
      let shape = [Int.random(in: 1...9), Int.random(in: 1...9), Bool.random() ? 1 : 3]
      let (width, height) = (Int.random(in: 1...9), Int.random(in: 1...9))
      let picture = (0..<shape.reduce(1, *)).map { _ in UInt8.random(in: 0...255, using: &generator)
      }
      let bytes = Self.resized(picture, shape, width: width, height: height)
      for y in 0..<height {
        for x in 0..<width {
          for channel in 0..<3 {
            let wanted = Self.mean(picture, shape, x, y, min(channel, shape[2] - 1), width, height)
            // Rounded to the nearest byte.
            #expect(abs(Double(bytes[(y * width + x) * 3 + channel]) - wanted) <= 0.5 + 1e-9)
          }
        }
      }
    }
  }

  /// The mean over the area, on a grid so fine that every pixel of both sizes is whole.
  private static func mean(
    _ picture: [UInt8], _ shape: [Int], _ x: Int, _ y: Int, _ channel: Int, _ width: Int,
    _ height: Int
  ) -> Double {
    var sum = 0
    for row in y * shape[0]..<(y + 1) * shape[0] {
      for column in x * shape[1]..<(x + 1) * shape[1] {
        sum += Int(picture[(row / height * shape[1] + column / width) * shape[2] + channel])
      }
    }
    return Double(sum) / Double(shape[0] * shape[1])
  }

  @Test("the same size is the same picture") func same() {
    let picture = (0..<60).map { UInt8($0) }
    #expect(Self.resized(picture, [4, 5, 3], width: 5, height: 4) == picture)
  }
}
