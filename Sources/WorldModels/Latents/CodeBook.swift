import Randomness
import Statistics

/// The running means behind a book of vectors: how often each vector is chosen, and what for.
///
/// A vector is the mean of what was lately encoded as it. One that is hardly chosen any more is put where a vector
/// of the batch lies, far from the book rather than near, and has some dozens of steps to be chosen there.
///
/// - SeeAlso: A. van den Oord et al., "Neural Discrete Representation Learning" (2017), appendix A.1; A. Razavi,
///   A. van den Oord, O. Vinyals, "Generating Diverse High-Fidelity Images with VQ-VAE-2" (2019), eq. 3; for dead
///   vectors P. Dhariwal et al., "Jukebox" (2020), section 3.1.
package struct CodeBook: Sendable {
  /// Vectors in the book, and numbers of each.
  package let classes: Int
  package let codeSize: Int
  private let decay: Float
  private let deadBelow: Float
  /// How often each is chosen at a step; zeros before the first batch.
  package var counts: [Float]
  /// The sum of what each is chosen for, `[classes, codeSize]`.
  package var sums: [Float]

  /// Keeps every count from 0, with little effect on those that are chosen.
  private static let smoothing: Float = 1e-5

  package init(_ configuration: LatentConfiguration) {
    (classes, codeSize) = (configuration.classes, configuration.codeSize)
    (decay, deadBelow) = (configuration.decay, configuration.deadBelow)
    counts = [Float](repeating: 0, count: classes)
    sums = [Float](repeating: 0, count: classes * codeSize)
  }

  /// Whether a batch has been seen.
  package var hasBegun: Bool { counts.contains { $0 > 0 } }

  /// The book, `[classes, codeSize]`: Nᵢ' = (Nᵢ + ε) / (n + K·ε) · n of the counts Nᵢ, n their sum.
  package var vectors: [Float] {
    let sum = counts.reduce(0, +)
    let scale = sum / (sum + Float(classes) * Self.smoothing)
    return sums.indices.map { sums[$0] / ((counts[$0 / codeSize] + Self.smoothing) * scale) }
  }

  /// Begins with groups of a batch's vectors that lie together: their means.
  ///
  /// - Parameter batch: `[vector, codeSize]`.
  package mutating func begin(with batch: [Float], stream: inout RandomStream) {
    let rows = batch.count / codeSize
    guard rows > 0, batch.allSatisfy(\.isFinite) else { return }
    let groups = DistantRows.groups(
      batch.map(Double.init), dimensions: codeSize, count: classes, stream: &stream, beat: {})
    var (members, means) = ([Float](repeating: 0, count: classes), sums.map { _ in Float(0) })
    add(batch, groups, to: &members, &means)
    let even = Float(rows) / Float(classes)
    for code in 0..<classes {
      let isEmpty = members[code] == 0
      let row = isEmpty ? stream.integers(in: 0..<rows) : 0
      for number in 0..<codeSize {
        let place = code * codeSize + number
        sums[place] =
          even * (isEmpty ? batch[row * codeSize + number] : means[place] / members[code])
      }
      counts[code] = even
    }
  }

  /// Takes in what a batch's vectors were encoded as, and revives vectors of the book that have died.
  ///
  /// - Parameters:
  ///   - batch: `[vector, codeSize]`, as it was encoded.
  ///   - codes: `[vector]`.
  package mutating func take(_ batch: [Float], codes: [Int], stream: inout RandomStream) {
    guard !codes.isEmpty, batch.allSatisfy(\.isFinite) else { return }
    var (chosen, means) = ([Float](repeating: 0, count: classes), sums.map { _ in Float(0) })
    add(batch, codes, to: &chosen, &means)
    for code in counts.indices {
      counts[code] = decay * counts[code] + (1 - decay) * chosen[code]
    }
    for place in sums.indices { sums[place] = decay * sums[place] + (1 - decay) * means[place] }
    revive(batch, codes, &stream)
  }

  private func add(
    _ batch: [Float], _ codes: [Int], to counts: inout [Float], _ sums: inout [Float]
  ) {
    for (row, code) in codes.enumerated() {
      counts[code] += 1
      for number in 0..<codeSize {
        sums[code * codeSize + number] += batch[row * codeSize + number]
      }
    }
  }

  private mutating func revive(_ batch: [Float], _ codes: [Int], _ stream: inout RandomStream) {
    let least = deadBelow * Float(codes.count) / Float(classes)
    let dead = counts.indices.filter { counts[$0] < least }
    guard !dead.isEmpty else { return }
    var distances = distances(batch, codes)
    for code in dead {
      let sum = distances.reduce(0, +)
      let row =
        sum > 0 && sum.isFinite
        ? stream.place(weighted: distances, sum: sum) : stream.integers(in: 0..<codes.count)
      distances[row] = 0
      counts[code] = 2 * least
      for number in 0..<codeSize {
        sums[code * codeSize + number] = counts[code] * batch[row * codeSize + number]
      }
    }
  }

  /// Of each vector to the one that it became, squared.
  private func distances(_ batch: [Float], _ codes: [Int]) -> [Double] {
    let book = vectors
    return codes.enumerated().map { row, code in
      (0..<codeSize).reduce(0.0) { sum, number in
        let difference = Double(batch[row * codeSize + number] - book[code * codeSize + number])
        return sum + difference * difference
      }
    }
  }
}
