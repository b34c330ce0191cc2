import CKernels

/// The weights of a long short-term memory, laid out for its kernels; made once for many sequences.
///
/// Readable from any thread.
public final class PackedRecurrence: @unchecked Sendable {
  /// Numbers that enter at each step.
  public let inputs: Int
  /// Numbers of the hidden state.
  public let hidden: Int
  let inputWeight: Storage
  let recurrentWeight: Storage
  let bias: Storage
  let transpose: PackedMatrix

  /// Packs weights with the gates i, f, g, o beside each other.
  ///
  /// - Parameters:
  ///   - inputWeight: `[inputs, 4·hidden]`.
  ///   - recurrentWeight: `[hidden, 4·hidden]`.
  ///   - bias: `[4·hidden]`.
  public init(inputWeight: Tensor, recurrentWeight: Tensor, bias: Tensor) {
    let (input, recurrent) = (inputWeight.shape, recurrentWeight.shape)
    precondition(
      input.count == 2 && recurrent.count == 2 && recurrent[1] == 4 * recurrent[0]
        && input[1] == recurrent[1] && bias.shape == [recurrent[1]] && recurrent[0] >= 1,
      "PackedRecurrence: weights \(input) and \(recurrent), bias \(bias.shape); give [inputs, 4·hidden], [hidden, 4·hidden] and [4·hidden]"
    )
    inputs = input[0]
    hidden = recurrent[0]
    self.inputWeight = Self.packed(inputWeight, rows: inputs, hidden)
    self.recurrentWeight = Self.packed(recurrentWeight, rows: hidden, hidden)
    self.bias = Self.packed(bias, rows: 1, hidden)
    transpose = PackedMatrix(recurrentWeight, transposed: true)
  }

  private static func packed(_ weight: Tensor, rows: Int, _ hidden: Int) -> Storage {
    let storage = Storage(count: Int(umwelt_lstm_packed_count(Int64(rows), Int64(hidden))))
    umwelt_lstm_pack(weight.pointer, Int64(rows), Int64(hidden), storage.pointer)
    return storage
  }
}
