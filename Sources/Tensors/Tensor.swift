/// A dense, row-major array of `Float`; images are `[batch, height, width, channel]`.
///
/// A value: copies share storage until one is written. Tensors and the tapes they are watched on stay
/// on the thread that made them; plain buffers cross threads.
public struct Tensor {
  /// The sizes of the axes; empty for a scalar.
  public let shape: [Int]
  var storage: Storage
  var watch: Watch?

  /// The number of elements.
  public var count: Int { storage.count }

  /// Creates a tensor from its elements in row-major order.
  ///
  /// - Precondition: the shape has as many elements as there are scalars.
  public init(_ scalars: [Float], shape: [Int]) {
    let size = shape.reduce(1, *)
    precondition(
      scalars.count == size,
      "Tensor(_:shape:): \(scalars.count) scalars for shape \(shape), which has \(size)")
    self.init(shape: shape) { _ = $0.update(fromContentsOf: scalars) }
  }

  /// Creates a tensor of one element.
  public init(_ scalar: Float) { self.init([scalar], shape: []) }

  /// Creates a tensor of equal elements.
  public init(repeating value: Float, shape: [Int]) {
    self.init(shape: shape) { $0.update(repeating: value) }
  }

  /// Creates a tensor whose elements `fill` writes; they are arbitrary before.
  public init(shape: [Int], _ fill: (UnsafeMutableBufferPointer<Float>) -> Void) {
    self.init(uninitialized: shape)
    fill(UnsafeMutableBufferPointer(start: storage.pointer, count: count))
  }

  /// Creates a tensor of arbitrary content.
  package init(uninitialized shape: [Int]) {
    precondition(shape.allSatisfy { $0 >= 0 }, "Tensor: shape \(shape) has a negative size")
    self.shape = shape
    storage = Storage(count: shape.reduce(1, *))
  }

  init(shape: [Int], sharing storage: Storage) {
    self.shape = shape
    self.storage = storage
  }

  /// The elements in row-major order.
  public var scalars: [Float] { withUnsafeBuffer { Array($0) } }

  /// The only element.
  ///
  /// - Precondition: the tensor has one element.
  public var scalar: Float {
    precondition(count == 1, "scalar: the tensor has shape \(shape); give one with one element")
    return storage.pointer.pointee
  }

  /// The same elements, not watched by a tape: nothing behind them receives a gradient.
  public var detached: Tensor { Tensor(shape: shape, sharing: storage) }

  /// Lends the elements for reading.
  public func withUnsafeBuffer<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(storage) {} }
    return try body(UnsafeBufferPointer(start: storage.pointer, count: count))
  }

  /// Lends the elements for writing, copying them first where another tensor shares them.
  public mutating func withUnsafeMutableBuffer<Result, Failure: Error>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    makeUnique()
    defer { withExtendedLifetime(storage) {} }
    return try body(UnsafeMutableBufferPointer(start: storage.pointer, count: count))
  }

  /// Copies the elements where another tensor shares them, so that they may be written.
  mutating func makeUnique() {
    if isKnownUniquelyReferenced(&storage) {
      storage.willChange()
    } else {
      storage = storage.copy()
    }
  }

  var pointer: UnsafePointer<Float> { UnsafePointer(storage.pointer) }
  var mutablePointer: UnsafeMutablePointer<Float> { storage.pointer }
}

/// A tensor's place on a tape.
struct Watch {
  let tape: Tape
  let index: Int
}
