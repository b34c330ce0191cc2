import Files
import Statistics

/// The mixture as entries of V's checkpoint, in double precision.
extension MixturePrior {
  private static let (weights, means, covariances) = (
    "prior/weights", "prior/means", "prior/covariances"
  )

  /// Enters the mixture in a file.
  package func save(in file: inout TensorFile) {
    let (count, size) = (mixture.count, mixture.dimensions)
    file.entries[Self.weights] = TensorEntry(mixture.weights, shape: [count])
    file.entries[Self.means] = TensorEntry(mixture.means, shape: [count, size])
    file.entries[Self.covariances] = TensorEntry(
      mixture.covariances,
      shape: mixture.covariance == .full ? [count, size, size] : [count, size])
  }

  /// The mixture of a file; nil where it has none.
  ///
  /// - Throws: where the numbers are of other sizes, or are no mixture.
  init?(_ file: TensorFile, latentSize: Int, place: String) throws(FileError) {
    guard let entry = file.entries[Self.weights] else { return nil }
    let count = entry.shape.first ?? 0
    let isFull = file.entries[Self.covariances]?.shape.count == 3
    let mixture = GaussianMixture(
      weights: try file.values(Self.weights, as: Double.self, shape: [count]),
      means: try file.values(Self.means, as: Double.self, shape: [count, latentSize]),
      covariances: try file.values(
        Self.covariances, as: Double.self,
        shape: isFull ? [count, latentSize, latentSize] : [count, latentSize]),
      covariance: isFull ? .full : .diagonal)
    guard let mixture else {
      throw FileError(
        operation: "read", place: place, cause: "its tensors 'prior/…' are no Gaussian mixture",
        remedy: "restore the file from a copy, or make it anew")
    }
    self.init(mixture)
  }
}
