import Foundation

/// A dense, row-major array of doubles with plain loops for operations: the truth to test against.
public struct OracleArray {
  /// The sizes of the axes; empty for a scalar.
  public var shape: [Int]
  /// The elements in row-major order.
  public var values: [Double]

  /// Creates an array from its elements.
  public init(_ values: [Double], shape: [Int]) {
    precondition(values.count == shape.reduce(1, *))
    self.values = values
    self.shape = shape
  }

  /// Creates an array of zeros.
  public init(zeros shape: [Int]) {
    self.init(Array(repeating: 0, count: shape.reduce(1, *)), shape: shape)
  }

  /// The function of every element.
  public func map(_ function: (Double) -> Double) -> OracleArray {
    OracleArray(values.map(function), shape: shape)
  }

  /// A function of two arrays, the smaller one repeated along the leading axes of the larger.
  public static func combine(
    _ a: OracleArray, _ b: OracleArray, _ function: (Double, Double) -> Double
  ) -> OracleArray {
    let large = a.values.count >= b.values.count ? a : b
    let values = large.values.indices.map {
      function(a.values[$0 % a.values.count], b.values[$0 % b.values.count])
    }
    return OracleArray(values, shape: large.shape)
  }

  /// The sum along one axis, which disappears.
  public func sum(axis: Int) -> OracleArray {
    let outer = shape[..<axis].reduce(1, *)
    let inner = shape[(axis + 1)...].reduce(1, *)
    var result = OracleArray(zeros: Array(shape[..<axis] + shape[(axis + 1)...]))
    for o in 0..<outer {
      for n in 0..<shape[axis] {
        for i in 0..<inner {
          result.values[o * inner + i] += values[(o * shape[axis] + n) * inner + i]
        }
      }
    }
    return result
  }

  /// The axes of a matrix exchanged.
  public var transposed: OracleArray {
    let (rows, columns) = (shape[0], shape[1])
    var result = OracleArray(zeros: [columns, rows])
    for place in result.values.indices {
      let (column, row) = (place / rows, place % rows)
      result.values[place] = values[row * columns + column]
    }
    return result
  }

  /// The matrix product.
  public func times(_ other: OracleArray) -> OracleArray {
    let (inner, columns) = (shape[1], other.shape[1])
    var result = OracleArray(zeros: [shape[0], columns])
    for place in result.values.indices {
      for k in 0..<inner {
        result.values[place] +=
          values[place / columns * inner + k] * other.values[k * columns + place % columns]
      }
    }
    return result
  }

  /// The convolution of `[batch, height, width, in]` with `[height, width, in, out]`.
  public func convolved(with weight: OracleArray, stride: Int, padding: Int) -> OracleArray {
    let height = (shape[1] + 2 * padding - weight.shape[0]) / stride + 1
    let width = (shape[2] + 2 * padding - weight.shape[1]) / stride + 1
    var result = OracleArray(zeros: [shape[0], height, width, weight.shape[3]])
    let (inputs, outputs) = (weight.shape[2], weight.shape[3])
    Self.eachTap(result.shape, weight.shape, stride, padding, image: shape) { out, tap, image in
      for i in 0..<inputs {
        for o in 0..<outputs {
          result.values[out * outputs + o] +=
            values[image * inputs + i] * weight.values[(tap * inputs + i) * outputs + o]
        }
      }
    }
    return result
  }

  /// The transposed convolution of `[batch, height, width, in]` with `[height, width, out, in]`.
  public func transposedConvolved(with weight: OracleArray, stride: Int, padding: Int)
    -> OracleArray
  {
    let height = (shape[1] - 1) * stride + weight.shape[0] - 2 * padding
    let width = (shape[2] - 1) * stride + weight.shape[1] - 2 * padding
    var result = OracleArray(zeros: [shape[0], height, width, weight.shape[2]])
    let (outputs, inputs) = (weight.shape[2], weight.shape[3])
    Self.eachTap(shape, weight.shape, stride, padding, image: result.shape) { from, tap, image in
      for o in 0..<outputs {
        for i in 0..<inputs {
          result.values[image * outputs + o] +=
            values[from * inputs + i] * weight.values[(tap * outputs + o) * inputs + i]
        }
      }
    }
    return result
  }

  /// Calls `body` with the pixel of the map, the place in the kernel and the pixel of the image.
  private static func eachTap(
    _ map: [Int], _ kernel: [Int], _ stride: Int, _ padding: Int, image: [Int],
    _ body: (Int, Int, Int) -> Void
  ) {
    for pixel in 0..<map[0] * map[1] * map[2] {
      let (x, y, batch) = (pixel % map[2], pixel / map[2] % map[1], pixel / (map[1] * map[2]))
      for tap in 0..<kernel[0] * kernel[1] {
        let iy = y * stride + tap / kernel[1] - padding
        let ix = x * stride + tap % kernel[1] - padding
        guard iy >= 0, iy < image[1], ix >= 0, ix < image[2] else { continue }
        body(pixel, tap, (batch * image[1] + iy) * image[2] + ix)
      }
    }
  }

  /// The gradient of a scalar function of arrays by central differences.
  ///
  /// - Parameter step: half the distance of the two values that are compared.
  public static func gradients(
    at inputs: [OracleArray], step: Double = 1e-5, of function: ([OracleArray]) -> Double
  ) -> [OracleArray] {
    var inputs = inputs
    return inputs.indices.map { index in
      var gradient = OracleArray(zeros: inputs[index].shape)
      for element in inputs[index].values.indices {
        let value = inputs[index].values[element]
        inputs[index].values[element] = value + step
        let above = function(inputs)
        inputs[index].values[element] = value - step
        gradient.values[element] = (above - function(inputs)) / (2 * step)
        inputs[index].values[element] = value
      }
      return gradient
    }
  }
}
