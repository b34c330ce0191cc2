import Randomness
import Testing
import WorldModels

@Suite struct CodeBookTests {
  private func book(
    classes: Int = 2, codeSize: Int = 1, _ change: (inout LatentConfiguration) -> Void = { _ in }
  ) -> CodeBook {
    var configuration = LatentConfiguration()
    (configuration.classes, configuration.codeSize) = (classes, codeSize)
    (configuration.decay, configuration.deadBelow) = (0.5, 0)
    change(&configuration)
    return CodeBook(configuration)
  }

  @Test func `Running means of four vectors, by hand`() {
    var book = book()
    (book.counts, book.sums) = ([2, 4], [2, -8])
    var stream = RandomStream(seed: 1)
    book.take([1, 3, 2, -4], codes: [0, 0, 0, 1], stream: &stream)
    // Counts (2 + 3) / 2 and (4 + 1) / 2, sums (2 + 6) / 2 and (−8 − 4) / 2.
    #expect(book.counts == [2.5, 2.5] && book.sums == [4, -6])
    // Smoothing by 10⁻⁵ moves a vector by less than a hundred-thousandth.
    #expect(abs(book.vectors[0] - 1.6) < 1e-5 && abs(book.vectors[1] + 2.4) < 1e-5)
    // N' = (N + ε) / (n + K·ε) · n.
    let exact = 4 / ((2.5 + 1e-5) / (5 + 2e-5) * 5)
    #expect(abs(Double(book.vectors[0]) - exact) < 1e-6)
  }

  @Test func `It begins where the first batch lies, each vector of the book somewhere else`() {
    var book = book(classes: 3, codeSize: 2)
    var stream = RandomStream(seed: 1)
    #expect(!book.hasBegun)
    let corners: [[Float]] = [[0, 0], [5, 1], [-4, 4]]
    book.begin(with: (0..<30).flatMap { corners[$0 % 3] }, stream: &stream)
    let found = (0..<3).map { Array(book.vectors[2 * $0..<2 * $0 + 2]) }
    for corner in corners {
      // Smoothing by 10⁻⁵ of counts of 10.
      #expect(found.contains { abs($0[0] - corner[0]) < 1e-4 && abs($0[1] - corner[1]) < 1e-4 })
    }
    #expect(book.hasBegun && book.counts == [10, 10, 10])
  }

  @Test func `Fewer vectors than the book has, and such that are no numbers`() {
    var (some, stream) = (book(classes: 4), RandomStream(seed: 1))
    some.begin(with: [2, 2, 2, 2], stream: &stream)
    #expect(some.vectors.allSatisfy { abs($0 - 2) < 1e-3 })
    var none = book()
    none.begin(with: [1, .nan], stream: &stream)
    #expect(!none.hasBegun)
    none.begin(with: [], stream: &stream)
    #expect(!none.hasBegun)
    let before = some.vectors
    some.take([.infinity], codes: [0], stream: &stream)
    #expect(some.vectors == before)
  }

  /// AntixK/PyTorch-VAE, issues 51 and 71: codes that die stay dead.
  @Test func `A vector that is not chosen any more is put where the batch is served worst`() {
    var book = book { ($0.decay, $0.deadBelow) = (0.9, 0.05) }
    (book.counts, book.sums) = ([4, 4], [0, 400])
    var stream = RandomStream(seed: 1)
    var revived = 0
    for _ in 0..<60 where revived == 0 {
      // All are nearest to 0; those at 7 are badly served.
      book.take([0, 0, 0, 0, 0, 0, 7, 7], codes: [Int](repeating: 0, count: 8), stream: &stream)
      if abs(book.vectors[1] - 7) < 1e-2 { revived += 1 }
    }
    #expect(revived == 1)
    // Twice the least count of 0.05 · 8 / 2: time to be chosen.
    #expect(book.counts[1] == 0.4)
    // Where it is off, the vector stays where it is.
    var off = self.book()
    (off.counts, off.sums) = ([4, 4], [0, 400])
    for _ in 0..<10 { off.take([0, 7], codes: [0, 0], stream: &stream) }
    #expect(abs(off.vectors[1] - 100) < 1)
  }

  @Test func `A vector at its fair share is no dead one`() {
    var book = book(classes: 4) { ($0.decay, $0.deadBelow) = (0.99, 0.05) }
    var stream = RandomStream(seed: 1)
    book.begin(with: [0, 1, 2, 3], stream: &stream)
    let start = book.vectors
    let order = [0, 1, 2, 3].map { value in
      start.indices.min { abs(start[$0] - Float(value)) < abs(start[$1] - Float(value)) } ?? 0
    }
    for _ in 0..<500 { book.take([0, 1, 2, 3], codes: order, stream: &stream) }
    #expect(zip(book.vectors, start).allSatisfy { abs($0 - $1) < 1e-3 })
  }
}
