import Randomness
import Threads

/// The leading principal components of a set of rows: the linear yardstick for a latent space.
///
/// Found from the inner products of the rows by subspace iteration, which needs few rows of many
/// columns and no more memory than they take.
///
/// - SeeAlso: N. Halko, P. G. Martinsson, J. A. Tropp, "Finding structure with randomness" (2011).
public struct PrincipalComponents: Sendable {
  /// Mean of the rows, `[column]`.
  public let mean: [Float]
  /// Orthonormal directions, `[component, column]`, the strongest first.
  public let directions: [Float]
  /// Number of components.
  public let count: Int

  /// Finds the components.
  ///
  /// - Parameters:
  ///   - rows: `[row, column]`, at least `count` + 1 of them.
  ///   - rowCount: number of rows.
  ///   - count: components wanted.
  ///   - stream: where the start of the iteration is drawn from.
  public init(rows: [Float], rowCount: Int, count: Int, stream: inout RandomStream) {
    precondition(
      rowCount > count && count > 0 && rows.count % rowCount == 0,
      "PrincipalComponents: \(count) of \(rowCount) rows")
    let columns = rows.count / rowCount
    var centred = rows
    mean = Self.centre(&centred, rowCount, columns)
    let gram = Self.innerProducts(centred, rowCount, columns)
    let width = min(rowCount, count + 8)
    var basis = (0..<width).map { _ in (0..<rowCount).map { _ in stream.standardNormal() } }
    for _ in 0..<40 {
      basis = Self.orthonormal(basis.map { Self.product(gram, $0) })
    }
    let found = Self.orthonormal(
      (0..<count).map { component in
        var direction = [Double](repeating: 0, count: columns)
        for row in 0..<rowCount {
          let weight = basis[component][row]
          for column in 0..<columns {
            direction[column] += weight * Double(centred[row * columns + column])
          }
        }
        return direction
      })
    directions = found.flatMap { $0.map(Float.init) }
    self.count = count
  }

  /// Scores of one row, `[component]`.
  public func project(_ row: UnsafeBufferPointer<UInt8>, into scores: inout [Float]) {
    let columns = mean.count
    precondition(row.count == columns, "project: \(row.count) bytes for \(columns) columns")
    directions.withUnsafeBufferPointer { directions in
      for component in 0..<count {
        var sum = SIMD8<Float>(repeating: 0)
        var column = 0
        while column + 8 <= columns {
          var value = SIMD8<Float>(repeating: 0)
          var weight = SIMD8<Float>(repeating: 0)
          for lane in 0..<8 {
            value[lane] = Float(row[column + lane]) / 255 - mean[column + lane]
            weight[lane] = directions[component * columns + column + lane]
          }
          sum += value * weight
          column += 8
        }
        var total = sum.sum()
        for rest in column..<columns {
          total += (Float(row[rest]) / 255 - mean[rest]) * directions[component * columns + rest]
        }
        scores.append(total)
      }
    }
  }

  private static func centre(_ rows: inout [Float], _ rowCount: Int, _ columns: Int) -> [Float] {
    var mean = [Float](repeating: 0, count: columns)
    for row in 0..<rowCount {
      for column in 0..<columns { mean[column] += rows[row * columns + column] }
    }
    for column in 0..<columns { mean[column] /= Float(rowCount) }
    for row in 0..<rowCount {
      for column in 0..<columns { rows[row * columns + column] -= mean[column] }
    }
    return mean
  }

  private static func innerProducts(
    _ rows: [Float], _ rowCount: Int, _ columns: Int
  ) -> [[Double]] {
    var gram = [Double](repeating: 0, count: rowCount * rowCount)
    gram.withUnsafeMutableBufferPointer { gram in
      nonisolated(unsafe) let gram = gram
      rows.withUnsafeBufferPointer { rows in
        nonisolated(unsafe) let rows = rows
        parallelFor(rowCount) { i in
          for j in 0...i {
            var sum = SIMD16<Float>(repeating: 0)
            var column = 0
            while column + 16 <= columns {
              let a = UnsafeRawPointer(rows.baseAddress.unsafelyUnwrapped + i * columns + column)
              let b = UnsafeRawPointer(rows.baseAddress.unsafelyUnwrapped + j * columns + column)
              sum.addProduct(
                a.loadUnaligned(as: SIMD16<Float>.self), b.loadUnaligned(as: SIMD16<Float>.self))
              column += 16
            }
            var total = Double(sum.sum())
            for rest in column..<columns {
              total += Double(rows[i * columns + rest] * rows[j * columns + rest])
            }
            gram[i * rowCount + j] = total
            gram[j * rowCount + i] = total
          }
        }
      }
    }
    return (0..<rowCount).map { Array(gram[$0 * rowCount..<($0 + 1) * rowCount]) }
  }

  private static func product(_ matrix: [[Double]], _ vector: [Double]) -> [Double] {
    matrix.map { row in
      var sum = 0.0
      for (a, b) in zip(row, vector) { sum += a * b }
      return sum
    }
  }

  /// Gram–Schmidt, twice for accuracy.
  private static func orthonormal(_ vectors: [[Double]]) -> [[Double]] {
    var done: [[Double]] = []
    for var vector in vectors {
      for _ in 0..<2 {
        for other in done {
          let overlap = zip(vector, other).reduce(0) { $0 + $1.0 * $1.1 }
          for i in vector.indices { vector[i] -= overlap * other[i] }
        }
      }
      let length = max(1e-30, vector.reduce(0) { $0 + $1 * $1 }.squareRoot())
      done.append(vector.map { $0 / length })
    }
    return done
  }
}

extension SIMD16 where Scalar == Float {
  fileprivate mutating func addProduct(_ a: Self, _ b: Self) { self += a * b }
}
