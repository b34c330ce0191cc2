import Foundation
import Randomness
import Tensors
import TestSupport
import Testing
import WorldModels

/// What each form of latents makes of numbers, against answers found by hand.
@Suite struct LatentFormTests {
  private func categorical(_ groups: Int, _ classes: Int, share: Float = 0) -> CategoricalForm {
    CategoricalForm(groups: groups, classes: classes, uniformShare: share)
  }

  private func noise(_ form: any LatentForm, rows: Int, seed: UInt64 = 1) -> Tensor {
    var stream = RandomStream(seed: seed)
    return form.noise(rows: rows, stream: &stream)
  }

  @Test func `The gradient passes straight through a draw to the chances`() {
    let (weights, share) = ([Float(2), -1, 0.5], Float(0.01))
    let logits = [Float(0.3), -0.2, 1.1]
    let form = categorical(1, 3, share: share)
    var latents: [Float] = []
    let gradient = valueAndGradients(of: [Tensor(logits, shape: [1, 3])]) {
      let posterior = form.posterior($0, noise: noise(form, rows: 1))
      latents = posterior.latents.scalars
      return (posterior.latents * Tensor(weights, shape: [3])).sum()
    }.gradients[0].scalars
    #expect(latents.sorted() == [0, 0, 1])
    // d Σ w·p / d logit of p = (1 − u) softmax + u / 3 is (1 − u) s (w − Σ s·w).
    let sum = logits.reduce(0) { $0 + exp($1) }
    let softmax = logits.map { exp($0) / sum }
    let mean = zip(softmax, weights).reduce(0) { $0 + $1.0 * $1.1 }
    for (found, (chance, weight)) in zip(gradient, zip(softmax, weights)) {
      #expect(abs(found - (1 - share) * chance * (weight - mean)) < 1e-6)
    }
  }

