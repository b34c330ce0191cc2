import Layers
import Tensors

/// Means and deviations of what a layer says of a batch, by which it is made to say numbers of mean 0 and
/// deviation 1.
///
/// - SeeAlso: T. Salimans, D. Kingma, "Weight Normalization" (2016), section 3; for codes A. Łańcucki et al.,
///   "Robust Training of Vector Quantized Bottleneck Models" (2020), section III.
struct NumberScales {
  private let rows: [Float]
  private let means: [Float]
  private let deviations: [Float]

  /// Measures rows, `[row, width]`, one or more; a number that does not vary keeps its scale.
  init(_ rows: [Float], width: Int) {
    self.rows = rows
    let count = Float(rows.count / width)
    let sums = (0..<width).map { number in
      stride(from: number, to: rows.count, by: width).reduce(Float(0)) { $0 + rows[$1] }
    }
    let means = sums.map { $0 / count }
    self.means = means
    deviations = (0..<width).map { number in
      let squares = stride(from: number, to: rows.count, by: width).reduce(Float(0)) {
        $0 + (rows[$1] - means[number]) * (rows[$1] - means[number])
      }
      let deviation = (squares / count).squareRoot()
      return deviation < 1e-6 ? 1 : deviation
    }
  }

  var areFinite: Bool { (means + deviations).allSatisfy(\.isFinite) }

  /// The rows with mean 0 and deviation 1.
  var standardised: [Float] {
    rows.enumerated().map { place, value in
      (value - means[place % means.count]) / deviations[place % means.count]
    }
  }

  /// A layer without an activation that says of the same batch what `standardised` holds.
  func applied(to layer: Dense) -> Dense {
    var scaled = layer
    let (weights, width) = (layer.weight.scalars, means.count)
    scaled.weight = Tensor(
      weights.indices.map { weights[$0] / deviations[$0 % width] }, shape: layer.weight.shape)
    scaled.bias = Tensor(
      layer.bias.scalars.enumerated().map { ($1 - means[$0]) / deviations[$0] },
      shape: layer.bias.shape)
    return scaled
  }
}
