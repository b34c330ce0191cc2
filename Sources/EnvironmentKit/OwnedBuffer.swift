/// Memory for the buffers of one owner, freed with it: allocated once, so that no step has to.
///
/// Whole cache lines, so that threads that write neighbouring rows seldom meet in one.
public final class OwnedMemory {
  private var pieces: [UnsafeMutableRawPointer] = []

  /// No memory yet.
  public init() {}

  deinit { for piece in pieces { piece.deallocate() } }

  /// Memory for so many elements, valid as long as this object is.
  ///
  /// - Parameters:
  ///   - count: number of elements, 0 or more.
  ///   - value: what they hold at first.
  public func make<Element: BitwiseCopyable>(
    _ count: Int, _ value: Element
  ) -> UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(start: makePointer(count, value), count: count)
  }

  /// The same without its length.
  public func makePointer<Element: BitwiseCopyable>(
    _ count: Int, _ value: Element
  ) -> UnsafeMutablePointer<Element> {
    precondition(count >= 0, "OwnedMemory: \(count) elements; give 0 or more")
    let room = max(1, count)
    let piece = UnsafeMutableRawPointer.allocate(
      byteCount: room * MemoryLayout<Element>.stride, alignment: 64)
    pieces.append(piece)
    let base = piece.bindMemory(to: Element.self, capacity: room)
    base.initialize(repeating: value, count: room)
    return base
  }
}

/// Memory for elements of one kind, allocated once and freed with its owner.
public final class OwnedBuffer<Element: BitwiseCopyable> {
  /// The elements.
  public let elements: UnsafeMutableBufferPointer<Element>
  private let memory = OwnedMemory()

  /// Allocates memory.
  ///
  /// - Parameters:
  ///   - count: number of elements, 0 or more.
  ///   - zero: what they hold at first.
  public init(_ count: Int, zero: Element) { elements = memory.make(count, zero) }

  /// One row of so many elements.
  public func row(_ number: Int, _ width: Int) -> UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(rebasing: elements[number * width..<(number + 1) * width])
  }
}
