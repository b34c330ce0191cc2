/// Floats at a fixed, 64-byte aligned place, kept for reuse when they are freed.
///
/// For plain memory that outlives a step and may be written from the pool's threads: whoever owns it
/// sees to it that no two threads touch the same element.
package final class FloatBuffer: @unchecked Sendable {
  /// The number of floats.
  package var count: Int { storage.count }
  /// Where they stand.
  package var pointer: UnsafeMutablePointer<Float> { storage.pointer }

  private let storage: Storage

  /// Creates a buffer of zeros.
  package init(zeros count: Int) {
    storage = Storage(count: count)
    storage.pointer.update(repeating: 0, count: count)
  }
}
