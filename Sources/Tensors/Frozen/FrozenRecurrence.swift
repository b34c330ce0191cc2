import CKernels

/// A long short-term memory with frozen weights that steps rows standing in slots; for any thread.
///
/// A row's bits depend neither on the rows computed with it nor on how units are cut into strips.
package final class FrozenRecurrence: @unchecked Sendable {
  /// Numbers that enter a step from outside.
  package let inputs: Int
  /// Numbers of the hidden state.
  package let hidden: Int
  /// The hidden state's numbers padded by zeros to whole strips: the stride of states.
  package let paddedHidden: Int
  /// Numbers of a step's row: inputs, then the padded hidden state.
  package var rowSize: Int { inputs + paddedHidden }
  /// Strips of sixteen units.
  package var strips: Int { paddedHidden / UmweltPanel }

  private let weights: PackedMatrix
  private let bias: Storage
  private let cell: UmweltDreamCell

  /// The most rows of one call.
  package static var largestRowCount: Int { UmweltDreamRows }

  /// Packs weights.
  ///
  /// - Parameters:
  ///   - inputWeight: `[inputs, 4 · hidden]`; gates in the order input, forget, candidate, output.
  ///   - recurrentWeight: `[hidden, 4 · hidden]`.
  ///   - bias: `[4 · hidden]`.
  package init(inputWeight: Tensor, recurrentWeight: Tensor, bias: Tensor) {
    let (inputs, hidden) = (inputWeight.shape[0], recurrentWeight.shape[0])
    precondition(
      inputWeight.shape == [inputs, 4 * hidden] && recurrentWeight.shape == [hidden, 4 * hidden]
        && bias.count == 4 * hidden,
      "FrozenRecurrence: weights \(inputWeight.shape) and \(recurrentWeight.shape), bias \(bias.shape)"
    )
    self.inputs = inputs
    self.hidden = hidden
    paddedHidden = (hidden + UmweltPanel - 1) / UmweltPanel * UmweltPanel
    weights = PackedMatrix(
      Self.stripped([inputWeight, recurrentWeight], rows: inputs + paddedHidden, hidden))
    self.bias = Self.stripped([bias.reshaped(to: [1, 4 * hidden])], rows: 1, hidden).storage
    cell = UmweltDreamCell(
      weights: weights.pointer, bias: UnsafePointer(self.bias.pointer),
      inner: Int64(inputs + paddedHidden), hidden: Int64(paddedHidden))
  }

  /// Rows one below the other, then zeros, with the four gates of sixteen units beside each other.
  private static func stripped(_ blocks: [Tensor], rows: Int, _ hidden: Int) -> Tensor {
    let strips = (hidden + UmweltPanel - 1) / UmweltPanel
    return Tensor(shape: [rows, 4 * strips * UmweltPanel]) { result in
      result.update(repeating: 0)
      var start = 0
      for block in blocks {
        for row in 0..<block.shape[0] {
          for unit in 0..<hidden {
            let place = start + unit / UmweltPanel * 4 * UmweltPanel + unit % UmweltPanel
            for gate in 0..<4 {
              result[place + gate * UmweltPanel] =
                block.pointer[row * 4 * hidden + gate * hidden + unit]
            }
          }
          start += 4 * strips * UmweltPanel
        }
      }
    }
  }

  /// Advances some units of some rows.
  ///
  /// - Parameters:
  ///   - x: `[rows, rowSize]`: each row's inputs, then its hidden state before the step.
  ///   - strips: which strips of units to advance.
  ///   - rows: at most `largestRowCount`.
  ///   - slots: each row's slot.
  ///   - cells: `[slots, paddedHidden]`, updated.
  ///   - units: `[slots, paddedHidden]`, written: the hidden state after the step.
  ///   - next: `[rows, paddedHidden]`, written likewise, row by row.
  package func advance(
    _ x: UnsafePointer<Float>, strips: Range<Int>, rows: Int, slots: UnsafePointer<Int32>,
    cells: UnsafeMutablePointer<Float>, units: UnsafeMutablePointer<Float>,
    next: UnsafeMutablePointer<Float>
  ) {
    precondition(
      rows <= UmweltDreamRows && strips.upperBound <= self.strips,
      "FrozenRecurrence.advance: \(rows) rows, strips \(strips); give at most \(UmweltDreamRows) rows"
    )
    var cell = cell
    umwelt_dream_cell(
      &cell, x, Int64(strips.lowerBound), Int64(strips.count), Int64(rows), slots, cells, units,
      next)
  }
}
