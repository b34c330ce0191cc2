extension RandomStream {
  /// Shuffles in place; NumPy's `shuffle`.
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, Int(bounded(UInt64(last))))
    }
  }

  /// A random order of `0..<count`; NumPy's `permutation(count)`.
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    shuffle(&order)
    return order
  }

  /// A uniformly chosen element; NumPy's `choice(elements)`.
  ///
  /// - Precondition: `elements` is not empty.
  public mutating func choice<Element>(_ elements: [Element]) -> Element {
    elements[integers(in: 0..<elements.count)]
  }
}
