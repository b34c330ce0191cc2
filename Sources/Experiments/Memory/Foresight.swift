import Controllers
import WorldModels

/// The directions in M's state that foretell latents beyond what the present latent foretells.
///
/// Latents of some steps later are regressed on what the state adds to the present latent: a regression of
/// reduced rank, whose leading directions explain most of what comes. A controller that reads them has a
/// fraction of the parameters, and still knows how things move.
///
/// - SeeAlso: A. J. Izenman, "Reduced-rank regression for the multivariate linear model" (1975).
package struct Foresight {
  /// Weight of the squared coefficients, a row.
  private static let ridge = 1e-2

  /// Numbers of the present latent, of the state behind it, and of what is foretold.
  private let (latent, state, future): (Int, Int, Int)
  /// Rows learned from.
  private let count: Int
  /// Products of the numbers, `[latent + state, latent + state]` and `[latent + state, future]`.
  private let (gram, moments): ([Double], [Double])

  /// Learns from rows.
  ///
  /// - Parameters:
  ///   - read: `[row, latent + state]`, standardised.
  ///   - followed: `[row, future]`, standardised: the latents of one or more later steps.
  ///   - latent: numbers of the present latent.
  ///   - state: numbers of the state.
  package init(read: [Double], followed: [Double], latent: Int, state: Int) {
    (self.latent, self.state) = (latent, state)
    count = read.count / (latent + state)
    future = count > 0 ? followed.count / count : 0
    precondition(
      read.count == count * (latent + state) && followed.count == count * future,
      "Foresight: \(read.count) and \(followed.count) numbers are no rows of \(latent + state)")
    gram = SymmetricMatrix.transposedProduct(read, read, rows: count)
    moments = SymmetricMatrix.transposedProduct(read, followed, rows: count)
  }

  /// The rows of `InputScaling.directions`: the present latent, then the directions, each of variance 1
  /// and without correlation with the latent, the strongest first.
  ///
  /// - Parameters:
  ///   - wanted: how many directions, at most `state`, which gives the state itself; where fewer are found,
  ///     the others are zeros.
  ///   - whitening: whether the latent's axes are turned to its principal directions, each of variance 1,
  ///     and what is foretold with them.
  /// - Returns: `[latent + wanted, latent + state]`; nil where the rows are no finite numbers.
  package func directions(_ wanted: Int, whitening: Bool = false) -> [Float]? {
    let width = latent + state
    var rows = [Float](repeating: 0, count: (latent + wanted) * width)
    guard let axes = whitening && count > 1 ? principalAxes() : Self.identity(latent) else {
      return nil
    }
    for (place, weight) in axes.enumerated() {
      rows[place / latent * width + place % latent] = Float(weight)
    }
    if wanted == state {
      for number in latent..<width { rows[number * width + number] = 1 }
    }
    guard count > 1, wanted > 0, wanted < state else { return rows }
    let (byLatent, added) = regressions(of: axes)
    let explained = SymmetricMatrix.transposedProduct(
      added.coefficients,
      SymmetricMatrix.transposedProduct(added.gram, added.coefficients, rows: state), rows: state)
    guard let found = SymmetricMatrix.decompose(explained, n: future) else { return nil }
    for direction in 0..<min(wanted, future) {
      let axis = future - 1 - direction
      guard found.values[axis] > 1e-9 * Double(count) else { break }
      let weights = Self.pointingUp(
        product(added.coefficients, found.vectors[axis * future..<(axis + 1) * future]))
      let scale = (Double(count) / found.values[axis]).squareRoot()
      let row = (latent + direction) * width
      for number in 0..<state {
        rows[row + latent + number] = Float(scale * weights[number])
        for other in 0..<latent {
          rows[row + other] -= Float(scale * weights[number] * byLatent[other * state + number])
        }
      }
    }
    return rows
  }

  private static func identity(_ size: Int) -> [Double] {
    (0..<size * size).map { $0 / size == $0 % size ? 1 : 0 }
  }

  /// An axis may as well point the other way: its greatest number is to be positive.
  private static func pointingUp(_ axis: [Double]) -> [Double] {
    let greatest = axis.max { abs($0) < abs($1) } ?? 0
    return greatest < 0 ? axis.map { -$0 } : axis
  }

  /// The latent's principal directions over the deviations along them, `[axis, latent]`, the strongest
  /// first; zeros where there is no variance.
  private func principalAxes() -> [Double]? {
    let here = part(gram, 0..<latent, 0..<latent, of: latent + state)
    guard let found = SymmetricMatrix.decompose(here, n: latent) else { return nil }
    return (0..<latent).reversed().flatMap { axis in
      let variance = found.values[axis] / Double(count)
      let scale = variance > 1e-6 ? 1 / variance.squareRoot() : 0
      return Self.pointingUp(Array(found.vectors[axis * latent..<(axis + 1) * latent]))
        .map { $0 * scale }
    }
  }

  /// The state's regression on the latent, `[latent, state]`; of what the state adds to it the products,
  /// `[state, state]`, and the future's regression on it, `[state, future]`.
  ///
  /// - Parameter axes: in which the future is foretold, `[axis, latent]`.
  private func regressions(of axes: [Double]) -> (
    byLatent: [Double], added: (gram: [Double], coefficients: [Double])
  ) {
    let width = latent + state
    let (here, behind) = (0..<latent, latent..<width)
    let crossed = part(gram, here, behind, of: width)
    let byLatent = CholeskyFactor(
      part(gram, here, here, of: width), size: latent, ridge: 1e-6 * Double(count)
    ).solve(columns: crossed)
    var added = part(gram, behind, behind, of: width)
    let shared = SymmetricMatrix.transposedProduct(crossed, byLatent, rows: latent)
    for place in added.indices { added[place] -= shared[place] }
    let turned = axes == Self.identity(latent) ? moments : turned(axes)
    var wanted = part(turned, behind, 0..<future, of: future)
    let known = SymmetricMatrix.transposedProduct(
      byLatent, part(turned, here, 0..<future, of: future), rows: latent)
    for place in wanted.indices { wanted[place] -= known[place] }
    let factor = CholeskyFactor(added, size: state, ridge: Self.ridge * Double(count))
    return (byLatent, (added, factor.solve(columns: wanted)))
  }

  /// The moments with a future in other axes of the latent.
  private func turned(_ axes: [Double]) -> [Double] {
    let width = latent + state
    var result = moments
    for row in 0..<width {
      for block in stride(from: 0, to: future, by: latent) {
        let first = row * future + block
        for axis in 0..<min(latent, future - block) {
          result[first + axis] = zip(
            axes[axis * latent..<(axis + 1) * latent], moments[first..<row * future + future]
          ).reduce(0) { $0 + $1.0 * $1.1 }
        }
      }
    }
    return result
  }

  /// A part of a matrix with rows of some width.
  private func part(
    _ matrix: [Double], _ rows: Range<Int>, _ columns: Range<Int>, of width: Int
  ) -> [Double] {
    rows.flatMap { row in columns.map { matrix[row * width + $0] } }
  }

  /// A matrix, `[state, future]`, times a vector.
  private func product(_ matrix: [Double], _ vector: ArraySlice<Double>) -> [Double] {
    (0..<state).map { row in
      zip(matrix[row * future..<(row + 1) * future], vector).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }
}

extension Foresight {
  /// How many steps later latents are foretold: as far as most that moves is still on its way, or nearer
  /// where episodes are too short for that.
  private static let horizons = [[2, 4, 8], [1, 2, 4], [1, 2], [1]]
  /// Rows that are enough.
  private static let leastRows = 1_000
  /// Observations from which the regression learns at most.
  private static let mostRows = 16_384

  /// Learns from observations of episodes and the latents that followed.
  ///
  /// - Throws: where no episode has a frame that another follows.
  init(
    _ inputs: ObservedInputs, _ latents: LatentStore, episodes: [EpisodeSpan],
    _ scaling: InputScaling, _ shape: ControllerShape
  ) throws {
    let (values, frames) = inputs.rows(of: episodes, atMost: Self.mostRows, read: shape)
    let width = shape.readCount
    let ends = EpisodeEnds(episodes)
    func rows(_ horizons: [Int]) -> [Int] {
      frames.indices.filter {
        frames[$0] + (horizons.last ?? 0) <= ends.lastFrame(of: frames[$0])
      }
    }
    let enough = Self.horizons.first { rows($0).count >= Self.leastRows } ?? Self.horizons.last
    let horizons = enough ?? [1]
    let chosen = rows(horizons)
    guard !chosen.isEmpty else {
      throw ExperimentError(
        place: "controller.memoryDirections",
        cause: "the collected episodes are too short to learn what follows",
        remedy: "set it to 0, and controller.whitening to false, or collect longer episodes")
    }
    func standardised(_ value: Float, _ number: Int) -> Double {
      Double((value - scaling.mean[number]) * scaling.factor[number])
    }
    var (read, followed) = ([Double](), [Double]())
    for row in chosen {
      for number in 0..<width { read.append(standardised(values[row * width + number], number)) }
      for horizon in horizons {
        for (number, value) in latents.means.row(frames[row] + horizon).enumerated() {
          followed.append(standardised(value, number))
        }
      }
    }
    self.init(
      read: read, followed: followed, latent: shape.firstFieldCount,
      state: width - shape.firstFieldCount)
  }
}

/// Where the episode of a frame ends.
private struct EpisodeEnds {
  private let spans: [EpisodeSpan]

  init(_ spans: [EpisodeSpan]) {
    self.spans = spans.sorted { $0.frames.lowerBound < $1.frames.lowerBound }
  }

  /// The last frame of the episode that a frame belongs to.
  func lastFrame(of frame: Int) -> Int {
    var (low, high) = (0, spans.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if spans[middle].frames.lowerBound <= frame { low = middle } else { high = middle }
    }
    return spans[low].frames.upperBound - 1
  }
}
