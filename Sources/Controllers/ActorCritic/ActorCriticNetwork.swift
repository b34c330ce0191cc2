import Tensors

/// The networks of an actor and a critic: what is seen goes in, choices and a value come out.
///
/// Their numbers lie in flat memory of their owner. A row's outputs have the same bits whatever is computed
/// beside it, while it acts as while it learns.
package protocol ActorCriticNetwork: AnyObject {
  /// Where each tensor lies within the flat numbers.
  var layout: ParameterLayout { get }
  /// How a row of outputs is laid out.
  var heads: PolicyHeads { get }
  /// Where the log deviations begin among the numbers, where actions are rows.
  var deviations: Int { get }
  /// Inputs and columns of the first matrix, with which the numbers begin: its bias is one row more.
  var firstMatrix: (inputs: Int, columns: Int) { get }
  /// Numbers that it remembers of an episode from step to step; 0 where each row stands alone.
  var memoryWidth: Int { get }

  /// Whether it reads whole rows only.
  var needsWholeRows: Bool { get }

  /// Takes note that the numbers are others from now on.
  func load(_ numbers: UnsafePointer<Float>)

  /// Computes the outputs of some rows.
  ///
  /// - Parameters:
  ///   - rows: numbers of rows of the store.
  ///   - memory: `[rows.count, memoryWidth]`, zeros where an episode begins; then, after these rows.
  ///   - outputs: `[rows.count, heads.width]`, written.
  func evaluate(
    _ store: ObservationStore, rows: UnsafeBufferPointer<Int32>,
    memory: UnsafeMutablePointer<Float>, into outputs: UnsafeMutablePointer<Float>)

  /// Computes a loss's gradient by the numbers.
  ///
  /// - Parameters:
  ///   - samples: rows of the segment; where something is remembered, slots, of which all rows count.
  ///   - gradient: `[layout.count]`, written, but for rows of the first matrix that the segment's observations have
  ///     never used.
  /// - Returns: the sums over all rows.
  func gradient(
    _ segment: Segment, samples: UnsafeBufferPointer<Int32>, of loss: SampleLoss,
    into gradient: UnsafeMutablePointer<Float>
  ) -> PolicySums
}

extension ActorCriticNetwork {
  /// It does not.
  package var needsWholeRows: Bool { false }
}

/// A loss on outputs, with all that it needs to know of samples.
package struct SampleLoss {
  /// The terms and their weights.
  package var terms: PolicyLoss
  /// What is known by the number of a row.
  package var samples: PolicySamples
  /// The log deviations, where actions are rows.
  package var logDeviations: UnsafePointer<Float>

  /// Joins them.
  package init(
    terms: PolicyLoss, samples: PolicySamples, logDeviations: UnsafePointer<Float>
  ) {
    (self.terms, self.samples, self.logDeviations) = (terms, samples, logDeviations)
  }

  /// Writes the gradient by rows of outputs, and by the log deviations.
  ///
  /// - Parameters:
  ///   - outputs: `[rows, heads.width]`.
  ///   - samples: some numbers of samples.
  ///   - places: the row of outputs of each; nil where they are as many, in the same order.
  package func evaluate(
    _ outputs: UnsafePointer<Float>, _ heads: PolicyHeads, rows: Int,
    samples chosen: UnsafeBufferPointer<Int32>, at places: UnsafePointer<Int32>? = nil,
    deviationGradient: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>
  ) -> PolicySums {
    terms.evaluate(
      outputs, heads, rows: rows, chosen: chosen, at: places, of: samples,
      logDeviations: logDeviations,
      deviationGradient: deviationGradient, gradient: gradient)
  }
}