  @Test func `The divergence of chances a half and two quarters is log 3 less their entropy`() {
    let form = categorical(1, 3)
    let logits = Tensor([log(0.5), log(0.25), log(0.25)], shape: [1, 3])
    let divergence = form.posterior([logits], noise: noise(form, rows: 1)).divergences.scalars
    // 1.5 · log 2 is the entropy.
    let exact = Float(log(3.0) - 1.5 * log(2.0))
    #expect(abs(divergence[0] - exact) < 1e-6)
    let even = Tensor(repeating: 0.7, shape: [2, 3])
    #expect(
      form.posterior([even], noise: noise(form, rows: 2)).divergences.scalars
        .allSatisfy { abs($0) < 1e-6 })
    // Frozen the same, and of two groups each its own.
    let two = categorical(2, 3)
    let rows: [Float] = [0.5, 0.25, 0.25, 1, 0, 0]
    let parts = rows.withUnsafeBufferPointer { two.divergences(of: $0, logVariance: $0) }
    #expect(abs(parts[0] - Double(exact)) < 1e-6 && abs(parts[1] - log(3)) < 1e-12)
  }

  @Test(arguments: [Float(0), 0.01, 0.3])
  func `The divergence's gradient is that of differences`(_ share: Float) {
    var stream = RandomStream(seed: 3)
    let form = categorical(2, 4, share: share)
    let logits = Tensor(uniform: -2..<2, shape: [3, 8], stream: &stream)
    let (value, gradients) = valueAndGradients(of: [logits]) {
      form.posterior($0, noise: noise(form, rows: 3)).divergences.sum()
    }
    let oracle = { (arrays: [OracleArray]) -> Double in
      stride(from: 0, to: 24, by: 4).reduce(0.0) { sum, start in
        let row = arrays[0].values[start..<start + 4].map { exp($0) }
        let total = row.reduce(0, +)
        return row.reduce(sum) {
          let chance = (1 - Double(share)) * $1 / total + Double(share) / 4
          return $0 + chance * log(4 * chance)
        }
      }
    }
    let exact = OracleArray(logits.scalars.map(Double.init), shape: [3, 8])
    #expect(abs(Double(value.scalar) - oracle([exact])) < 1e-5)
    let slopes = OracleArray.gradients(at: [exact], of: oracle)[0].values.map { Float($0) }
    #expect(gradients[0].scalars.relativeError(to: slopes) < 1e-4)
  }

  @Test func `No chance is below the uniform share, and the divergence stays finite`() {
    let form = categorical(1, 5, share: 0.01)
    let logits = Tensor([100, -100, -100, -100, -1000], shape: [1, 5])
    let posterior = form.posterior([logits], noise: noise(form, rows: 1))
    var frozen = logits.scalars
    frozen.withUnsafeMutableBufferPointer { $0.baseAddress.map(form.settle) }
    #expect(frozen.dropFirst().allSatisfy { abs($0 - 0.002) < 1e-7 })
    #expect(abs(frozen[0] - 0.992) < 1e-6)
    let exact = 0.992 * log(5 * 0.992) + 4 * 0.002 * log(5 * 0.002)
    #expect(abs(Double(posterior.divergences.scalars[0]) - exact) < 1e-5)
    // Without a share a chance may be 0: no number is lost.
    let bare = categorical(1, 5)
    let (value, gradients) = valueAndGradients(of: [logits]) {
      bare.posterior($0, noise: noise(bare, rows: 1)).divergences.sum()
    }
    #expect(abs(value.scalar - Float(log(5.0))) < 1e-5)
    #expect(gradients[0].scalars.allSatisfy { $0.isFinite })
  }

  @Test func `Values are drawn as often as their chances say, in training and frozen`() {
    let form = categorical(2, 3)
    let count = 20_000
    let row = [log(0.2), log(0.5), log(0.3), log(0.6), log(0.1), log(0.3)].map { Float($0) }
    let logits = Tensor(Array(repeating: row, count: count).flatMap { $0 }, shape: [count, 6])
    let latents = form.posterior([logits], noise: noise(form, rows: count)).latents.scalars
    var stream = RandomStream(seed: 5)
    let chances: [Float] = [0.2, 0.5, 0.3, 0.6, 0.1, 0.3]
    let frozen = (0..<count).flatMap { _ -> [Float] in
      var latent = chances
      latent.withUnsafeMutableBufferPointer { latent in
        form.draw(latent, logVariance: UnsafeBufferPointer(latent), stream: &stream)
      }
      return latent
    }
    for drawn in [latents, frozen] {
      for number in 0..<6 {
        let share = stride(from: number, to: drawn.count, by: 6).reduce(Float(0)) { $0 + drawn[$1] }
        // Four standard errors of a share of 20,000 are at most 0.0142.
        #expect(abs(share / Float(count) - chances[number]) < 0.0142)
      }
    }
  }

  @Test func `The bound of one code is log p, the mean over its values`() {
    let form = categorical(1, 3, share: 0.05)
    let likelihoods = [0.02, 0.3, 0.6]
    let logits = Tensor([0.5, -0.5, 1], shape: [1, 3])
    var stream = RandomStream(seed: 2)
    let estimate = ImportanceWeightedBound.estimate(
      [logits], form, samples: 40_000, atOnce: 500, stream: &stream
    ) { latents, _ in
      let rows = latents.scalars
      return Tensor(
        stride(from: 0, to: rows.count, by: 3).map { start in
          Float((0..<3).reduce(0.0) { $0 - Double(rows[start + $1]) * log(likelihoods[$1]) })
        }, shape: [rows.count / 3])
    }
    let exact = log(likelihoods.reduce(0, +) / 3)
    // Weights lie within 0.1 and 1.1: the standard error of their mean is below 0.002.
    #expect(abs(estimate.bounds[0] - exact) < 0.01)
  }

  private var book: QuantisedForm {
    QuantisedForm(groups: 2, classes: 3, codeSize: 2, book: [0, 0, 1, 1, -1, 2])
  }

  @Test func `A vector becomes the nearest of the book, of equal ones the first`() {
    let vectors = Tensor([0.9, 0.7, -0.6, 1.8, 0.5, 0.5, 0.1, -3], shape: [2, 4])
    let posterior = book.posterior([vectors], noise: noise(book, rows: 2))
    #expect(posterior.codes == [1, 2, 0, 0])
    #expect(posterior.latents.scalars == [1, 1, -1, 2, 0, 0, 0, 0])
    #expect(posterior.divergences.scalars.allSatisfy { abs($0 - 2 * Float(log(3.0))) < 1e-6 })
    var row: [Float] = [0.9, 0.7, -0.6, 1.8]
    row.withUnsafeMutableBufferPointer { $0.baseAddress.map(book.settle) }
    #expect(row == [1, 1, -1, 2])
    #expect(book.shares(of: row) == [0, 1, 0, 0, 0, 1])
  }

  @Test
  func `The decoder's gradient passes to the encoder unchanged, and the commitment's with it`() {
    let (vectors, weights): ([Float], [Float]) = ([0.9, 0.7, -0.6, 1.8], [3, -1, 0.5, 2])
    let gradient = valueAndGradients(of: [Tensor(vectors, shape: [1, 4])]) {
      let posterior = book.posterior($0, noise: noise(book, rows: 1))
      let commitment = Commitment(weight: 0.25).parts(of: posterior)[0]
      return (posterior.latents * Tensor(weights, shape: [4])).sum()
        + commitment.total * commitment.weight
    }.gradients[0].scalars
    let nearest: [Float] = [1, 1, -1, 2]
    for index in 0..<4 {
      let exact = weights[index] + 0.5 * (vectors[index] - nearest[index])
      #expect(abs(gradient[index] - exact) < 1e-6)
    }
  }

  @Test func `Places of codes lead back to their latents, from beyond the ends too`() {
    let forms: [any CodedForm] = [categorical(2, 3), book]
    for form in forms {
      let latent = form.latent(of: [2, 0])
      #expect(form.places(of: latent) == [2, 0])
      #expect(form.latent(at: [7, -7]) == latent && form.latent(at: [1.7, 0.4]) == latent)
      #expect(form.codes(of: latent) == [2, 0] && form.shownPlaces == [0, 1, 2])
      #expect(form.latent(at: [1, 1]) == form.latent(of: [1, 1]))
    }
    #expect(categorical(1, 100).shownPlaces.count == 9)
    #expect(categorical(1, 100).shownPlaces.last == 99)
  }

  @Test func `Even codes are all as likely, and drawn alike`() {
    let prior = categorical(3, 4).prior
    var stream = RandomStream(seed: 4)
    let draws = prior.samples(4_000, stream: &stream)
    #expect(prior.latentSize == 12 && draws.count == 48_000)
    #expect(prior.logDensities(of: draws).allSatisfy { abs($0 + 3 * log(4)) < 1e-12 })
    for number in 0..<12 {
      let share = stride(from: number, to: draws.count, by: 12).reduce(Float(0)) { $0 + draws[$1] }
      // Four standard errors of a quarter of 4,000.
      #expect(abs(share / 4_000 - 0.25) < 0.028)
    }
  }

  @Test func `Even use has as much perplexity as there are values, one value has 1`() {
    let even = CodeUse(codes: [0, 1, 1, 2, 2, 0], groups: 2, classes: 3, sharesValues: false)
    #expect(abs(even.perplexity - 3) < 1e-12 && even.used == 6)
    let one = CodeUse(codes: [0, 1, 0, 1], groups: 2, classes: 3, sharesValues: false)
    #expect(one.perplexity == 1 && one.used == 2)
    // The same codes of a book that both share: two values, evenly.
    let shared = CodeUse(codes: [0, 1, 0, 1], groups: 2, classes: 3, sharesValues: true)
    #expect(abs(shared.perplexity - 2) < 1e-12 && shared.used == 2)
    let uneven = CodeUse(counts: [3, 1], groups: 1, classes: 2, sharesValues: false)
    #expect(abs(uneven.perplexity - exp(-0.75 * log(0.75) - 0.25 * log(0.25))) < 1e-12)
  }
}
