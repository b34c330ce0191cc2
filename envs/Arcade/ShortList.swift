/// A list of few things in place, in the order in which they came; it asks for no memory.
struct ShortList<let capacity: Int, Element: Sendable>: Sendable {
  /// Number of things, at most `capacity`.
  private(set) var count = 0
  private var elements: InlineArray<capacity, Element>

  /// Creates an empty list.
  ///
  /// - Parameter filler: what stands in places that are free.
  init(_ filler: Element) { elements = InlineArray(repeating: filler) }

  /// The places of the things.
  var indices: Range<Int> { 0..<count }

  // Inlined: a call would copy the list.
  subscript(index: Int) -> Element {
    @inline(__always) get { elements[index] }
    @inline(__always) set { elements[index] = newValue }
  }

  /// Adds a thing at the end; of a full list nothing becomes of it.
  mutating func append(_ element: Element) {
    guard count < capacity else { return }
    elements[count] = element
    count += 1
  }

  /// Takes a thing out; the order of the others stays.
  mutating func remove(at index: Int) {
    for place in index..<count - 1 { elements[place] = elements[place + 1] }
    count -= 1
  }
}
