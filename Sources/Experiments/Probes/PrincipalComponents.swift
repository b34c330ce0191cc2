import Randomness
import Tensors

/// The leading principal components of a set of rows: the linear yardstick for a latent space.
///
/// Found by subspace iteration on the inner products of the rows, which needs few rows of many
/// columns and no more memory than they take.
///
/// - SeeAlso: N. Halko, P. G. Martinsson, J. A. Tropp, "Finding structure with randomness" (2011).
public struct PrincipalComponents {
  private static let iterations = 20
  private static let spareDirections = 8

  /// Number of components.
  public let count: Int
  private let mean: Tensor
  private let axes: Tensor

  /// Finds the components.
  ///
  /// - Parameters:
  ///   - rows: `[row, column]`, more rows than components.
  ///   - rowCount: number of rows.
  ///   - count: components wanted.
  ///   - stream: where the start of the iteration is drawn from.
  public init(rows: [Float], rowCount: Int, count: Int, stream: inout RandomStream) {
    precondition(
      rowCount > count && count > 0 && rows.count % rowCount == 0,
      "PrincipalComponents: \(count) components of \(rowCount) rows")
    self.count = count
    let all = Tensor(rows, shape: [rowCount, rows.count / rowCount])
    mean = all.mean(axis: 0)
    let centred = all - mean
    let products = Tensor.matrixProduct(centred, transposed: false, centred, transposed: true)
    let width = min(rowCount, count + Self.spareDirections)
    var basis = Self.orthonormal(Tensor(normal: [width, rowCount], stream: &stream))
    for _ in 0..<Self.iterations {
      basis = Self.orthonormal(Tensor.matrixProduct(basis, products))
    }
    axes = Self.orthonormal(Tensor.matrixProduct(basis.sliced(axis: 0, 0..<count), centred))
  }

  /// Orthonormal directions, `[component, column]`, the strongest first.
  public var directions: [Float] { axes.scalars }

  /// Scores of rows of bytes read as numbers in 0...1, `[row, component]`.
  public func scores(bytes: UnsafeBufferPointer<UInt8>, rowCount: Int) -> [Float] {
    let columns = mean.shape[0]
    precondition(
      bytes.count == rowCount * columns,
      "PrincipalComponents.scores: \(bytes.count) bytes for \(rowCount) rows of \(columns)")
    let rows = Tensor(bytes: bytes, shape: [rowCount, columns]) - mean
    return Tensor.matrixProduct(rows, transposed: false, axes, transposed: true).scalars
  }

  /// Gram–Schmidt in double precision, twice for accuracy.
  private static func orthonormal(_ vectors: Tensor) -> Tensor {
    let (count, length) = (vectors.shape[0], vectors.shape[1])
    var values = vectors.scalars.map(Double.init)
    values.withUnsafeMutableBufferPointer { values in
      for vector in 0..<count {
        for other in Array(0..<vector) + Array(0..<vector) {
          var overlap = 0.0
          for i in 0..<length {
            overlap += values[vector * length + i] * values[other * length + i]
          }
          for i in 0..<length {
            values[vector * length + i] -= overlap * values[other * length + i]
          }
        }
        var square = 1e-60
        for i in 0..<length { square += values[vector * length + i] * values[vector * length + i] }
        let scale = 1 / square.squareRoot()
        for i in 0..<length { values[vector * length + i] *= scale }
      }
    }
    return Tensor(values.map(Float.init), shape: vectors.shape)
  }
}
