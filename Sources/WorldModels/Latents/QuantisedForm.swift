import Foundation
import Randomness
import Tensors

/// Codes of a book of vectors: each group of the encoder's numbers becomes the nearest vector of the book.
///
/// The gradient passes from the vector to the numbers that it was chosen by as if it were these. The book is moved
/// by `CodeBook`, not by gradients. Every code is as good as another, so a latent's divergence from the uniform
/// prior is always groups · log classes.
///
/// - SeeAlso: A. van den Oord, O. Vinyals, K. Kavukcuoglu, "Neural Discrete Representation Learning" (2017), eq. 1
///   to 3.
package struct QuantisedForm: CodedForm {
  package let groups: Int
  package let classes: Int
  /// Numbers of a vector.
  package let codeSize: Int
  /// The book, `[classes, codeSize]`.
  package let book: [Float]
  /// The same as `[codeSize, classes]`.
  private let turned: [Float]

  package init(groups: Int, classes: Int, codeSize: Int, book: [Float]) {
    precondition(
      book.count == classes * codeSize,
      "QuantisedForm: a book of \(book.count) numbers; give \(classes) vectors of \(codeSize)")
    (self.groups, self.classes, self.codeSize, self.book) = (groups, classes, codeSize, book)
    turned = (0..<book.count).map { book[$0 % classes * codeSize + $0 / classes] }
  }

  package var size: Int { groups * codeSize }
  package var sharesValues: Bool { true }
  package var heads: [LatentHead] { [LatentHead(name: "vectors", outputs: size)] }

  /// Nothing is drawn: zeros.
  package func noise(rows: Int, stream: inout RandomStream) -> Tensor {
    Tensor(repeating: 0, shape: [rows, 1])
  }

  package func posterior(_ outputs: [Tensor], noise: Tensor) -> Posterior {
    let frames = outputs[0].shape[0]
    let codes = outputs[0].withUnsafeBuffer { nearest($0) }
    return Posterior(
      output: outputs[0], noise: noise,
      latents: outputs[0].replaced(by: Tensor(latent(of: codes), shape: outputs[0].shape)),
      divergences: Tensor(repeating: log(Float(classes)), shape: [frames, groups]), codes: codes)
  }

  package func weighed(
    _ outputs: [Tensor], noise: Tensor
  ) -> (latents: Tensor, excess: Tensor) {
    let posterior = posterior(outputs, noise: noise)
    return (posterior.latents, posterior.divergences)
  }

  /// The code of each vector, the first of those that are equally near.
  ///
  /// - Parameter vectors: `[vector, codeSize]`.
  package func nearest(_ vectors: UnsafeBufferPointer<Float>) -> [Int] {
    let rows = vectors.count / codeSize
    return withUnsafeTemporaryAllocation(of: Float.self, capacity: classes) { distances in
      turned.withUnsafeBufferPointer { turned in
        (0..<rows).map { row in
          distances.initialize(repeating: 0)
          for number in 0..<codeSize {
            let own = vectors[row * codeSize + number]
            for code in 0..<classes {
              let difference = own - turned[number * classes + code]
              distances[code] += difference * difference
            }
          }
          var best = 0
          for code in 1..<classes where distances[code] < distances[best] { best = code }
          return best
        }
      }
    }
  }

  package func settle(_ outputs: UnsafeMutablePointer<Float>) {
    let codes = nearest(UnsafeBufferPointer(start: outputs, count: size))
    for (group, code) in codes.enumerated() {
      for number in 0..<codeSize {
        outputs[group * codeSize + number] = book[code * codeSize + number]
      }
    }
  }

  package func draw(
    _ latent: UnsafeMutableBufferPointer<Float>, logVariance: UnsafeBufferPointer<Float>,
    stream: inout RandomStream
  ) {}

  package func divergences(
    of latent: UnsafeBufferPointer<Float>, logVariance: UnsafeBufferPointer<Float>
  ) -> [Double] {
    [Double](repeating: log(Double(classes)), count: groups)
  }

  package func shares(of latent: [Float]) -> [Float] {
    var shares = [Float](repeating: 0, count: groups * classes)
    for (group, code) in codes(of: latent).enumerated() { shares[group * classes + code] = 1 }
    return shares
  }

  package func codes(of latent: [Float]) -> [Int] {
    latent.withUnsafeBufferPointer { nearest($0) }
  }

  package func latent(of codes: [Int]) -> [Float] {
    codes.flatMap { book[$0 * codeSize..<($0 + 1) * codeSize] }
  }
}
