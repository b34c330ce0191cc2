/// Floats for one call, taken from the tensors' pool: none from the system once the pool has them.
package struct WorkingFloats: ~Copyable {
  private let buffer: BufferPool.Buffer

  /// The floats, of arbitrary content at first, 64-byte aligned.
  package var pointer: UnsafeMutablePointer<Float> { buffer.pointer }

  /// Takes `count` floats.
  package init(_ count: Int) { buffer = BufferPool.take(count) }

  deinit { BufferPool.giveBack(buffer) }
}
