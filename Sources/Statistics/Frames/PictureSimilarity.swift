import Foundation

/// How like two pictures are that shall be the same.
package enum PictureSimilarity {
  /// The peak signal-to-noise ratio in decibels, of bytes: 10 log₁₀(1 / mean squared error), numbers in 0...1.
  ///
  /// - Returns: infinity for equal pictures.
  package static func peakSignalToNoise(_ a: [UInt8], _ b: [UInt8]) -> Double {
    precondition(
      a.count == b.count && !a.isEmpty, "PictureSimilarity: \(a.count) bytes beside \(b.count)")
    let squares = zip(a, b).reduce(0) { sum, pair in
      let difference = Int(pair.0) - Int(pair.1)
      return sum + difference * difference
    }
    return -10 * log10(Double(squares) / (255 * 255 * Double(a.count)))
  }
}

/// The structural similarity of pictures of one shape: 1 for equal ones.
///
/// Means and variances are those under a Gaussian window of 11×11 pixels and σ 1.5, wherever the whole window
/// lies on the picture; the mean is over such places and over channels. Where a picture is smaller, the window
/// has the greatest odd side that fits.
///
/// - SeeAlso: Z. Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity" (2004),
///   with its K₁ = 0.01, K₂ = 0.03.
package struct StructuralSimilarity: Sendable {
  private static let (side, sigma) = (11, 1.5)
  private let shape: [Int]
  private let window: [Double]

  /// Prepares for pictures of a shape.
  ///
  /// - Parameter shape: height, width and channels.
  package init(shape: [Int]) {
    precondition(shape.count == 3 && shape.allSatisfy { $0 > 0 }, "StructuralSimilarity: \(shape)")
    self.shape = shape
    let least = min(Self.side, shape[0], shape[1])
    let side = least.isMultiple(of: 2) ? least - 1 : least
    let weights = (0..<side).map { place in
      let distance = Double(place - side / 2) / Self.sigma
      return exp(-0.5 * distance * distance)
    }
    let total = weights.reduce(0, +)
    window = weights.map { $0 / total }
  }

  /// The similarity of two pictures, bytes of the shape.
  package func of(_ a: [UInt8], _ b: [UInt8]) -> Double {
    precondition(
      a.count == shape.reduce(1, *) && b.count == a.count,
      "StructuralSimilarity: \(a.count) and \(b.count) bytes for pictures of \(shape)")
    return (0..<shape[2]).map { channel(plane(a, $0), plane(b, $0)) }.mean
  }

  private func plane(_ picture: [UInt8], _ channel: Int) -> [Double] {
    stride(from: channel, to: picture.count, by: shape[2]).map { Double(picture[$0]) / 255 }
  }

  private func channel(_ a: [Double], _ b: [Double]) -> Double {
    let (low, high) = (0.01 * 0.01, 0.03 * 0.03)
    let (meanA, meanB) = (filtered(a), filtered(b))
    let squaresA = filtered(zip(a, a).map(*))
    let squaresB = filtered(zip(b, b).map(*))
    let products = filtered(zip(a, b).map(*))
    return meanA.indices.map { place in
      let (x, y) = (meanA[place], meanB[place])
      let (xx, yy) = (squaresA[place] - x * x, squaresB[place] - y * y)
      let xy = products[place] - x * y
      return (2 * x * y + low) * (2 * xy + high) / ((x * x + y * y + low) * (xx + yy + high))
    }.mean
  }

  /// Weighted means under the window, wherever it fits.
  private func filtered(_ plane: [Double]) -> [Double] {
    let (height, width, side) = (shape[0], shape[1], window.count)
    let columns = width - side + 1
    var wide = [Double](repeating: 0, count: height * columns)
    var result = [Double](repeating: 0, count: (height - side + 1) * columns)
    plane.withUnsafeBufferPointer { plane in
      wide.withUnsafeMutableBufferPointer { wide in
        result.withUnsafeMutableBufferPointer { result in
          for y in 0..<height {
            for (place, weight) in window.enumerated() {
              for x in 0..<columns {
                wide[y * columns + x] += weight * plane[y * width + x + place]
              }
            }
          }
          for y in 0...height - side {
            for (place, weight) in window.enumerated() {
              for x in 0..<columns {
                result[y * columns + x] += weight * wide[(y + place) * columns + x]
              }
            }
          }
        }
      }
    }
    return result
  }
}
