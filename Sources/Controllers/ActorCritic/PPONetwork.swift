import EnvironmentKit
import Randomness
import Tensors

extension PPOSettings {
  /// The network that the settings ask for.
  ///
  /// - Parameter learns: whether it is to learn, or acts only.
  package func network(in room: LearnerRoom, learns: Bool) -> any ActorCriticNetwork {
    let areRows = room.actions.rowWidth > 0
    let rows = learns ? min(minibatch, horizon * environments) : 0
    if memoryUnits > 0 {
      return RecurrentNetwork(
        RecurrentShape(
          inputs: room.observation.count, hidden: hiddenSizes, units: memoryUnits,
          actions: room.actions.count, areRows: areRows, hasBonus: exploration.isOn),
        steps: horizon, sequences: learns ? sequences : 0, microbatches: microbatches)
    }
    let frame = room.observation.frameShape
    let seen = seenShape(frame)
    let shape = DenseShape(
      inputs: seen?.reduce(1, *) ?? room.observation.count, hidden: hiddenSizes,
      actions: room.actions.count, areRows: areRows, isShared: sharesLayers,
      hasBonus: exploration.isOn)
    guard seen != nil else {
      return DenseNetwork(shape, rows: rows, microbatches: microbatches)
    }
    if convolutions.count == 1, convolutionStride == 1 {
      return BoardNetwork(
        BoardConvolution(frame, channels: convolutions[0], kernel: convolutionKernel), shape,
        rows: rows, microbatches: microbatches)
    }
    return PictureNetwork(
      PictureEncoder(
        frame, channels: convolutions, kernel: convolutionKernel, stride: convolutionStride), shape,
      rows: rows, microbatches: microbatches)
  }

  /// Extents of what the convolutions make of a frame; nil where there are none, or the frame is too small.
  func seenShape(_ frame: [Int]) -> [Int]? {
    PictureEncoder.outputShape(
      frame, channels: convolutions, kernel: convolutionKernel, stride: convolutionStride)
  }
}

extension ParameterLayout {
  /// Draws fresh weights: orthogonal, with a gain of √2 between layers, 1 in a memory and before the value, and
  /// 0.01 before the choice; biases and log deviations are 0.
  ///
  /// - Parameters:
  ///   - heads: how the outputs are laid out.
  ///   - numbers: `[count]`, of zeros; written.
  func drawWeights(
    _ heads: PolicyHeads, into numbers: UnsafeMutableBufferPointer<Float>,
    from stream: RandomStream
  ) {
    var stream = stream
    for entry in entries where entry.shape.count > 1 {
      for block in blocks(entry, heads) {
        let values = OrthogonalMatrix.draw(
          rows: entry.rows, columns: block.columns.count, gain: block.gain, from: &stream)
        for (place, value) in values.enumerated() {
          let (row, column) = (place / block.columns.count, place % block.columns.count)
          numbers[entry.row(row).lowerBound + block.columns.lowerBound + column] = value
        }
      }
    }
  }

  /// The parts of a matrix that are orthogonal by themselves.
  private func blocks(
    _ entry: Entry, _ heads: PolicyHeads
  ) -> [(columns: Range<Int>, gain: Double)] {
    let all = 0..<entry.columns
    let parts = entry.name.split(separator: ".")
    if parts[0] == "memory" {
      let units = entry.columns / 4
      return (0..<4).map { ($0 * units..<($0 + 1) * units, 1) }
    }
    // The last of a tower: there is none behind it.
    let next = parts.count == 3 ? "\(parts[0]).\((Int(parts[1]) ?? 0) + 1).weight" : ""
    let isBefore = parts[0] == "encoder" || parts[0] == "pictures"
    guard !isBefore, !entries.contains(where: { $0.name == next }) else {
      return [(all, 2.0.squareRoot())]
    }
    switch parts[0] {
    case "actor": return [(all, 0.01)]
    case "critic": return [(all, 1)]
    default: return [(0..<heads.actions, 0.01), (heads.actions..<entry.columns, 1)]
    }
  }
}
