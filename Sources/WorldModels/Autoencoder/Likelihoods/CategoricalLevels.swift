import Foundation
import Randomness
import Tensors

/// Every number of a frame is one of 256 levels, the decoder's outputs their logits: the likelihood of bytes
/// as they are.
///
/// - SeeAlso: A. van den Oord, N. Kalchbrenner, K. Kavukcuoglu, "Pixel Recurrent Neural Networks" (2016),
///   section 3.3, without the dependence among pixels.
package struct CategoricalLevels: Likelihood {
  /// How many values a byte may have.
  static let levels = 256

  package init() {}

  package var outputsPerNumber: Int { Self.levels }
  package var activation: Activation { .none }

  package func negativeLogs(of data: Tensor, decoded: Tensor) -> Tensor {
    logs(of: data, decoded: decoded).summedByExample
  }

  /// −log p of each number of the data.
  func logs(of data: Tensor, decoded: Tensor) -> Tensor {
    let nearest = Tensor(
      data.scalars.map { ($0 * Float(Self.levels - 1)).rounded() }, shape: [data.count])
    return logits(decoded).categoricalLoss(to: nearest).reshaped(to: data.shape)
  }

  package func expectedNegativeLogs(of data: Tensor, decoded: Tensor) -> Tensor {
    logits(decoded).entropies.reshaped(to: data.shape).summedByExample
  }

  package func mean(of decoded: Tensor) -> Tensor {
    let values = Tensor(
      (0..<Self.levels).map { Float($0) / Float(Self.levels - 1) }, shape: [Self.levels])
    return (logits(decoded).softmax() * values).sum(axis: 1).reshaped(to: dataShape(decoded))
  }

  package func sample(from decoded: Tensor, stream: inout RandomStream) -> Tensor {
    let levels = CategoricalCells.classes(of: logits(decoded), stream: &stream)
    return (levels / Float(Self.levels - 1)).reshaped(to: dataShape(decoded))
  }

  package func overwriteWithMean(
    _ decoded: UnsafeMutablePointer<Float>, count: Int, perExample: Int
  ) {
    for index in 0..<count {
      let logits = decoded + index * Self.levels
      var largest = -Float.infinity
      for level in 0..<Self.levels { largest = max(largest, logits[level]) }
      var (weights, sum): (Float, Float) = (0, 0)
      for level in 0..<Self.levels {
        let weight = exp(logits[level] - largest)
        weights += weight
        sum += weight * Float(level)
      }
      decoded[index] = sum / (weights * Float(Self.levels - 1))
    }
  }

  private func logits(_ decoded: Tensor) -> Tensor {
    decoded.reshaped(to: [decoded.count / Self.levels, Self.levels])
  }

  private func dataShape(_ decoded: Tensor) -> [Int] {
    let last = decoded.shape.count - 1
    return decoded.shape[..<last] + [decoded.shape[last] / Self.levels]
  }
}
