import CKernels

/// The arithmetic of fully connected layers over plain memory, for small networks whose steps allocate nothing.
///
/// A row of a result has the same bits whatever the rows beside it; every sum has a fixed order. Columns are
/// padded to whole panels of 16; everything runs on the calling thread.
package enum PlainLayer {
  /// Columns of a panel.
  package static let panel = Int(UmweltPanel)

  /// Columns with their padding.
  package static func padded(_ columns: Int) -> Int { (columns + panel - 1) / panel * panel }

  /// result = bias + x · weight.
  ///
  /// - Parameters:
  ///   - x: `[rows, inner]`, with `stride` floats from row to row.
  ///   - weight: `[inner, columns]`.
  ///   - bias: `[columns]`, or nil.
  ///   - columns: a multiple of 16.
  ///   - result: `[rows, columns]`, with `resultStride` floats from row to row.
  package static func multiply(
    _ x: UnsafePointer<Float>, stride: Int, rows: Int, inner: Int, weight: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?, columns: Int, into result: UnsafeMutablePointer<Float>,
    resultStride: Int
  ) {
    umwelt_matrix_product(
      x, Int64(stride), 1, weight, Int64(columns), bias, false, result, Int64(resultStride),
      Int64(rows), Int64(inner), Int64(columns))
  }

  /// result = xᵀ · gradient, or more by that: a weight's gradient, summed over rows in their order.
  ///
  /// - Parameters:
  ///   - x: `[rows, inner]`, with `stride` floats from row to row.
  ///   - gradient: `[rows, columns]`, with `gradientStride` floats from row to row.
  ///   - columns: a multiple of 16.
  ///   - result: `[inner, columns]`, with `resultStride` floats from row to row.
  package static func weightGradient(
    _ x: UnsafePointer<Float>, stride: Int, rows: Int, inner: Int,
    gradient: UnsafePointer<Float>, gradientStride: Int, columns: Int, accumulates: Bool = false,
    into result: UnsafeMutablePointer<Float>, resultStride: Int
  ) {
    umwelt_matrix_product(
      x, 1, Int64(stride), gradient, Int64(gradientStride), nil, accumulates, result,
      Int64(resultStride), Int64(inner), Int64(rows), Int64(columns))
  }

  /// result[c] = Σ gradient[r, c] over rows, in their order: a bias's gradient.
  package static func biasGradient(
    _ gradient: UnsafePointer<Float>, stride: Int, rows: Int, columns: Int,
    into result: UnsafeMutablePointer<Float>
  ) {
    result.update(repeating: 0, count: columns)
    for row in 0..<rows {
      umwelt_accumulate(gradient + row * stride, 1, result, Int64(columns))
    }
  }

  /// result[c, r] = matrix[r, c].
  ///
  /// - Parameters:
  ///   - matrix: `[rows, columns]`.
  ///   - result: `[columns, rows]`, with `stride` floats from row to row.
  package static func transpose(
    _ matrix: UnsafePointer<Float>, rows: Int, columns: Int,
    into result: UnsafeMutablePointer<Float>, stride: Int
  ) {
    // By panels: what is read together lies together.
    for first in Swift.stride(from: 0, to: columns, by: panel) {
      for row in 0..<rows {
        for column in first..<min(first + panel, columns) {
          result[column * stride + row] = matrix[row * columns + column]
        }
      }
    }
  }

  /// x = activation(x).
  package static func activate(
    _ x: UnsafeMutablePointer<Float>, count: Int, _ activation: Activation
  ) {
    umwelt_bias_activation(x, nil, x, 1, Int64(count), activation.kernel)
  }

  /// gradient *= activation′, from the activation's output.
  package static func activateBackward(
    output: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>, count: Int,
    _ activation: Activation
  ) {
    guard activation != .none else { return }
    umwelt_activation_backward(output, gradient, gradient, Int64(count), activation.kernel)
  }

  /// sum += x.
  package static func add(
    _ x: UnsafePointer<Float>, to sum: UnsafeMutablePointer<Float>, count: Int
  ) {
    umwelt_accumulate(x, 1, sum, Int64(count))
  }

  /// Σ x².
  package static func squares(_ x: UnsafePointer<Float>, count: Int) -> Double {
    umwelt_sum_of_squares(x, Int64(count))
  }

  /// Moves some parameters one Adam step.
  ///
  /// - Parameter count: of each of the four arrays.
  package static func adam(
    _ parameters: UnsafeMutablePointer<Float>, first: UnsafeMutablePointer<Float>,
    second: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, count: Int,
    _ rates: AdamRates
  ) {
    umwelt_adam(
      parameters, first, second, gradient, rates.scale, rates.beta1, rates.beta2, rates.epsilon,
      rates.correctedRate, rates.correctedRoot, Int64(count))
  }
}
