import Synchronization

/// The buffer behind tensors.
final class Storage: @unchecked Sendable {
  let count: Int
  /// Nil until a product that waits to be computed is looked at.
  private var buffer: BufferPool.Buffer?
  /// The factors of a product that nobody has looked at.
  private(set) var waiting: WaitingProduct?
  private let forms = Mutex<[(form: DerivedForm, storage: Storage)]>([])

  /// The numbers; a product that waits is computed first, on this thread.
  var pointer: UnsafeMutablePointer<Float> {
    if let buffer { return buffer.pointer }
    let taken = BufferPool.take(count)
    buffer = taken
    waiting?.compute(into: taken.pointer)
    waiting = nil
    return taken.pointer
  }

  init(count: Int) {
    self.count = count
    buffer = BufferPool.take(count)
  }

  /// Numbers that `fill` writes.
  convenience init(count: Int, _ fill: (UnsafeMutablePointer<Float>) -> Void) {
    self.init(count: count)
    fill(pointer)
  }

  /// A product that is computed when someone looks at it; only one thread may hold it until then.
  init(_ product: WaitingProduct) {
    count = product.rows * product.columns
    waiting = product
  }

  deinit { if let buffer { BufferPool.giveBack(buffer) } }

  /// Another form of these numbers, made on first use and kept until they change.
  ///
  /// Any thread may ask; the others wait while it is made.
  func form(_ form: DerivedForm, make: () -> Storage) -> Storage {
    forms.withLock { forms in
      if let known = forms.first(where: { $0.form == form }) { return known.storage }
      let made = make()
      forms.append((form, made))
      return made
    }
  }

  /// Forgets other forms, because the numbers are about to change.
  func willChange() {
    forms.withLock { $0.removeAll(keepingCapacity: true) }
  }

  func copy() -> Storage {
    let copy = Storage(count: count)
    copy.pointer.update(from: pointer, count: count)
    return copy
  }
}

/// What is computed from a weight once for many uses.
enum DerivedForm {
  /// The weights of a halving convolution, transformed for both directions.
  case halving
  /// The weights of a transposed convolution to few channels, arranged for one product.
  case narrow
}
