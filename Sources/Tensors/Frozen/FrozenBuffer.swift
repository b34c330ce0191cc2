/// Numbers that never change, readable from any thread.
final class FrozenBuffer: @unchecked Sendable {
  let pointer: UnsafePointer<Float>
  private let storage: UnsafeMutablePointer<Float>

  /// Takes up `count` numbers that `fill` writes, at a multiple of 64 bytes.
  init(count: Int, _ fill: (UnsafeMutablePointer<Float>) -> Void) {
    storage = alignedFloats(count)
    fill(storage)
    pointer = UnsafePointer(storage)
  }

  /// Copies a tensor's elements.
  convenience init(_ tensor: Tensor) {
    self.init(count: tensor.count) { $0.update(from: tensor.pointer, count: tensor.count) }
  }

  deinit { storage.deallocate() }
}

/// Floats for one call, taken from the tensors' pool: none from the system once the pool has them.
package struct WorkingFloats: ~Copyable {
  private let buffer: BufferPool.Buffer

  /// The floats, of arbitrary content at first, 64-byte aligned.
  package var pointer: UnsafeMutablePointer<Float> { buffer.pointer }

  /// Takes `count` floats.
  package init(_ count: Int) { buffer = BufferPool.take(count) }

  deinit { BufferPool.giveBack(buffer) }
}
