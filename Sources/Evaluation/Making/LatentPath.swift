import Foundation

/// A way from one latent to another.
package enum LatentPath: String, Hashable, Sendable, CaseIterable {
  /// Along the straight line, at even speed: halfway, latents lie nearer to 0 than frames' latents do.
  case straight
  /// Around 0: the direction turns at even speed, the length goes evenly from one to the other, so that it is kept
  /// where both are equally long.
  ///
  /// - SeeAlso: K. Shoemake, "Animating Rotation with Quaternion Curves" (1985); T. White, "Sampling Generative
  ///   Networks" (2016), section 2.1.
  case spherical

  /// Latents at even distances, both ends among them.
  ///
  /// - Parameters:
  ///   - first: `[latent]`; so is `last`.
  ///   - steps: 2 or more.
  /// - Returns: `[step, latent]`; the ends are the two latents themselves.
  package func latents(from first: [Float], to last: [Float], steps: Int) -> [Float] {
    precondition(
      first.count == last.count && steps >= 2,
      "LatentPath: from \(first.count) to \(last.count) numbers in \(steps) steps; give 2 or more")
    let (a, b) = (first.map(Double.init), last.map(Double.init))
    return first
      + (1..<steps - 1).flatMap { step -> [Float] in
        let share = Double(step) / Double(steps - 1)
        return (self == .straight ? Self.line(a, b, share) : Self.arc(a, b, share)).map(Float.init)
      } + last
  }

  private static func line(_ a: [Double], _ b: [Double], _ share: Double) -> [Double] {
    zip(a, b).map { $0 + share * ($1 - $0) }
  }

  private static func arc(_ a: [Double], _ b: [Double], _ share: Double) -> [Double] {
    let lengths = (length(a), length(b))
    // From or to 0 there is no direction to turn.
    guard lengths.0 > 0, lengths.1 > 0 else { return line(a, b, share) }
    let (from, to) = (a.map { $0 / lengths.0 }, b.map { $0 / lengths.1 })
    let cosine = zip(from, to).reduce(0) { $0 + $1.0 * $1.1 }
    let across = zip(from, to).map { $1 - cosine * $0 }
    let sine = length(across)
    // Of equal directions nothing turns; opposite ones are turned by way of an axis of the space.
    let turned = sine > 1e-9 ? across.map { $0 / sine } : axis(across: from)
    let angle = share * (sine > 1e-9 ? atan2(sine, cosine) : cosine > 0 ? 0 : Double.pi)
    let reach = lengths.0 + share * (lengths.1 - lengths.0)
    return zip(from, turned).map { reach * (cos(angle) * $0 + sin(angle) * $1) }
  }

  /// A direction at right angles to another: what is left of the axis that it leans to least.
  private static func axis(across direction: [Double]) -> [Double] {
    guard direction.count > 1,
      let least = direction.indices.min(by: { abs(direction[$0]) < abs(direction[$1]) })
    else { return direction.map { _ in 0 } }
    let rest = direction.indices.map {
      ($0 == least ? 1 : 0) - direction[least] * direction[$0]
    }
    return rest.map { $0 / length(rest) }
  }

  private static func length(_ x: [Double]) -> Double {
    x.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}
