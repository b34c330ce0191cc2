import Randomness
import Tensors

/// Every cell of a grid has one of some classes: what a symbol says, where squares would compare codes as
/// if they were amounts.
///
/// Data are the classes, `[batch, …cells]`, counted from 0; the output is their logits, the last extent
/// `classes` times as long.
package struct CategoricalCells: Likelihood {
  /// How many classes there are.
  package let classes: Int

  package init(classes: Int) {
    precondition(classes >= 1, "CategoricalCells: \(classes) classes; give 1 or more")
    self.classes = classes
  }

  package var outputsPerNumber: Int { classes }
  package var activation: Activation { .none }

  package func negativeLogs(of data: Tensor, decoded: Tensor) -> Tensor {
    decoded.reshaped(to: data.shape + [classes]).categoricalLoss(to: data).summedByExample
  }

  package func expectedNegativeLogs(of data: Tensor, decoded: Tensor) -> Tensor {
    decoded.reshaped(to: [decoded.count / classes, classes]).entropies
      .reshaped(to: data.shape).summedByExample
  }

  /// The probabilities of the classes, `[…cells, classes]`.
  package func mean(of decoded: Tensor) -> Tensor {
    decoded.reshaped(to: [decoded.count / classes, classes]).softmax().reshaped(to: decoded.shape)
  }

  package func sample(from decoded: Tensor, stream: inout RandomStream) -> Tensor {
    let extents = decoded.shape
    let logits = decoded.reshaped(to: [decoded.count / classes, classes])
    return Self.classes(of: logits, stream: &stream)
      .reshaped(to: extents.dropLast() + [extents[extents.count - 1] / classes])
  }

  package func overwriteWithMean(
    _ decoded: UnsafeMutablePointer<Float>, count: Int, perExample: Int
  ) {
    for cell in 0..<count {
      let logits = decoded + cell * classes
      var best = 0
      for code in 1..<max(1, classes) where logits[code] > logits[best] { best = code }
      decoded[cell] = Float(best)
    }
  }

  /// A class for each row of logits.
  static func classes(of logits: Tensor, stream: inout RandomStream) -> Tensor {
    let classes = logits.shape[logits.shape.count - 1]
    let shares = logits.softmax().scalars
    let drawn = stride(from: 0, to: shares.count, by: classes).map { start in
      Float(stream.place(weighted: shares[start..<start + classes].lazy.map(Double.init)))
    }
    return Tensor(drawn, shape: logits.shape.dropLast())
  }
}
