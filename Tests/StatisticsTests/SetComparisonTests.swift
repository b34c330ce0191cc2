import Randomness
import Statistics
import Testing

@Suite("Comparing two sets of samples")
struct SetComparisonTests {
  /// Numbers that NumPy makes as easily, for reference values.
  private func numbers(_ rows: Int, _ width: Int, seed: Int) -> SampleSet {
    SampleSet(
      (0..<rows * width).map { place in
        let (i, j) = (place / width, place % width)
        let whole = (i * 37 + j * 101 + seed * 53 + i * j * 11) * 7919 % 1009
        return Float(Double(whole) / 1009 - 0.5 + 0.1 * Double(seed * j) / Double(width))
      }, width: width)
  }

  private func normal(_ rows: Int, _ width: Int, seed: UInt64, shift: Float = 0) -> SampleSet {
    var stream = RandomStream(seed: seed)
    return SampleSet(
      (0..<rows * width).map { _ in Float(stream.standardNormal()) + shift }, width: width)
  }

  private func overlap(_ reference: SampleSet, _ samples: SampleSet, k: Int = 5) -> SetOverlap {
    var stream = RandomStream(seed: 1)
    return SetOverlap(reference: reference, samples: samples, k: k, using: &stream)
  }

  private func kernels(_ reference: SampleSet, _ samples: SampleSet) -> KernelDistances {
    var stream = RandomStream(seed: 1)
    return KernelDistances(reference: reference, samples: samples, using: &stream)
  }

  @Test("balls around points on a line hold what they hold by hand")
  func byHand() {
    // Nearest neighbours of the reference lie 1, 1 and 9 away, of the samples 4.5, 4.5, 1 and 1.
    let found = overlap(
      SampleSet([0, 1, 10], width: 1), SampleSet([0.5, 5, 30, 31], width: 1), k: 1)
    #expect(found.precision.value == 0.5)
    #expect(abs(found.recall.value - 2.0 / 3) < 1e-12)
    #expect(found.density.value == 0.75)
    #expect(found.coverage.value == 1)
  }

  @Test("precision, recall, density and coverage are those of the reference implementation")
  func overlapReference() {
    // Numbers of NumPy by the definitions of Naeem et al.
    let found = overlap(numbers(60, 5, seed: 1), numbers(47, 5, seed: 2), k: 3)
    #expect(abs(found.precision.value - 0.9574468085106383) < 1e-12)
    #expect(abs(found.recall.value - 0.9333333333333333) < 1e-12)
    #expect(abs(found.density.value - 1.0567375886524821) < 1e-12)
    #expect(abs(found.coverage.value - 0.9666666666666667) < 1e-12)
  }

  @Test("of two sets of one law density is about 1 and coverage about 1 − 2⁻⁵, far from zero too")
  func oneLaw() {
    for shift: Float in [0, 1000] {
      let found = overlap(
        normal(1_100, 4, seed: 2, shift: shift), normal(1_100, 4, seed: 3, shift: shift))
      // Both scatter by about 0.02 and 0.005 between seeds.
      #expect(abs(found.density.value - 1) < 0.08)
      #expect(abs(found.coverage.value - (1 - 1.0 / 32)) < 0.02)
      #expect(
        found.coverage.low < found.coverage.value && found.coverage.value < found.coverage.high)
    }
  }

  @Test("copies of a set are all inside it, though its points repeat")
  func copies() {
    let points = SampleSet((0..<40).map { Float($0 % 4) }, width: 1)
    let found = overlap(points, points)
    #expect(found.precision.value == 1 && found.recall.value == 1 && found.coverage.value == 1)
    let elsewhere = overlap(points, SampleSet((0..<40).map { Float($0 % 4) + 0.5 }, width: 1))
    #expect(elsewhere.precision.value == 0 && elsewhere.coverage.value == 0)
  }

  @Test(
    "ten thousand points in a thousand dimensions give the published numbers",
    .tags(.slow), .onlyWhenSlowTestsAreWanted)
  func published() {
    // The example of the reference implementation: 0.4772, 0.4705, 1.0555, 0.9735. Its draws are others, and
    // in so many dimensions a few rows lie in most balls: NumPy's own draws of four seeds gave 0.45 to 0.48,
    // 0.47 to 0.49, 0.91 to 1.07 and 0.956 to 0.974.
    let found = overlap(normal(10_000, 1_000, seed: 4), normal(10_000, 1_000, seed: 5))
    #expect(abs(found.precision.value - 0.4772) < 0.04)
    #expect(abs(found.recall.value - 0.4705) < 0.04)
    #expect(abs(found.density.value - 1) < 0.2)
    #expect(abs(found.coverage.value - 0.9673) < 0.025)
  }

  @Test("the Fréchet distance of Gaussians along the axes is that of their means and deviations")
  func frechet() {
    // Variances 2a²/3 along each axis: deviations √(2/3)·(3, 1) and √(2/3)·(1, 4).
    let a = SampleSet([3, 0, -3, 0, 0, 1, 0, -1], width: 2)
    let b = SampleSet([11, 5, 9, 5, 10, 9, 10, 1], width: 2)
    let expected = 100 + 25 + 2.0 / 3 * (4 + 9)
    #expect(abs(FrechetDistance.between(a, b).value - expected) < 1e-9)
    #expect(abs(FrechetDistance.between(a, a).value) < 1e-9)
    // NumPy: eigenvalues of the product of covariances; roots of matrices where rows are wider than many.
    let tall = FrechetDistance.between(numbers(60, 5, seed: 1), numbers(47, 5, seed: 2))
    #expect(abs(tall.value - 0.03257494360212854) < 1e-9)
    #expect(tall.low < tall.value && tall.value < tall.high)
    let wide = FrechetDistance.between(numbers(6, 9, seed: 1), numbers(7, 9, seed: 2))
    // The roots of eigenvalues that are 0 but for rounding spoil digits of the reference.
    #expect(abs(wide.value - 0.27292361053555914) < 1e-7)
  }

  @Test("kernel distances are those of NumPy, and their chance tells one law from two")
  func kernelDistances() {
    let found = kernels(numbers(60, 5, seed: 1), numbers(47, 5, seed: 2))
    #expect(abs(found.polynomial.value.value - 0.0015659760171131687) < 1e-9)
    #expect(abs(found.multiquadric.value.value + 0.04791949338893886) < 1e-7)
    let one = kernels(normal(700, 3, seed: 6), normal(600, 3, seed: 7))
    #expect(abs(one.polynomial.value.value) < 0.02 && one.polynomial.chance > 0.05)
    #expect(one.multiquadric.value.low < 0 && one.multiquadric.value.high > 0)
    let two = kernels(normal(700, 3, seed: 6), normal(600, 3, seed: 7, shift: 0.5))
    #expect(two.polynomial.chance < 0.01 && two.multiquadric.chance < 0.01)
    #expect(two.multiquadric.value.low > 0)
  }

  @Test("an interval by leaving out groups is that of a mean by its standard error")
  func jackknife() {
    let values = [1.0, 2, 4, 9]
    let without = values.map { (16 - $0) / 3 }
    let found = MeasuredValue(4, leavingOut: without)
    // Deviations −3, −2, 0, 5: variance 38/3, error √(38/12); t of 3 degrees of freedom 3.182.
    #expect(abs(found.high - 4 - 3.182 * (38.0 / 12).squareRoot()) < 1e-9)
    #expect(abs(found.low + found.high - 8) < 1e-9)
  }
}
