import Randomness

/// Faults that are drawn into a picture.
enum PictureFault {
  /// Levels by which a pixel's channel must change to count.
  private static let leastChange = 40
  /// The share of a changed square's pixels that must count.
  private static let leastShare = 0.1
  /// Places that are tried.
  private static let tries = 30

  /// A picture in a square of which, a quarter of a side wide, channels have changed places.
  ///
  /// - Parameters:
  ///   - picture: bytes of `shape`.
  ///   - shape: height, width and three channels.
  /// - Returns: nil where no square that was tried shows colours enough.
  static func colour(
    _ picture: [UInt8], _ shape: [Int], using stream: inout RandomStream
  ) -> [UInt8]? {
    let (height, width) = (max(1, shape[0] / 4), max(1, shape[1] / 4))
    for _ in 0..<tries {
      let top = stream.integers(in: 0..<shape[0] - height + 1)
      let left = stream.integers(in: 0..<shape[1] - width + 1)
      var (result, changed) = (picture, 0)
      for row in top..<top + height {
        for column in left..<left + width {
          let place = (row * shape[1] + column) * 3
          let pixel = picture[place..<place + 3].map(Int.init)
          let turned = [pixel[2], pixel[0], pixel[1]]
          for channel in 0..<3 { result[place + channel] = UInt8(turned[channel]) }
          if zip(pixel, turned).contains(where: { abs($0 - $1) >= leastChange }) { changed += 1 }
        }
      }
      if Double(changed) >= leastShare * Double(height * width) { return result }
    }
    return nil
  }

  /// A picture with a ring in a colour of its own, a sixth of a side wide.
  static func object(
    _ picture: [UInt8], _ shape: [Int], using stream: inout RandomStream
  ) -> [UInt8] {
    let radius = Double(min(shape[0], shape[1])) / 12
    let colours: [[UInt8]] = [[0, 230, 230], [230, 0, 230], [250, 250, 250]]
    let colour = colours[stream.integers(in: 0..<colours.count)]
    let (y, x) = (
      radius + stream.random() * (Double(shape[0]) - 2 * radius),
      radius + stream.random() * (Double(shape[1]) - 2 * radius)
    )
    var result = picture
    for row in 0..<shape[0] {
      for column in 0..<shape[1] {
        let (dy, dx) = (Double(row) + 0.5 - y, Double(column) + 0.5 - x)
        let distance = (dy * dy + dx * dx).squareRoot() / radius
        guard distance <= 1, distance >= 0.35 else { continue }
        let place = (row * shape[1] + column) * 3
        for channel in 0..<3 { result[place + channel] = colour[channel] }
      }
    }
    return result
  }
}
