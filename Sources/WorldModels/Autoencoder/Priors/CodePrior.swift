import Files
import Randomness
import Statistics

/// A mixture of independent codes, fitted to the codes of the frames that V learned from.
package struct CodePrior: FittedPrior {
  /// The mixture.
  package let mixture: CodeMixture
  private let form: any CodedForm

  package init(_ mixture: CodeMixture, _ form: any CodedForm) {
    (self.mixture, self.form) = (mixture, form)
  }

  package var title: String {
    mixture.count == 1 ? "fitted codes" : "fitted mixture of \(mixture.count)"
  }
  package var latentSize: Int { form.size }

  package func logDensities(of latents: [Float]) -> [Double] {
    mixture.logDensities(of: Self.codes(of: latents, form))
  }

  package func samples(_ count: Int, stream: inout RandomStream) -> [Float] {
    (0..<count).flatMap { _ in form.latent(of: mixture.samples(1, stream: &stream)) }
  }

  private static func codes(of latents: [Float], _ form: any CodedForm) -> [Int] {
    stride(from: 0, to: latents.count, by: form.size).flatMap {
      form.codes(of: Array(latents[$0..<$0 + form.size]))
    }
  }

  /// Fits a mixture to latents.
  ///
  /// - Parameters:
  ///   - latents: a draw for each frame, `[row, latentSize]`.
  ///   - components: of the mixture, at most.
  ///   - start: where it begins.
  ///   - progress: called with the rounds that are done and their greatest number, often within a round; may
  ///     throw to stop.
  /// - Returns: nil where there are no latents, or one is not finite.
  static func fitted(
    to latents: [Float], _ form: any CodedForm, components: Int, start: inout RandomStream,
    progress: (_ rounds: Int, _ most: Int) throws -> Void
  ) rethrows -> CodePrior? {
    guard latents.allSatisfy(\.isFinite) else { return nil }
    let rounds = 100
    return try CodeMixtureFit.fitted(
      to: codes(of: latents, form), groups: form.groups, classes: form.classes,
      components: components, rounds: rounds, stream: &start, beat: { try progress($0, rounds) }
    ).map { CodePrior($0.mixture, form) }
  }
}

/// The mixture as entries of V's checkpoint, in double precision.
extension CodePrior {
  private static let (weights, shares) = ("prior/weights", "prior/shares")

  package func save(in file: inout TensorFile) {
    file.entries[Self.weights] = TensorEntry(mixture.weights, shape: [mixture.count])
    file.entries[Self.shares] = TensorEntry(
      mixture.shares, shape: [mixture.count, mixture.groups, mixture.classes])
  }

  /// The mixture of a file; nil where it has none.
  ///
  /// - Throws: where the numbers are of other sizes, or are no mixture.
  static func mixture(
    _ file: TensorFile, groups: Int, classes: Int, place: String
  ) throws(FileError) -> CodeMixture? {
    guard let entry = file.entries[weights] else { return nil }
    let count = entry.shape.first ?? 0
    let mixture = CodeMixture(
      weights: try file.values(weights, as: Double.self, shape: [count]),
      shares: try file.values(shares, as: Double.self, shape: [count, groups, classes]),
      groups: groups, classes: classes)
    guard let mixture else {
      throw FileError(
        operation: "read", place: place, cause: "its tensors 'prior/…' are no mixture of codes",
        remedy: "restore the file from a copy, or make it anew")
    }
    return mixture
  }
}
