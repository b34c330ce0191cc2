import EnvironmentKit
import Files
import Layers
import Randomness
import Tensors
import Threads

/// Layers with tanh between them that make features of rows: as they were drawn, or trained by a gradient of what
/// they give.
///
/// A row's features have the same bits whatever is computed beside it. Work is cut into a fixed number of lanes,
/// whose sums are added in their order. Nothing is allocated once all sizes have been seen.
final class FeatureNetwork {
  let shape: DenseShape
  /// Numbers of a row's features.
  let width: Int
  /// The flat numbers.
  let numbers: UnsafeMutableBufferPointer<Float>
  /// By the flat numbers; what batches add to.
  let gradient: UnsafeMutableBufferPointer<Float>
  /// Of all matrices but the first; behind them the first one's.
  let transposes: FloatBuffer
  /// Lanes of a batch.
  let lanes: Int

  private let moments:
    (first: UnsafeMutableBufferPointer<Float>, second: UnsafeMutableBufferPointer<Float>)
  private let optimiser: OptimiserStep
  private let reading: FeatureReading
  private var steps = 0
  private let memory = OwnedMemory()

  /// Makes layers of zeros.
  ///
  /// - Parameters:
  ///   - inputs: numbers of a row.
  ///   - widths: of each layer, the features last.
  ///   - lanes: parts that work is cut into.
  ///   - rows: of a batch that is learned from at most; 0 where nothing is learned.
  init(inputs: Int, widths: [Int], lanes: Int, rows: Int) {
    shape = DenseShape(inputs: inputs, before: widths)
    width = widths[widths.count - 1]
    self.lanes = lanes
    let count = shape.layout.count
    numbers = memory.make(count, 0)
    gradient = memory.make(rows > 0 ? count : 0, 0)
    moments = (memory.make(rows > 0 ? count : 0, 0), memory.make(rows > 0 ? count : 0, 0))
    let first = shape.firstMatrix
    transposes = FloatBuffer(
      zeros: shape.transposeCount + first.columns * PlainLayer.padded(first.inputs))
    optimiser = OptimiserStep(first, count: count)
    reading = FeatureReading(shape, width: width, lanes: lanes)
  }

  var flat: UnsafePointer<Float> {
    guard let base = numbers.baseAddress else { preconditionFailure("FeatureNetwork: no numbers") }
    return UnsafePointer(base)
  }

  /// Draws orthogonal weights with a gain of √2.
  func drawOrthogonal(_ stream: RandomStream) {
    var stream = stream
    for entry in shape.layout.entries where entry.shape.count > 1 {
      let values = OrthogonalMatrix.draw(
        rows: entry.rows, columns: entry.columns, gain: 2.0.squareRoot(), from: &stream)
      fill(entry, values)
    }
    load()
  }

  /// Draws weights of a standard normal distribution.
  func drawNormal(_ stream: RandomStream) {
    var stream = stream
    for entry in shape.layout.entries where entry.shape.count > 1 {
      fill(entry, (0..<entry.rows * entry.columns).map { _ in Float(stream.standardNormal()) })
    }
    load()
  }

  private func fill(_ entry: ParameterLayout.Entry, _ values: [Float]) {
    for row in 0..<entry.rows {
      for (column, place) in entry.row(row).enumerated() {
        numbers[place] = values[row * entry.columns + column]
      }
    }
  }

  /// Takes note that the numbers are others.
  private func load() {
    shape.transpose(flat, into: transposes.pointer)
    let first = shape.firstMatrix
    PlainLayer.transpose(
      flat, rows: first.inputs, columns: first.columns,
      into: transposes.pointer + shape.transposeCount, stride: PlainLayer.padded(first.inputs))
  }

  /// Writes the features of a store's first rows, `[rows, width]`.
  func features(
    of store: ObservationStore, rows: Int, into result: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(
      result.count >= rows * width,
      "FeatureNetwork: room for \(result.count) numbers; give \(rows * width)")
    guard let target = result.baseAddress else { return }
    reading.run(flat, store, rows, target)
  }

  /// Forgets the gradient, before batches add theirs.
  func beginGradient() { gradient.update(repeating: 0) }

  /// Moves the numbers by one step of Adam along the gradient.
  func step(rate: Double) {
    guard let gradient = gradient.baseAddress else { return }
    steps += 1
    optimiser.take(
      numbers, moments.first, moments.second, gradient, nil,
      AdamRates(step: steps, learningRate: Float(rate), epsilon: 1e-5, scale: 1))
    load()
  }

  /// Writes the numbers and the optimiser's into a file.
  func save(as name: String, in file: inout TensorFile) {
    shape.layout.save(numbers, as: "\(name)/model", in: &file)
    shape.layout.save(moments.first, as: "\(name)/adam.first", in: &file)
    shape.layout.save(moments.second, as: "\(name)/adam.second", in: &file)
    file.entries["\(name)/steps"] = TensorEntry([Int64(steps)])
  }

  /// Takes up what was saved.
  func restore(_ name: String, in file: TensorFile) throws(FileError) {
    let saved = try shape.layout.restored("\(name)/model", in: file)
    let first = try shape.layout.restored("\(name)/adam.first", in: file)
    let second = try shape.layout.restored("\(name)/adam.second", in: file)
    steps = try file.counter("\(name)/steps")
    _ = numbers.update(fromContentsOf: saved)
    _ = moments.first.update(fromContentsOf: first)
    _ = moments.second.update(fromContentsOf: second)
    load()
  }
}

/// Computes features of many rows, lane by lane.
private final class FeatureReading: ParallelWork {
  private let shape: DenseShape
  private let width: Int
  private let lanes: Int
  private var passes: [DensePass] = []
  private var rows: OwnedBuffer<Int32>?
  private var work: Work?

  private struct Work {
    let numbers: UnsafePointer<Float>
    let store: ObservationStore
    let rows: UnsafeBufferPointer<Int32>
    let result: UnsafeMutablePointer<Float>
  }

  /// Rows that go through at a time.
  private static let chunk = 64

  init(_ shape: DenseShape, width: Int, lanes: Int) {
    (self.shape, self.width, self.lanes) = (shape, width, lanes)
  }

  func run(
    _ numbers: UnsafePointer<Float>, _ store: ObservationStore, _ count: Int,
    _ result: UnsafeMutablePointer<Float>
  ) {
    while passes.count < lanes { passes.append(DensePass(shape, rows: Self.chunk)) }
    let all = rows.flatMap { $0.elements.count >= count ? $0 : nil } ?? Self.order(count)
    rows = all
    work = Work(
      numbers: numbers, store: store, rows: UnsafeBufferPointer(rebasing: all.elements[..<count]),
      result: result)
    defer { work = nil }
    BriefRegions.shared.run { threads in parallelFor(lanes, threads: threads, work: self) }
  }

  private static func order(_ count: Int) -> OwnedBuffer<Int32> {
    let rows = OwnedBuffer<Int32>(count, zero: 0)
    for row in rows.elements.indices { rows.elements[row] = Int32(row) }
    return rows
  }

  func run(_ lane: Int) {
    guard let work else { return }
    let pass = passes[lane]
    let columns = shape.heads.width
    for first in stride(
      from: lane * Self.chunk, to: work.rows.count, by: lanes * Self.chunk)
    {
      let last = min(work.rows.count, first + Self.chunk)
      pass.forward(
        work.numbers, work.store, UnsafeBufferPointer(rebasing: work.rows[first..<last]),
        merges: true)
      for row in first..<last {
        (work.result + row * width).update(
          from: pass.outputs + Int(pass.places[row - first]) * columns, count: width)
      }
    }
  }
}
