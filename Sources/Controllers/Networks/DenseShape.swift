import Tensors

/// What fully connected networks of an actor and a critic consist of, and where their numbers lie.
///
/// Towers stand side by side in the columns of each level: the actor's and the critic's, or one of both. The
/// first level of all towers is one matrix, since all read the same rows. Columns are padded to whole panels.
/// Behind all matrices lie the log deviations, where actions are rows of numbers.
package struct DenseShape {
  /// One matrix with its bias.
  struct Part {
    /// Rows of the matrix.
    let inputs: Int
    /// Where its inputs stand in the level below.
    let inputColumn: Int
    /// Columns, with their padding.
    let columns: Int
    /// Where its outputs stand in its level.
    let column: Int
    /// Where its matrix begins, `[inputs, columns]`.
    let weight: Int
    /// Where its bias begins.
    var bias: Int { weight + inputs * columns }
    /// Numbers of matrix and bias.
    var count: Int { (inputs + 1) * columns }
    /// Where its transpose begins among all transposes, `[columns, padded inputs]`.
    var transpose = 0
    /// Columns of the transpose.
    var transposeColumns: Int { PlainLayer.padded(inputs) }
  }

  /// Matrices that read the same level.
  struct Level {
    var parts: [Part] = []
    /// Numbers of a row of outputs.
    var width: Int { parts.reduce(0) { $0 + $1.columns } }
  }

  /// A stack of layers.
  private struct Tower {
    let name: String
    let widths: [Int]
  }

  /// Numbers of a row that is seen.
  package let inputs: Int
  /// From the inputs to the heads.
  private(set) var levels: [Level] = []
  /// Where each tensor lies.
  package private(set) var layout = ParameterLayout()
  /// How the last level is laid out.
  package let heads: PolicyHeads
  /// Where the log deviations begin, where there are any.
  private(set) var deviations = 0
  /// Numbers of all transposes.
  private(set) var transposeCount = 0

  private let towers: [Tower]

  /// Lays networks out.
  ///
  /// - Parameters:
  ///   - inputs: numbers of a row that is seen.
  ///   - hidden: widths of the hidden layers.
  ///   - actions: choices, or components of a row.
  ///   - areRows: whether actions are rows.
  ///   - isShared: whether one tower serves actor and critic.
  ///   - hasBonus: whether the critic has a second value, that of bonuses.
  package init(
    inputs: Int, hidden: [Int], actions: Int, areRows: Bool = false, isShared: Bool,
    hasBonus: Bool = false
  ) {
    self.inputs = inputs
    let values = hasBonus ? 2 : 1
    towers =
      isShared
      ? [Tower(name: "both", widths: hidden + [actions + values])]
      : [
        Tower(name: "actor", widths: hidden + [actions]),
        Tower(name: "critic", widths: hidden + [values]),
      ]
    let outputs = towers.reduce(0) { $0 + PlainLayer.padded($1.widths[hidden.count]) }
    heads = PolicyHeads(
      actions: actions, areRows: areRows,
      valuePlace: isShared ? actions : PlainLayer.padded(actions), width: outputs,
      hasBonus: hasBonus)
    appendFirst()
    for depth in 1..<hidden.count + 1 { append(depth) }
    if areRows { deviations = layout.appendDeviations(actions) }
  }

  /// Lays the layers out that stand before a memory: the last of them has a tanh behind it like the others.
  init(inputs: Int, before widths: [Int]) {
    precondition(!widths.isEmpty, "DenseShape: no layers; give one or more")
    self.inputs = inputs
    towers = [Tower(name: "encoder", widths: widths)]
    heads = PolicyHeads(
      actions: 0, areRows: false, valuePlace: 0, width: PlainLayer.padded(widths.last ?? 0))
    appendFirst()
    for depth in 1..<max(1, widths.count) { append(depth) }
  }

  /// Where a tower's columns begin in a level.
  private func column(of tower: Int, _ depth: Int) -> Int {
    towers[..<tower].reduce(0) { $0 + PlainLayer.padded($1.widths[depth]) }
  }

  private mutating func appendFirst() {
    let part = Part(
      inputs: inputs, inputColumn: 0, columns: column(of: towers.count, 0), column: 0,
      weight: 0)
    for (place, tower) in towers.enumerated() {
      enter(tower, 0, part, at: column(of: place, 0))
    }
    layout.count += part.count
    levels.append(Level(parts: [part]))
  }

  private mutating func append(_ depth: Int) {
    var level = Level()
    for (place, tower) in towers.enumerated() {
      let part = Part(
        inputs: tower.widths[depth - 1], inputColumn: column(of: place, depth - 1),
        columns: PlainLayer.padded(tower.widths[depth]), column: column(of: place, depth),
        weight: layout.count, transpose: transposeCount)
      enter(tower, depth, part, at: 0)
      layout.count += part.count
      transposeCount += part.columns * part.transposeColumns
      level.parts.append(part)
    }
    levels.append(level)
  }

  /// Names the tensors of a layer of a tower, whose columns begin at one of a part's.
  private mutating func enter(_ tower: Tower, _ depth: Int, _ part: Part, at column: Int) {
    let (name, width) = ("\(tower.name).\(depth)", tower.widths[depth])
    layout.entries += [
      .init(
        name: "\(name).weight", shape: [part.inputs, width], start: part.weight + column,
        stride: part.columns),
      .init(
        name: "\(name).bias", shape: [width], start: part.bias + column, stride: part.columns),
    ]
  }
}

extension DenseShape {
  /// Inputs and columns of the first level's one matrix.
  var firstMatrix: (inputs: Int, columns: Int) { (levels[0].parts[0].inputs, levels[0].width) }

  /// Writes the transposes of all matrices but the first.
  func transpose(_ numbers: UnsafePointer<Float>, into transposes: UnsafeMutablePointer<Float>) {
    for part in levels.dropFirst().flatMap(\.parts) {
      PlainLayer.transpose(
        numbers + part.weight, rows: part.inputs, columns: part.columns,
        into: transposes + part.transpose, stride: part.transposeColumns)
    }
  }

  /// Numbers of all transposes with that of the first matrix behind them, which what stands before the layers learns by.
  var wholeTransposeCount: Int {
    let first = levels[0].parts[0]
    return transposeCount + first.columns * PlainLayer.padded(first.inputs)
  }

  /// Transposes all matrices, the first one too, to `transposeCount`.
  func transposeWhole(
    _ numbers: UnsafePointer<Float>, into transposes: UnsafeMutablePointer<Float>
  ) {
    transpose(numbers, into: transposes)
    let first = levels[0].parts[0]
    PlainLayer.transpose(
      numbers + first.weight, rows: first.inputs, columns: first.columns,
      into: transposes + transposeCount, stride: PlainLayer.padded(first.inputs))
  }
}
