/// Candidate solutions, a row each.
public struct Population: Hashable, Sendable {
  /// Number of candidates.
  public let count: Int
  /// Parameters of a candidate.
  public let dimension: Int
  /// `[candidate, parameter]`, row-major.
  public internal(set) var values: [Double]

  /// Creates a population of its values.
  ///
  /// - Precondition: `values` has `count * dimension` elements.
  public init(count: Int, dimension: Int, values: [Double]) {
    precondition(
      values.count == count * dimension,
      "Population: \(values.count) values for shape [\(count), \(dimension)]")
    self.count = count
    self.dimension = dimension
    self.values = values
  }

  /// The parameters of one candidate.
  public subscript(candidate: Int) -> ArraySlice<Double> {
    values[candidate * dimension..<(candidate + 1) * dimension]
  }
}
