import WorldModels

/// The words whose share of a document grows most, and falls most, along a latent.
package struct LatentWords: Sendable {
  /// A word and its share at both ends.
  package struct Word: Sendable {
    package let word: String
    /// At the mean less two standard deviations.
    package let low: Float
    /// At the mean and two standard deviations more.
    package let high: Float
  }

  /// The latent, from 0.
  package let latent: Int
  /// What grows, the most first.
  package let growing: [Word]
  /// What falls, the most first.
  package let falling: [Word]

  /// Words a list.
  private static let shown = 8
  /// Below this the mean does not vary: no active unit.
  private static let leastVariance = 0.01

  /// The words of all latents that vary from document to document; the others stay at their mean.
  ///
  /// - Parameters:
  ///   - latents: `[document, latent]`, Gaussian.
  ///   - names: of what is counted; empty where nobody says.
  static func all(_ vision: FrozenVision, latents: [Float], names: [String]) -> [LatentWords] {
    let width = vision.latentSize
    let count = Double(latents.count / width)
    var (means, squares) = (
      [Double](repeating: 0, count: width), [Double](repeating: 0, count: width)
    )
    for (place, value) in latents.enumerated() { means[place % width] += Double(value) / count }
    for (place, value) in latents.enumerated() {
      let difference = Double(value) - means[place % width]
      squares[place % width] += difference * difference / count
    }
    return (0..<width).filter { squares[$0] >= leastVariance }.map { latent in
      let step = Float(2 * squares[latent].squareRoot())
      let ends = [-step, step].flatMap { offset in
        means.enumerated().map { Float($1) + ($0 == latent ? offset : 0) }
      }
      let shares = vision.format.numbers(vision.decode(ends))
      return LatentWords(latent, shares, names)
    }
  }

  private init(_ latent: Int, _ shares: [Float], _ names: [String]) {
    let count = shares.count / 2
    let words = (0..<count).map { place in
      Word(
        word: names.isEmpty ? "kind \(place)" : names[place], low: shares[place],
        high: shares[count + place])
    }
    let order = words.indices.sorted {
      (words[$0].high - words[$0].low, $1) > (words[$1].high - words[$1].low, $0)
    }
    self.latent = latent
    growing = order.prefix(Self.shown).map { words[$0] }.filter { $0.high > $0.low }
    falling = order.reversed().prefix(Self.shown).map { words[$0] }.filter { $0.high < $0.low }
  }
}
