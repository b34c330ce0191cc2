public import EnvironmentKit

/// Pictures of how two pictures differ.
public enum ErrorPicture {
  /// The signed difference about grey: (first − second + 255) / 2 in each channel.
  ///
  /// Source: Hafner et al., DreamerV3 (2023), the third row of its open-loop videos.
  ///
  /// - Precondition: both have the same size.
  public static func signed(_ first: Frame, _ second: Frame) -> Frame {
    requireSameSize(first, second)
    let bytes = zip(first.pixels, second.pixels).map { (one: UInt8, other: UInt8) -> UInt8 in
      let difference = Int(one) - Int(other)
      return UInt8((difference + 255) / 2)
    }
    return Frame(width: first.width, height: first.height, pixels: bytes)
  }

  /// The mean absolute difference over the channels as heat.
  ///
  /// - Parameters:
  ///   - first: a picture.
  ///   - second: another of the same size.
  ///   - full: the difference, 0...255, that is shown brightest.
  public static func heat(_ first: Frame, _ second: Frame, full: Float = 128) -> Frame {
    requireSameSize(first, second)
    let colors = (0...765).map { ColorScale.heat.color(at: Float($0) / 3 / max(1, full)) }
    var result = first
    for pixel in stride(from: 0, to: first.pixels.count, by: 3) {
      let sum = (pixel..<pixel + 3).reduce(0) { (sum: Int, place: Int) -> Int in
        let difference = Int(first.pixels[place]) - Int(second.pixels[place])
        return sum + abs(difference)
      }
      result.pixels[pixel] = colors[sum].red
      result.pixels[pixel + 1] = colors[sum].green
      result.pixels[pixel + 2] = colors[sum].blue
    }
    return result
  }

  private static func requireSameSize(_ first: Frame, _ second: Frame) {
    precondition(
      first.width == second.width && first.height == second.height,
      "ErrorPicture: \(first.width)×\(first.height) against \(second.width)×\(second.height);"
        + " give pictures of one size")
  }
}
