/// The factorisation L·Lᵀ of a symmetric positive matrix with a ridge.
struct CholeskyFactor {
  private let size: Int
  private let factor: [Double]

  /// Factors a matrix, `[size, size]`, of which the lower triangle is read, with `ridge` added to its diagonal.
  init(_ matrix: [Double], size: Int, ridge: Double) {
    var factor = matrix
    for i in 0..<size { factor[i * size + i] += ridge }
    factor.withUnsafeMutableBufferPointer { factor in
      for j in 0..<size {
        for i in j..<size {
          var sum = factor[i * size + j]
          for k in 0..<j { sum -= factor[i * size + k] * factor[j * size + k] }
          factor[i * size + j] =
            i == j ? max(sum, 1e-300).squareRoot() : sum / factor[j * size + j]
        }
      }
    }
    (self.size, self.factor) = (size, factor)
  }

  /// The x with matrix · x = right.
  func solve(_ right: [Double]) -> [Double] {
    var x = right
    for i in 0..<size {
      for k in 0..<i { x[i] -= factor[i * size + k] * x[k] }
      x[i] /= factor[i * size + i]
    }
    for i in stride(from: size - 1, through: 0, by: -1) {
      for k in i + 1..<max(i + 1, size) { x[i] -= factor[k * size + i] * x[k] }
      x[i] /= factor[i * size + i]
    }
    return x
  }

  /// The X with matrix · X = right, `[size, columns]` both.
  func solve(columns right: [Double]) -> [Double] {
    let columns = right.count / size
    var result = right
    for column in 0..<columns {
      let solution = solve((0..<size).map { right[$0 * columns + column] })
      for row in 0..<size { result[row * columns + column] = solution[row] }
    }
    return result
  }
}
