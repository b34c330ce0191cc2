/// A fixed standardisation of what a controller reads: (x − mean) · factor, cut to ± limit.
public struct InputScaling: Hashable, Sendable, Codable {
  /// What is subtracted, one a number read.
  public var mean: [Float]
  /// What the difference is multiplied with, one a number read.
  public var factor: [Float]
  /// Results are cut to ± this; infinite for no cut.
  public var limit: Float

  /// Creates a scaling of its parts.
  ///
  /// - Parameter limit: cut; 0 or infinity for none.
  public init(mean: [Float], factor: [Float], limit: Float) {
    precondition(
      mean.count == factor.count && limit >= 0,
      "InputScaling: \(mean.count) means, \(factor.count) factors, limit \(limit)")
    self.mean = mean
    self.factor = factor
    self.limit = limit == 0 ? .infinity : limit
  }

  /// Leaves every input as it is.
  public static func identity(_ count: Int) -> InputScaling {
    InputScaling(
      mean: [Float](repeating: 0, count: count), factor: [Float](repeating: 1, count: count),
      limit: 0)
  }

  /// Standardises by mean and standard deviation of samples; constant inputs become 0.
  ///
  /// - Parameters:
  ///   - rows: `[sample, input]`, row-major, at least one row.
  ///   - count: number of inputs.
  ///   - limit: cut; 0 for none.
  public init(fitting rows: UnsafeBufferPointer<Float>, count: Int, limit: Float) {
    let samples = rows.count / max(1, count)
    precondition(
      samples >= 1 && samples * count == rows.count,
      "InputScaling: \(rows.count) values are not rows of \(count) inputs")
    var (mean, factor) = ([Float](), [Float]())
    for input in 0..<count {
      var (sum, squares) = (0.0, 0.0)
      for sample in 0..<samples { sum += Double(rows[sample * count + input]) }
      let center = sum / Double(samples)
      for sample in 0..<samples {
        let difference = Double(rows[sample * count + input]) - center
        squares += difference * difference
      }
      let deviation = (squares / Double(samples)).squareRoot()
      mean.append(Float(center))
      factor.append(deviation > 1e-6 ? Float(1 / deviation) : 0)
    }
    self.init(mean: mean, factor: factor, limit: limit)
  }
}
