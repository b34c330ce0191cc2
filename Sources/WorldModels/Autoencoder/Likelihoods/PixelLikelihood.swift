import Tensors

/// A likelihood under which every number of a frame has a distribution of its own, so that some may count
/// more than others.
package protocol PixelLikelihood: Likelihood {
  /// −log p of each number, of the data's shape; no gradient flows to the data.
  func negativeLogsByNumber(of data: Tensor, decoded: Tensor) -> Tensor
}

extension PixelLikelihood {
  /// Σ weight · −log p over all numbers of all examples, a scalar.
  ///
  /// - Parameter weights: of the numbers of one example, such as `[height, width, channels]`.
  package func negativeLog(of data: Tensor, decoded: Tensor, weights: Tensor) -> Tensor {
    (negativeLogsByNumber(of: data, decoded: decoded) * weights).summedByExample.sum()
  }
}

extension SumOfSquares: PixelLikelihood {
  package func negativeLogsByNumber(of data: Tensor, decoded: Tensor) -> Tensor {
    (decoded - data.detached).square()
  }
}

extension FixedGaussian: PixelLikelihood {
  package func negativeLogsByNumber(of data: Tensor, decoded: Tensor) -> Tensor {
    SumOfSquares().negativeLogsByNumber(of: data, decoded: decoded)
      .affine(scale: scale, shift: constant(1))
  }
}

extension LearnedGaussian: PixelLikelihood {
  package func negativeLogsByNumber(of data: Tensor, decoded: Tensor) -> Tensor {
    negativeLogs(
      squares: SumOfSquares().negativeLogsByNumber(of: data, decoded: decoded), numbers: 1)
  }
}

extension OptimalGaussian: PixelLikelihood {
  package func negativeLogsByNumber(of data: Tensor, decoded: Tensor) -> Tensor {
    gaussian.negativeLogsByNumber(of: data, decoded: decoded)
  }
}

extension BernoulliPixels: PixelLikelihood {
  package func negativeLogsByNumber(of data: Tensor, decoded: Tensor) -> Tensor {
    decoded.softplus() - decoded * data.detached
  }
}

extension CategoricalLevels: PixelLikelihood {
  package func negativeLogsByNumber(of data: Tensor, decoded: Tensor) -> Tensor {
    logs(of: data, decoded: decoded)
  }
}
