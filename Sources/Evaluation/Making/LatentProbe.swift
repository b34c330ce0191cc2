import EnvironmentKit
import Statistics

/// What a linear reader tells of a fact by a latent, and which way of the latent changes that.
package struct LatentProbe {
  /// The fact.
  package let fact: Fact
  private let reader: Reader

  private enum Reader {
    case quantity(RidgeProbe)
    case category(LabelProbe)
  }

  /// Fits the reader.
  ///
  /// - Parameters:
  ///   - latents: `[frame, latent]`.
  ///   - values: the fact of each frame, all finite; two frames or more.
  package init(_ fact: Fact, latents: [Float], values: [Double]) {
    self.fact = fact
    reader =
      fact.kind == .quantity
      ? .quantity(RidgeProbe(features: latents, targets: values))
      : .category(LabelProbe(features: latents, labels: values))
  }

  /// What the reader tells by a latent: the fact's value, or of a category the likeliest one.
  package func told(_ latent: ArraySlice<Float>) -> Double {
    switch reader {
    case .quantity(let probe): probe.predict(latent)
    case .category(let probe): probe.label(of: latent)
    }
  }

  /// What the reader tells by several latents, `[row, latent]`.
  package func told(rows latents: [Float], count: Int) -> [Double] {
    let width = latents.count / max(1, count)
    return (0..<count).map { told(latents[$0 * width..<($0 + 1) * width]) }
  }

  /// A straight way of a latent to where the reader tells something else.
  package struct Way: Hashable, Sendable {
    /// What is added to the latent at a strength of 1: one deviation of latents over frames in all, shared among
    /// them as the reader weighs them.
    package let direction: [Double]
    /// The strength from which on the reader tells the value asked for: the way's length in deviations.
    package let flip: Double

    /// The latent at a strength.
    package func latent(_ start: [Float], at strength: Double) -> [Float] {
      zip(start, direction).map { Float(Double($0) + strength * $1) }
    }
  }

  /// The shortest way of a latent to where the reader tells a value, in deviations of latents over frames.
  ///
  /// Of a category it leads to where the value is as likely as the likeliest other, of a quantity to where the
  /// guess is the value.
  ///
  /// - Returns: nil where the reader tells the value at once, knows no such label, or no latent makes it tell it.
  package func way(from latent: [Float], to value: Double) -> Way? {
    guard let shortest = conditions(at: latent, value).shortest else { return nil }
    let length = shortest.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard length > 0, length.isFinite else { return nil }
    return Way(direction: zip(shortest, scales).map { $0 * $1 / length }, flip: length)
  }

  private var scales: [Double] {
    switch reader {
    case .quantity(let probe): probe.featureScales
    case .category(let probe): probe.probes.first?.featureScales ?? []
    }
  }

  /// What a step from a latent, in deviations, must fulfil for the reader to tell a value.
  private func conditions(at latent: [Float], _ value: Double) -> HalfSpaces {
    switch reader {
    case .quantity(let probe):
      let lack = value - probe.predict(latent[...])
      let sign = lack < 0 ? -1.0 : 1
      return HalfSpaces([
        .init(normal: probe.weights.map { sign * $0 }, least: abs(lack))
      ])
    case .category(let probe):
      guard let wanted = probe.labels.firstIndex(of: value) else { return HalfSpaces([]) }
      let guesses = probe.probes.map { $0.predict(latent[...]) }
      return HalfSpaces(
        probe.probes.indices.filter { $0 != wanted }.map { other in
          .init(
            normal: zip(probe.probes[wanted].weights, probe.probes[other].weights).map(-),
            least: guesses[other] - guesses[wanted])
        })
    }
  }
}
