import EnvironmentKit
import Files

/// Mean and variance of numbers that come in rows, kept as they come, and rows standardised by them.
///
/// - SeeAlso: T. Chan, G. Golub, R. LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample
///   Variances" (1979).
struct RunningScale {
  /// Rows so far.
  private(set) var count = 0.0
  private(set) var mean: [Double]
  /// Sums of squared differences from the mean.
  private(set) var squares: [Double]

  /// Standardised numbers are cut to ± this.
  static let limit: Float = 10

  /// No rows yet, of so many numbers.
  init(width: Int) {
    mean = [Double](repeating: 0, count: width)
    squares = mean
  }

  /// Takes in a row.
  mutating func add(_ row: UnsafeBufferPointer<Float>) {
    count += 1
    for place in mean.indices {
      let difference = Double(row[place]) - mean[place]
      mean[place] += difference / count
      squares[place] += difference * (Double(row[place]) - mean[place])
    }
  }

  /// The standard deviation of one of the numbers; 1 before there are two rows.
  func deviation(_ place: Int) -> Double {
    count > 1 ? (squares[place] / count + 1e-8).squareRoot() : 1
  }

  /// Writes a row standardised.
  func apply(
    _ row: UnsafeBufferPointer<Float>, into result: UnsafeMutableBufferPointer<Float>
  ) {
    for place in mean.indices {
      let number = Float((Double(row[place]) - mean[place]) / deviation(place))
      result[place] = max(-Self.limit, min(Self.limit, number))
    }
  }

  /// Writes the numbers into a file.
  func save(as name: String, in file: inout TensorFile) {
    file.entries["\(name)/count"] = TensorEntry([count])
    file.entries["\(name)/mean"] = TensorEntry(mean)
    file.entries["\(name)/squares"] = TensorEntry(squares)
  }

  /// Takes up what was saved.
  mutating func restore(_ name: String, in file: TensorFile) throws(FileError) {
    let known = try file.values("\(name)/count", as: Double.self, shape: [1], finite: true)
    let shape = [mean.count]
    let saved = try file.values("\(name)/mean", as: Double.self, shape: shape, finite: true)
    squares = try file.values("\(name)/squares", as: Double.self, shape: shape, finite: true)
    (count, mean) = (known[0], saved)
  }
}
