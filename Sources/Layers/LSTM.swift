import Randomness
import Tensors

/// A long short-term memory over whole sequences.
///
/// Hochreiter and Schmidhuber, "Long Short-Term Memory" (1997), with forget gates; gates in the order
/// i, f, g, o, one bias vector.
public struct LSTM: Parameterized {
  /// `[inputs, 4·hidden]`.
  public var inputWeight: Tensor
  /// `[hidden, 4·hidden]`.
  public var recurrentWeight: Tensor
  /// `[4·hidden]`.
  public var bias: Tensor

  /// Creates a layer with fresh weights, uniform within ±1/√hidden as PyTorch's `LSTM` draws them.
  ///
  /// - Parameter forgetBias: added to the forget gates' bias, so that a fresh memory keeps what it holds.
  public init(inputs: Int, hidden: Int, forgetBias: Float = 1, stream: inout RandomStream) {
    inputWeight = .fresh([inputs, 4 * hidden], fanIn: hidden, stream: &stream)
    recurrentWeight = .fresh([hidden, 4 * hidden], fanIn: hidden, stream: &stream)
    bias = .fresh([4 * hidden], fanIn: hidden, stream: &stream)
    bias.withUnsafeMutableBuffer { numbers in
      for unit in hidden..<2 * hidden { numbers[unit] += forgetBias }
    }
  }

  /// Numbers that enter at each step.
  public var inputs: Int { inputWeight.shape[0] }
  /// Numbers of the hidden state.
  public var hidden: Int { recurrentWeight.shape[0] }

  /// The weights as the kernels read them; make them once for several calls with the same weights.
  public func packed() -> PackedRecurrence {
    PackedRecurrence(inputWeight: inputWeight, recurrentWeight: recurrentWeight, bias: bias)
  }

  /// The hidden states of sequences.
  ///
  /// - Parameters:
  ///   - x: `[length, batch, inputs]`.
  ///   - state: what the first step starts from; nil for zeros.
  ///   - keeps: `[length, batch]`, 0 where a step starts from zeros, else 1; nil for all 1.
  ///   - packed: what `packed()` gave for the present weights; nil to pack them here.
  /// - Returns: `[length, batch, hidden]`, and the state after the last step, detached.
  public func callAsFunction(
    _ x: Tensor, from state: RecurrentState? = nil, keeps: Tensor? = nil,
    packed: PackedRecurrence? = nil
  ) -> (hidden: Tensor, state: RecurrentState) {
    x.longShortTermMemory(
      RecurrenceWeights(input: inputWeight, recurrent: recurrentWeight, bias: bias), packed: packed,
      from: state, keeps: keeps)
  }

  /// Shows the input weight, the recurrent weight and the bias to `visit`.
  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    visit("input_weight", &inputWeight)
    visit("recurrent_weight", &recurrentWeight)
    visit("bias", &bias)
  }
}
