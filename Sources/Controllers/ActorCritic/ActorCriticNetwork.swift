import Tensors

/// The networks of an actor and a critic: what is seen goes in, choices and a value come out.
///
/// Their numbers lie in flat memory of their owner. A row's outputs have the same bits whatever is computed
/// beside it, while it acts as while it learns.
package protocol ActorCriticNetwork: AnyObject {
  /// Where each tensor lies within the flat numbers.
  var layout: ParameterLayout { get }
  /// How a row of outputs is laid out.
  var heads: ChoiceHeads { get }

  /// Takes note that the numbers are others from now on.
  func load(_ numbers: UnsafePointer<Float>)

  /// Computes the outputs of some rows.
  ///
  /// - Parameters:
  ///   - rows: numbers of rows of the store.
  ///   - outputs: `[rows.count, heads.width]`, written.
  func evaluate(
    _ store: ObservationStore, rows: UnsafeBufferPointer<Int32>,
    into outputs: UnsafeMutablePointer<Float>)

  /// Computes a loss's gradient by the numbers.
  ///
  /// - Parameters:
  ///   - rows: the samples of a batch: rows of the store.
  ///   - gradient: `[layout.count]`, written.
  /// - Returns: the sums over all samples, and Σ g².
  func gradient(
    _ store: ObservationStore, rows: UnsafeBufferPointer<Int32>, of loss: SampleLoss,
    into gradient: UnsafeMutablePointer<Float>
  ) -> (sums: PolicySums, squares: Double)
}

/// A loss on outputs, with all that it needs to know of samples.
package struct SampleLoss {
  /// The terms and their weights.
  package var terms: PolicyLoss
  /// What is known by the number of a sample.
  package var samples: PolicySamples

  /// Joins both.
  package init(terms: PolicyLoss, samples: PolicySamples) {
    (self.terms, self.samples) = (terms, samples)
  }

  /// Writes the gradient by the heads of some rows.
  func evaluate(
    _ heads: UnsafePointer<Float>, _ layout: ChoiceHeads, rows: UnsafeBufferPointer<Int32>,
    gradient: UnsafeMutablePointer<Float>
  ) -> PolicySums {
    guard let chosen = rows.baseAddress else { return PolicySums() }
    return terms.evaluate(
      heads, layout, rows: rows.count, chosen: chosen, of: samples, gradient: gradient)
  }
}
