import Randomness
import Statistics

/// Where the points of a map stand before they are moved: the first two principal components.
///
/// - SeeAlso: D. Kobak, G. C. Linderman, "Initialization is critical for preserving global data structure in both t-SNE
///   and UMAP" (2021).
package enum MapStart {
  /// The first two principal components of rows, `[row, 2]`.
  package static func components(_ set: SampleSet) -> [Float] {
    PrincipalComponents(rows: set.values, rowCount: set.count, count: 2)
      .scores(rows: set.values, rowCount: set.count)
  }

  /// Components at a scale, with a little noise, so that equal rows can part.
  ///
  /// - Parameters:
  ///   - components: `[row, 2]`.
  ///   - factor: what they are multiplied by.
  ///   - noise: its standard deviation.
  static func scaled(
    _ components: [Float], by factor: Float, noise: Float, using stream: inout RandomStream
  ) -> [Float] {
    components.map { $0 * factor + noise * Float(stream.standardNormal()) }
  }
}
