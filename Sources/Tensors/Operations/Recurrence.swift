import CKernels
import OneDNN

/// What a long short-term memory carries from step to step, each `[batch, hidden]`.
public struct RecurrentState {
  /// The hidden state h.
  public var hidden: Tensor
  /// The cell state c.
  public var cell: Tensor

  /// Creates a state.
  public init(hidden: Tensor, cell: Tensor) {
    self.hidden = hidden
    self.cell = cell
  }
}

/// The trainable tensors of a long short-term memory; gates in the order i, f, g, o.
public struct RecurrenceWeights {
  /// `[inputs, 4·hidden]`.
  public var input: Tensor
  /// `[hidden, 4·hidden]`.
  public var recurrent: Tensor
  /// `[4·hidden]`.
  public var bias: Tensor

  /// Creates weights.
  public init(input: Tensor, recurrent: Tensor, bias: Tensor) {
    self.input = input
    self.recurrent = recurrent
    self.bias = bias
  }
}

extension Tensor {
  /// The hidden states of a long short-term memory over whole sequences.
  ///
  /// i, f, o = sigmoid and g = tanh of bias + x·Wx + h·Wh; c′ = f·c + i·g; h′ = o·tanh(c′).
  /// Hochreiter and Schmidhuber, "Long Short-Term Memory" (1997), with forget gates, as PyTorch has it.
  ///
  /// - Parameters:
  ///   - weights: the trainable tensors.
  ///   - packed: the same weights, packed; nil to pack them here.
  ///   - state: what the first step starts from; nil for zeros.
  ///   - keeps: `[length, batch]`, 0 where a step starts from zeros in place of the state before it,
  ///     else 1; nil for all 1.
  /// - Returns: the hidden states, `[length, batch, hidden]`, for an x of `[length, batch, inputs]`;
  ///   and the state after the last step, through which no gradient flows.
  public func longShortTermMemory(
    _ weights: RecurrenceWeights, packed: PackedRecurrence? = nil,
    from state: RecurrentState? = nil,
    keeps: Tensor? = nil
  ) -> (hidden: Tensor, state: RecurrentState) {
    let packed =
      packed
      ?? PackedRecurrence(
        inputWeight: weights.input, recurrentWeight: weights.recurrent, bias: weights.bias)
    let pass = RecurrencePass(self, packed, state, keeps)
    pass.forward()
    let start = state ?? RecurrentState(hidden: self, cell: self)
    let hidden = pass.hidden.recorded(
      from: self, weights.input, weights.recurrent, weights.bias, start.hidden, start.cell
    ) { gradient, tape in
      let byWeights = pass.backward(gradient)
      tape.add(byWeights.input, to: weights.input)
      tape.add(byWeights.recurrent, to: weights.recurrent)
      tape.add(byWeights.bias, to: weights.bias)
      tape.add(Tensor.product(pass.flatGates, false, weights.input, true), to: self)
      guard let state else { return }
      tape.add(pass.initialGradient(weights.recurrent), to: state.hidden)
      tape.add(pass.kept(pass.cellGradient), to: state.cell)
    }
    return (hidden, pass.finalState)
  }
}
