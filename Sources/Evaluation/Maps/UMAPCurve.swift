import Foundation

/// How close two points of a UMAP count by their distance: 1 / (1 + a d^(2b)).
///
/// - SeeAlso: L. McInnes, J. Healy, J. Melville, "UMAP: Uniform Manifold Approximation and Projection for Dimension
///   Reduction" (2018), section 3.2, and the program's `find_ab_params`.
package struct UMAPCurve: Sendable {
  /// The factor.
  package private(set) var a: Double
  /// Half the power.
  package private(set) var b: Double

  /// Fits the curve by least squares to 1 up to the least distance, and exp(−(d − least) / spread) beyond.
  ///
  /// - Parameters:
  ///   - minimumDistance: how close points may lie, 0 or more and below three times the spread.
  ///   - spread: the scale of the map, above 0.
  package init(minimumDistance: Double = 0.1, spread: Double = 1) {
    precondition(
      minimumDistance >= 0 && spread > 0 && minimumDistance < 3 * spread,
      "UMAPCurve: a least distance of \(minimumDistance), a spread of \(spread)")
    let places = (1..<300).map { Double($0) / 299 * 3 * spread }
    let wanted = places.map { $0 < minimumDistance ? 1 : exp(-($0 - minimumDistance) / spread) }
    (a, b) = (1, 1)
    fit(places, wanted)
  }

  /// Levenberg and Marquardt's steps.
  private mutating func fit(_ places: [Double], _ wanted: [Double]) {
    var damping = 1e-3
    var error = self.error(a, b, places, wanted)
    for _ in 0..<200 {
      var (aa, ab, bb, ra, rb) = (0.0, 0.0, 0.0, 0.0, 0.0)
      for (place, target) in zip(places, wanted) {
        let power = pow(place, 2 * b)
        let value = 1 / (1 + a * power)
        let byA = -power * value * value
        let byB = -2 * a * power * log(place) * value * value
        let rest = target - value
        (aa, ab, bb) = (aa + byA * byA, ab + byA * byB, bb + byB * byB)
        (ra, rb) = (ra + byA * rest, rb + byB * rest)
      }
      let (first, second) = (aa * (1 + damping), bb * (1 + damping))
      let determinant = first * second - ab * ab
      guard determinant > 0 else { return }
      let next = (
        a + (ra * second - rb * ab) / determinant, b + (rb * first - ra * ab) / determinant
      )
      let found = next.0 > 0 && next.1 > 0 ? self.error(next.0, next.1, places, wanted) : .infinity
      if found < error {
        let gain = error - found
        (a, b, error, damping) = (next.0, next.1, found, damping / 10)
        if gain < 1e-15 { return }
      } else {
        damping *= 10
        if damping > 1e12 { return }
      }
    }
  }

  private func error(
    _ a: Double, _ b: Double, _ places: [Double], _ wanted: [Double]
  ) -> Double {
    zip(places, wanted).reduce(0) { sum, pair in
      let rest = pair.1 - 1 / (1 + a * pow(pair.0, 2 * b))
      return sum + rest * rest
    }
  }
}
