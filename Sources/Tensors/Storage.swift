import Synchronization

/// The buffer behind tensors.
final class Storage: @unchecked Sendable {
  let count: Int
  /// Where the numbers stand; 0 until a product that waits is looked at.
  private let address: Atomic<UInt>
  private let state: Mutex<State>

  private struct State {
    var buffer: BufferPool.Buffer?
    var waiting: WaitingProduct?
    var forms: [(form: DerivedForm, storage: Storage)] = []
  }

  /// The numbers; a product that waits is computed first, by whoever looks first.
  var pointer: UnsafeMutablePointer<Float> {
    UnsafeMutablePointer(bitPattern: address.load(ordering: .acquiring)) ?? computed()
  }

  /// The factors of a product that nobody has looked at.
  var waiting: WaitingProduct? { state.withLock { $0.waiting } }

  init(count: Int) {
    self.count = count
    let buffer = BufferPool.take(count)
    address = Atomic(UInt(bitPattern: buffer.pointer))
    state = Mutex(State(buffer: buffer))
  }

  /// Numbers that `fill` writes.
  convenience init(count: Int, _ fill: (UnsafeMutablePointer<Float>) -> Void) {
    self.init(count: count)
    fill(pointer)
  }

  /// A product that is computed when someone looks at it.
  init(_ product: WaitingProduct) {
    count = product.rows * product.columns
    address = Atomic(0)
    state = Mutex(State(waiting: product))
  }

  deinit { state.withLock { if let buffer = $0.buffer { BufferPool.giveBack(buffer) } } }

  private func computed() -> UnsafeMutablePointer<Float> {
    state.withLock { state in
      if let buffer = state.buffer { return buffer.pointer }
      let buffer = BufferPool.take(count)
      state.waiting?.compute(into: buffer.pointer)
      (state.waiting, state.buffer) = (nil, buffer)
      address.store(UInt(bitPattern: buffer.pointer), ordering: .releasing)
      return buffer.pointer
    }
  }

  /// Another form of these numbers, made on first use and kept until they change.
  ///
  /// Any thread may ask; the others wait while it is made.
  func form(_ form: DerivedForm, make: () -> Storage) -> Storage {
    state.withLock { state in
      if let known = state.forms.first(where: { $0.form == form }) { return known.storage }
      let made = make()
      state.forms.append((form, made))
      return made
    }
  }

  /// Forgets other forms, because the numbers are about to change.
  func willChange() {
    state.withLock { $0.forms.removeAll(keepingCapacity: true) }
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
