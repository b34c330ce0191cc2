/// Chooses some of many frames, evenly.
package enum FrameSelection {
  /// At most `count` elements, evenly spread, in order; the first and the last among them.
  package static func spread<Element>(_ elements: [Element], _ count: Int) -> [Element] {
    guard elements.count > count, count > 1 else { return elements }
    return (0..<count).map { elements[$0 * (elements.count - 1) / (count - 1)] }
  }
}
