/// Brings a picture to a square of another size: each new pixel is the mean of what it covers.
struct FrameScaler {
  private let source: [Int]
  private let rows: [Cover]
  private let columns: [Cover]

  /// What a pixel covers of a side: the first pixel of the source, and the share of each.
  private struct Cover {
    let first: Int
    let shares: [Float]
  }

  /// Prepares for pictures of a shape.
  init(from source: [Int], to size: Int, _ fit: FrameFit) {
    self.source = source
    let (height, width) = (source[0], source[1])
    let side = min(height, width)
    func covers(_ extent: Int) -> [Cover] {
      let taken = fit == .crop ? side : extent
      return Self.covers(of: taken, from: (extent - taken) / 2, count: size)
    }
    (rows, columns) = (covers(height), covers(width))
  }

  private static func covers(of extent: Int, from start: Int, count: Int) -> [Cover] {
    let step = Float(extent) / Float(count)
    return (0..<count).map { place in
      let (low, high) = (Float(place) * step, Float(place + 1) * step)
      let pixels = Int(low)..<max(Int(low) + 1, min(extent, Int(high.rounded(.up))))
      let shares = pixels.map { max(0, min(high, Float($0 + 1)) - max(low, Float($0))) / step }
      return Cover(first: start + pixels.lowerBound, shares: shares)
    }
  }

  /// Writes the new picture, `[size, size, channel]`.
  func scale(
    _ picture: UnsafeBufferPointer<UInt8>, into bytes: UnsafeMutableBufferPointer<UInt8>
  ) {
    let (width, channels) = (source[1], source[2])
    var next = 0
    for row in rows {
      for column in columns {
        for channel in 0..<channels {
          var sum: Float = 0
          for (y, tall) in row.shares.enumerated() {
            let line = (row.first + y) * width + column.first
            for (x, wide) in column.shares.enumerated() {
              sum += tall * wide * Float(picture[(line + x) * channels + channel])
            }
          }
          bytes[next] = UInt8(min(255, max(0, sum.rounded())))
          next += 1
        }
      }
    }
  }
}
