/// Memory for a fixed number of plain elements, 64-byte aligned, freed with its owner.
///
/// Not safe for several threads that write the same elements.
public final class OwnedBuffer<Element: BitwiseCopyable> {
  /// The elements.
  public let elements: UnsafeMutableBufferPointer<Element>

  /// Allocates memory.
  ///
  /// - Parameters:
  ///   - count: number of elements, 0 or more.
  ///   - zero: what they hold at first.
  public init(_ count: Int, zero: Element) {
    precondition(count >= 0, "OwnedBuffer: \(count) elements; give 0 or more")
    let room = max(1, count)
    // Whole cache lines, so that threads that write neighbouring rows seldom meet in one.
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: room * MemoryLayout<Element>.stride, alignment: 64)
    let base = memory.bindMemory(to: Element.self, capacity: room)
    base.initialize(repeating: zero, count: room)
    elements = UnsafeMutableBufferPointer(start: base, count: count)
  }

  deinit { elements.deallocate() }

  /// One row of so many elements.
  public func row(_ number: Int, _ width: Int) -> UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(rebasing: elements[number * width..<(number + 1) * width])
  }
}
