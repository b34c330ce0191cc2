import Tensors

/// Networks of an actor and a critic that see boards most of whose numbers are 0, worked by hand.
///
/// One convolution of a stride of 1 is shared by both; fully connected layers stand behind it. Nothing is allocated once
/// all sizes have been seen.
final class BoardNetwork: ActorCriticNetwork {
  private let shape: DenseShape
  private let convolution: BoardConvolution
  let layout: ParameterLayout
  private let transposes: FloatBuffer
  private let acting: ActingWork<BoardRows>
  private let learning: GradientWork?
  private var numbers: UnsafePointer<Float>?

  /// Boards of one piece of parallel work.
  private static let chunk = 8

  /// Makes networks; numbers are their owner's.
  ///
  /// - Parameters:
  ///   - shape: of the layers that read what the convolution gives.
  ///   - rows: of a batch at most; 0 for networks that only act.
  ///   - microbatches: parts that a batch is cut into.
  init(_ convolution: BoardConvolution, _ shape: DenseShape, rows: Int, microbatches: Int) {
    (self.convolution, self.shape) = (convolution, shape)
    var layout = shape.layout
    let start = layout.count
    convolution.enter(into: &layout)
    self.layout = layout
    transposes = FloatBuffer(zeros: shape.wholeTransposeCount)
    acting = ActingWork(chunk: Self.chunk, width: shape.heads.width) {
      BoardRows(convolution, shape, rows: $0, start)
    }
    let most = (rows + microbatches - 1) / microbatches
    learning =
      rows == 0
      ? nil
      : GradientWork(
        shape.firstMatrix, layout.count,
        (0..<microbatches).map { _ in
          BoardPass(convolution, shape, rows: most, start)
        })
  }

  var heads: PolicyHeads { shape.heads }
  var deviations: Int { shape.deviations }
  var firstMatrix: (inputs: Int, columns: Int) { shape.firstMatrix }
  var memoryWidth: Int { 0 }
  var needsWholeRows: Bool { true }

  func load(_ numbers: UnsafePointer<Float>) {
    self.numbers = numbers
    shape.transposeWhole(numbers, into: transposes.pointer)
  }

  private var loaded: UnsafePointer<Float> {
    guard let numbers else { preconditionFailure("BoardNetwork: load numbers first") }
    return numbers
  }

  func evaluate(
    _ store: ObservationStore, rows: UnsafeBufferPointer<Int32>,
    memory: UnsafeMutablePointer<Float>, into outputs: UnsafeMutablePointer<Float>
  ) {
    acting.run(loaded, store, rows, outputs)
  }

  func gradient(
    _ segment: Segment, samples: UnsafeBufferPointer<Int32>, of loss: SampleLoss,
    into gradient: UnsafeMutablePointer<Float>
  ) -> PolicySums {
    guard let learning else { preconditionFailure("BoardNetwork: made for acting only") }
    return learning.run(
      NetworkNumbers(flat: loaded, transposes: UnsafePointer(transposes.pointer)), segment, samples,
      loss, gradient)
  }
}

/// Some boards with what the convolution makes of them.
private final class BoardRows: ActingPass {
  let convolution: BoardConvolution
  let layers: DensePass
  /// Where the convolution's numbers begin.
  private let start: Int
  private let room: FloatBuffer

  init(_ convolution: BoardConvolution, _ shape: DenseShape, rows: Int, _ start: Int) {
    (self.convolution, self.start) = (convolution, start)
    layers = DensePass(shape, rows: rows)
    room = FloatBuffer(zeros: convolution.roomCount)
  }

  /// Takes boards through convolution and layers.
  func act(
    _ numbers: UnsafePointer<Float>, _ store: ObservationStore, _ rows: UnsafeBufferPointer<Int32>
  ) {
    layers.begin(rows.count)
    for (place, row) in rows.enumerated() {
      convolution.forward(
        numbers + start, board(row, store), room: room.pointer,
        into: layers.inputs.pointer + place * convolution.outputs)
    }
    layers.forwardInputs(numbers)
  }

  func copyOutputs(to target: UnsafeMutablePointer<Float>) { layers.copyOutputs(to: target) }

  /// Adds the gradient by the convolution's numbers.
  ///
  /// - Parameters:
  ///   - gradient: by what it made of the rows that went forward, `[rows, padded outputs]`.
  ///   - sums: of its numbers.
  func addGradient(
    _ store: ObservationStore, _ rows: UnsafeBufferPointer<Int32>,
    gradient: UnsafePointer<Float>, to sums: UnsafeMutablePointer<Float>
  ) {
    let padded = PlainLayer.padded(convolution.outputs)
    for (place, row) in rows.enumerated() {
      convolution.addGradient(
        board(row, store), result: layers.inputs.pointer + place * convolution.outputs,
        gradient: gradient + place * padded, room: room.pointer, to: sums)
    }
  }

  private func board(_ row: Int32, _ store: ObservationStore) -> UnsafePointer<Float> {
    guard let whole = store.whole else { preconditionFailure("BoardNetwork: rows are whole") }
    return UnsafePointer(whole.pointer + Int(row) * convolution.inputs)
  }
}

/// The way of some boards through convolution and layers, and back.
private final class BoardPass: LearningPass {
  private let rows: BoardRows
  /// Where the convolution's numbers begin among those behind the first matrix.
  private let start: Int
  private let transposeCount: Int
  private let inputGradient: FloatBuffer

  init(_ convolution: BoardConvolution, _ shape: DenseShape, rows count: Int, _ start: Int) {
    rows = BoardRows(convolution, shape, rows: count, start)
    transposeCount = shape.transposeCount
    self.start = start - shape.levels[0].parts[0].count
    inputGradient = FloatBuffer(zeros: count * PlainLayer.padded(shape.inputs))
  }

  func goThrough(
    _ numbers: NetworkNumbers, _ segment: Segment, _ samples: UnsafeBufferPointer<Int32>,
    _ loss: SampleLoss, into sums: UnsafeMutablePointer<Float>
  ) -> PolicySums {
    rows.act(numbers.flat, segment.observations, samples)
    let found = rows.layers.goBack(numbers, samples, loss, into: sums)
    rows.layers.inputGradient(numbers.transposes + transposeCount, into: inputGradient.pointer)
    (sums + start).update(repeating: 0, count: rows.convolution.count)
    rows.addGradient(
      segment.observations, samples, gradient: inputGradient.pointer, to: sums + start)
    return found
  }

  func addFirstGradient(
    _ segment: Segment, columns: Range<Int>, to gradient: UnsafeMutablePointer<Float>
  ) {
    rows.layers.addFirstGradient(nil, columns: columns, to: gradient)
  }
}
