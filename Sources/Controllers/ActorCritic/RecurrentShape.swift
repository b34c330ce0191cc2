import Tensors

/// What a network with a memory consists of: layers, a long short-term memory, and the heads of actor and critic.
struct RecurrentShape {
  /// What stands before the memory.
  let encoder: DenseShape
  /// Units of the memory, a multiple of 16.
  let units: Int
  /// Where the memory's weights begin, `[encoder's last width, 4·units]`, `[units, 4·units]` and `[4·units]`.
  let memory: (input: Int, recurrent: Int, bias: Int)
  /// Where the heads' matrix begins, `[units, heads.width]`, and their bias.
  let output: (weight: Int, bias: Int)
  /// Where each tensor lies.
  let layout: ParameterLayout
  /// How a row of outputs is laid out.
  let heads: PolicyHeads
  /// Where the log deviations begin, where there are any.
  let deviations: Int

  /// Numbers that enter the memory.
  let inputs: Int

  /// Lays a network out.
  ///
  /// - Parameters:
  ///   - inputs: numbers of a row that is seen.
  ///   - hidden: widths of the layers before the memory, at least one.
  ///   - units: of the memory, a multiple of 16.
  ///   - actions: choices, or components of a row.
  ///   - areRows: whether actions are rows.
  ///   - hasBonus: whether the critic has a second value, that of bonuses.
  init(
    inputs: Int, hidden: [Int], units: Int, actions: Int, areRows: Bool, hasBonus: Bool = false
  ) {
    encoder = DenseShape(inputs: inputs, before: hidden)
    self.inputs = hidden.last ?? inputs
    self.units = units
    var layout = encoder.layout
    func enter(_ name: String, _ shape: [Int], padded columns: Int) -> Int {
      let start = layout.count
      layout.entries.append(.init(name: name, shape: shape, start: start, stride: columns))
      layout.count += (shape.count == 2 ? shape[0] : 1) * columns
      return start
    }
    memory = (
      enter("memory.input", [self.inputs, 4 * units], padded: 4 * units),
      enter("memory.recurrent", [units, 4 * units], padded: 4 * units),
      enter("memory.bias", [4 * units], padded: 4 * units)
    )
    let padded = PlainLayer.padded(actions)
    heads = PolicyHeads(
      actions: actions, areRows: areRows, valuePlace: padded, width: padded + PlainLayer.panel,
      hasBonus: hasBonus)
    output = (layout.count, layout.count + units * heads.width)
    let values = hasBonus ? 2 : 1
    for (name, column, width) in [("actor", 0, actions), ("critic", padded, values)] {
      layout.entries += [
        .init(
          name: "\(name).weight", shape: [units, width], start: output.weight + column,
          stride: heads.width),
        .init(
          name: "\(name).bias", shape: [width], start: output.bias + column, stride: heads.width),
      ]
    }
    layout.count += (units + 1) * heads.width
    deviations = areRows ? layout.appendDeviations(actions) : 0
    self.layout = layout
  }

  /// Numbers of all transposes: the encoder's, then the heads', then the memory's input.
  var transposeCount: Int {
    encoder.transposeCount + heads.width * units + 4 * units * PlainLayer.padded(inputs)
  }
  /// Where the transpose of the heads' matrix begins, `[heads.width, units]`.
  var outputTranspose: Int { encoder.transposeCount }
  /// Where the transpose of the memory's input begins, `[4·units, padded inputs]`.
  var inputTranspose: Int { encoder.transposeCount + heads.width * units }

  /// Writes all transposes.
  func transpose(_ numbers: UnsafePointer<Float>, into transposes: UnsafeMutablePointer<Float>) {
    encoder.transpose(numbers, into: transposes)
    PlainLayer.transpose(
      numbers + output.weight, rows: units, columns: heads.width,
      into: transposes + outputTranspose, stride: units)
    PlainLayer.transpose(
      numbers + memory.input, rows: inputs, columns: 4 * units,
      into: transposes + inputTranspose, stride: PlainLayer.padded(inputs))
  }
}
