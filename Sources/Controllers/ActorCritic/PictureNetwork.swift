import Tensors
import Threads

/// Networks of an actor and a critic that see pictures: convolutions of their own, shared by both, and fully
/// connected layers behind them.
///
/// Convolutions are differentiated on a tape, a part of a batch each; what is behind them is worked by hand.
final class PictureNetwork: ActorCriticNetwork {
  private let shape: DenseShape
  let layout: ParameterLayout
  private let picturesStart: Int
  private var encoder: PictureEncoder
  private let transposes: FloatBuffer
  private let acting: PictureActing
  private let passes: [PicturePass]
  private let learning: GradientWork?
  private var numbers: UnsafePointer<Float>?

  /// Makes networks; numbers are their owner's.
  ///
  /// - Parameters:
  ///   - encoder: of arbitrary weights.
  ///   - shape: of the layers that read what the encoder gives.
  ///   - rows: of a batch at most; 0 for networks that only act.
  ///   - microbatches: parts that a batch is cut into.
  init(_ encoder: PictureEncoder, _ shape: DenseShape, rows: Int, microbatches: Int) {
    (self.encoder, self.shape) = (encoder, shape)
    var layout = shape.layout
    picturesStart = layout.count
    for (name, tensor) in encoder.parameters {
      layout.entries.append(
        .init(
          name: name, shape: tensor.shape, start: layout.count,
          stride: tensor.shape[tensor.shape.count - 1]))
      layout.count += tensor.count
    }
    self.layout = layout
    transposes = FloatBuffer(zeros: shape.wholeTransposeCount)
    acting = PictureActing(shape)
    let most = (rows + microbatches - 1) / microbatches
    let start = picturesStart - shape.levels[0].parts[0].count
    passes = rows == 0 ? [] : (0..<microbatches).map { _ in PicturePass(shape, rows: most, start) }
    learning = rows == 0 ? nil : GradientWork(shape.firstMatrix, layout.count, passes)
  }

  var heads: PolicyHeads { shape.heads }
  var deviations: Int { shape.deviations }
  var firstMatrix: (inputs: Int, columns: Int) { shape.firstMatrix }
  var memoryWidth: Int { 0 }
  var needsWholeRows: Bool { true }

  func load(_ numbers: UnsafePointer<Float>) {
    self.numbers = numbers
    encoder.load(numbers + picturesStart)
    shape.transposeWhole(numbers, into: transposes.pointer)
    for pass in passes { pass.encoder = encoder }
  }

  private var loaded: UnsafePointer<Float> {
    guard let numbers else { preconditionFailure("PictureNetwork: load numbers first") }
    return numbers
  }

  func evaluate(
    _ store: ObservationStore, rows: UnsafeBufferPointer<Int32>,
    memory: UnsafeMutablePointer<Float>, into outputs: UnsafeMutablePointer<Float>
  ) {
    acting.run(encoder, loaded, store, rows, outputs)
  }

  func gradient(
    _ segment: Segment, samples: UnsafeBufferPointer<Int32>, of loss: SampleLoss,
    into gradient: UnsafeMutablePointer<Float>
  ) -> PolicySums {
    guard let learning else { preconditionFailure("PictureNetwork: made for acting only") }
    return learning.run(
      NetworkNumbers(flat: loaded, transposes: UnsafePointer(transposes.pointer)), segment, samples,
      loss, gradient)
  }
}

extension ObservationStore {
  /// The pictures of some rows, `[rows, shape…]`.
  fileprivate func pictures(_ rows: UnsafeBufferPointer<Int32>, _ shape: [Int]) -> Tensor {
    Tensor(shape: [rows.count] + shape) { buffer in
      guard let whole, let target = buffer.baseAddress else { return }
      for (place, row) in rows.enumerated() {
        (target + place * width).update(from: whole.pointer + Int(row) * width, count: width)
      }
    }
  }
}

/// Computes outputs, some pictures at a time.
private final class PictureActing {
  private let shape: DenseShape
  private var passes: [DensePass] = []
  private static let chunk = 8

  init(_ shape: DenseShape) { self.shape = shape }

  func run(
    _ encoder: PictureEncoder, _ numbers: UnsafePointer<Float>, _ store: ObservationStore,
    _ rows: UnsafeBufferPointer<Int32>, _ outputs: UnsafeMutablePointer<Float>
  ) {
    let chunks = (rows.count + Self.chunk - 1) / Self.chunk
    while passes.count < chunks { passes.append(DensePass(shape, rows: Self.chunk)) }
    let width = shape.heads.width
    parallelFor(chunks) { index in
      let first = index * Self.chunk
      let part = UnsafeBufferPointer(
        rebasing: rows[first..<min(rows.count, first + Self.chunk)])
      encoder(store.pictures(part, encoder.pictureShape)).withUnsafeBuffer {
        passes[index].forward(numbers, features: $0, rows: part.count)
      }
      passes[index].copyOutputs(to: outputs + first * width)
    }
  }
}

/// The way of some pictures through convolutions and layers, and back.
private final class PicturePass: LearningPass {
  /// The convolutions of now.
  var encoder: PictureEncoder?
  private let layers: DensePass
  private let shape: DenseShape
  /// Where the convolutions' numbers begin among those behind the first matrix.
  private let start: Int
  private let inputGradient: FloatBuffer

  init(_ shape: DenseShape, rows: Int, _ start: Int) {
    (self.shape, self.start) = (shape, start)
    layers = DensePass(shape, rows: rows)
    inputGradient = FloatBuffer(zeros: rows * PlainLayer.padded(shape.inputs))
  }

  func goThrough(
    _ numbers: NetworkNumbers, _ segment: Segment, _ samples: UnsafeBufferPointer<Int32>,
    _ loss: SampleLoss, into sums: UnsafeMutablePointer<Float>
  ) -> PolicySums {
    guard let encoder, !samples.isEmpty else {
      layers.begin(0)
      return PolicySums()
    }
    var found = PolicySums()
    let pictures = segment.observations.pictures(samples, encoder.pictureShape)
    let (_, gradient) = valueAndGradient(of: encoder) { encoder in
      let features = encoder(pictures)
      found = features.withUnsafeBuffer { numbersOfFeatures in
        layers.forward(numbers.flat, features: numbersOfFeatures, rows: samples.count)
        return layers.goBack(numbers, samples, loss, into: sums)
      }
      return (features * gradientByInputs(numbers, rows: samples.count)).sum()
    }
    var target = sums + start
    for (_, tensor) in gradient.parameters {
      tensor.withUnsafeBuffer { numbers in
        guard let source = numbers.baseAddress else { return }
        target.update(from: source, count: numbers.count)
        target += numbers.count
      }
    }
    return found
  }

  /// The gradient by what the layers read, `[rows, inputs]`.
  private func gradientByInputs(_ numbers: NetworkNumbers, rows: Int) -> Tensor {
    let padded = PlainLayer.padded(shape.inputs)
    layers.inputGradient(
      numbers.transposes + shape.transposeCount, into: inputGradient.pointer)
    return Tensor(shape: [rows, shape.inputs]) { buffer in
      guard let target = buffer.baseAddress else { return }
      for row in 0..<rows {
        (target + row * shape.inputs).update(
          from: inputGradient.pointer + row * padded, count: shape.inputs)
      }
    }
  }

  func addFirstGradient(
    _ segment: Segment, columns: Range<Int>, to gradient: UnsafeMutablePointer<Float>
  ) {
    layers.addFirstGradient(segment.observations.sparse, columns: columns, to: gradient)
  }
}
