import EnvironmentKit
import Tensors
import Threads

/// Some rows on their way through a network that makes features, and a gradient on its way back.
///
/// Rows go forward; whoever asks writes the gradient by their features; it goes back and is added to the
/// network's.
final class FeatureBatch: ParallelWork {
  /// `[row, width]`: what came of the rows.
  let features: OwnedBuffer<Float>
  /// `[row, width]`: the gradient by that, to be written before it goes back.
  let gradients: OwnedBuffer<Float>
  /// `[row, inputs]`: the gradient by what went in, where it was asked for.
  let inputGradients: OwnedBuffer<Float>

  private let network: FeatureNetwork
  private let passes: [DensePass]
  private let capacity: Int
  private let sums: FloatBuffer
  private let paddedInputs: [FloatBuffer]
  private let wantsInputs: Bool
  private var count = 0
  private var source = Source.none
  private var phase = Phase.forward

  private enum Phase { case forward, backward, first, later }

  private enum Source {
    case none
    case store(ObservationStore, UnsafeBufferPointer<Int32>)
    case rows(UnsafeBufferPointer<Float>)
  }

  /// Makes room for so many rows.
  ///
  /// - Parameter wantsInputs: whether the gradient by what goes in is to be known.
  init(_ network: FeatureNetwork, rows: Int, wantsInputs: Bool = false) {
    (self.network, capacity, self.wantsInputs) = (network, rows, wantsInputs)
    let (shape, lanes) = (network.shape, network.lanes)
    let most = (rows + lanes - 1) / lanes
    passes = (0..<lanes).map { _ in DensePass(shape, rows: most) }
    features = OwnedBuffer(rows * network.width, zero: 0)
    gradients = OwnedBuffer(rows * network.width, zero: 0)
    inputGradients = OwnedBuffer(wantsInputs ? rows * shape.inputs : 0, zero: 0)
    paddedInputs = (0..<lanes).map { _ in
      FloatBuffer(zeros: wantsInputs ? most * PlainLayer.padded(shape.inputs) : 1)
    }
    sums = FloatBuffer(zeros: lanes * max(1, shape.layout.count - shape.levels[0].parts[0].count))
  }

  /// Takes some rows of a store forward; rows that are alike should lie beside each other.
  func forward(_ store: ObservationStore, _ rows: UnsafeBufferPointer<Int32>) {
    (source, count) = (.store(store, rows), rows.count)
    run(.forward)
  }

  /// Takes rows of numbers forward, `[count, inputs]`.
  func forward(_ rows: UnsafeBufferPointer<Float>, count: Int) {
    (source, self.count) = (.rows(rows), count)
    run(.forward)
  }

  /// Takes the gradient back, and adds it to the network's.
  func backward() {
    run(.backward)
    run(.first)
    run(.later)
  }

  private func run(_ phase: Phase) {
    precondition(count <= capacity, "FeatureBatch: \(count) rows for \(capacity)")
    self.phase = phase
    let pieces = phase == .later ? 1 : phase == .first ? blocks : passes.count
    BriefRegions.shared.run { threads in parallelFor(pieces, threads: threads, work: self) }
  }

  func run(_ index: Int) {
    switch phase {
    case .forward: goForward(index)
    case .backward: goBack(index)
    case .first: addFirst(index)
    case .later: addLater()
    }
  }

  /// Blocks of columns of the first matrix.
  private var blocks: Int { min(4, network.shape.firstMatrix.columns / PlainLayer.panel) }

  private func rows(_ lane: Int) -> Range<Int> {
    lane * count / passes.count..<(lane + 1) * count / passes.count
  }

  private func goForward(_ lane: Int) {
    let (pass, rows, width) = (passes[lane], rows(lane), network.width)
    switch source {
    case .none: return
    case .store(let store, let chosen):
      pass.forward(
        network.flat, store, UnsafeBufferPointer(rebasing: chosen[rows]), merges: true)
    case .rows(let numbers):
      let inputs = network.shape.inputs
      pass.forward(
        network.flat,
        features: UnsafeBufferPointer(
          rebasing: numbers[rows.lowerBound * inputs..<rows.upperBound * inputs]),
        rows: rows.count)
    }
    for row in rows {
      let place = Int(pass.places[row - rows.lowerBound])
      _ = features.row(row, width).update(
        fromContentsOf: UnsafeBufferPointer(
          start: pass.outputs + place * network.shape.heads.width, count: width))
    }
  }

  private func goBack(_ lane: Int) {
    let (pass, rows, width) = (passes[lane], rows(lane), network.width)
    let columns = network.shape.heads.width
    pass.outputGradient.update(repeating: 0, count: pass.count * columns)
    for row in rows {
      let target = pass.outputGradient + Int(pass.places[row - rows.lowerBound]) * columns
      let gradient = gradients.row(row, width)
      for place in 0..<width { target[place] += gradient[place] }
    }
    pass.backward(network.transposes.pointer, into: sums.pointer + lane * laterCount)
    if wantsInputs { writeInputs(pass, lane, rows) }
  }

  private func writeInputs(_ pass: DensePass, _ lane: Int, _ rows: Range<Int>) {
    let inputs = network.shape.inputs
    pass.inputGradient(
      network.transposes.pointer + network.shape.transposeCount, into: paddedInputs[lane].pointer)
    for row in rows {
      let place = Int(pass.places[row - rows.lowerBound])
      _ = inputGradients.row(row, inputs).update(
        fromContentsOf: UnsafeBufferPointer(
          start: paddedInputs[lane].pointer + place * PlainLayer.padded(inputs), count: inputs))
    }
  }

  private var firstCount: Int { network.shape.levels[0].parts[0].count }
  private var laterCount: Int { network.shape.layout.count - firstCount }

  private func addFirst(_ block: Int) {
    guard let gradient = network.gradient.baseAddress else { return }
    let panels = network.shape.firstMatrix.columns / PlainLayer.panel
    let columns =
      block * panels / blocks * PlainLayer.panel..<(block + 1) * panels / blocks * PlainLayer.panel
    var sparse: SparseRows?
    if case .store(let store, _) = source { sparse = store.sparse }
    for pass in passes { pass.addFirstGradient(sparse, columns: columns, to: gradient) }
  }

  private func addLater() {
    guard let gradient = network.gradient.baseAddress, laterCount > 0 else { return }
    for lane in passes.indices {
      PlainLayer.add(
        sums.pointer + lane * laterCount, to: gradient + firstCount, count: laterCount)
    }
  }
}
