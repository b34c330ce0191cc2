/// A fixed list of plain values outside of any array, read without counting references.
///
/// Whoever holds it owns its memory, which goes when the holder goes.
struct Table<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
  let base: UnsafePointer<Element>
  let count: Int

  init(_ elements: [Element]) {
    let memory = UnsafeMutablePointer<Element>.allocate(capacity: max(1, elements.count))
    elements.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { memory.initialize(from: start, count: source.count) }
    }
    base = UnsafePointer(memory)
    count = elements.count
  }

  deinit { base.deallocate() }

  @inline(__always)
  subscript(index: Int) -> Element {
    precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "Table: no such element")
    return base[index]
  }
}
