import Glibc

/// A piece of a state's memory, read and written without counting references.
struct Block<Element: BitwiseCopyable>: @unchecked Sendable {
  let base: UnsafeMutablePointer<Element>
  let count: Int

  @inline(__always)
  subscript(index: Int) -> Element {
    get {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "Block: no such element")
      return base[index]
    }
    nonmutating _modify {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "Block: no such element")
      yield &base[index]
    }
  }

  var indices: Range<Int> { 0..<count }
  var elements: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: base, count: count) }
  func fill(with value: Element) { base.update(repeating: value, count: count) }
}

extension Block<UInt8> {
  /// Where a byte first stands; nil where it does not.
  @inline(__always)
  func first(_ byte: UInt8) -> Int? {
    memchr(base, Int32(byte), count).map { UnsafeRawPointer(base).distance(to: $0) }
  }
}

/// All that a state keeps outside of itself, in one piece: a copy of the state shares it until one of them
/// is changed.
final class StateMemory: Sendable {
  /// What lies in each layer of each cell: `[cell, layer]`, 0 for nothing.
  ///
  /// The last layer, the agent's, is empty: it is there so that observations are copied whole.
  let contents: Block<UInt8>
  /// How many there are of each kind.
  let counts: Block<Int32>
  let movers: Block<Mover>
  let variables: Block<Int32>
  private let bytes: Block<UInt8>

  init(contents: Int, counts: Int, movers: Int, variables: Int) {
    func space<Element>(_ count: Int, of type: Element.Type) -> Int {
      (max(1, count) * MemoryLayout<Element>.stride + 15) & ~15
    }
    let sizes = [
      space(contents, of: UInt8.self), space(counts, of: Int32.self),
      space(movers, of: Mover.self), space(variables, of: Int32.self),
    ]
    let size = sizes.reduce(0, +)
    let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
    var place = memory
    func next<Element>(_ count: Int, _ size: Int, _ value: Element) -> Block<Element> {
      let base = place.bindMemory(to: Element.self, capacity: max(1, count))
      base.initialize(repeating: value, count: max(1, count))
      place += size
      return Block(base: base, count: count)
    }
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    self.contents = next(contents, sizes[0], 0)
    self.counts = next(counts, sizes[1], 0)
    self.movers = next(movers, sizes[2], Mover())
    self.variables = next(variables, sizes[3], 0)
    bytes = Block(base: memory.assumingMemoryBound(to: UInt8.self), count: size)
  }

  deinit { UnsafeMutableRawPointer(bytes.base).deallocate() }

  /// Another one that holds the same.
  func copy() -> StateMemory {
    let other = StateMemory(
      contents: contents.count, counts: counts.count, movers: movers.count,
      variables: variables.count)
    UnsafeMutableRawPointer(other.bytes.base).copyMemory(
      from: bytes.base, byteCount: bytes.count)
    return other
  }

  /// Whether both hold the same, given that only so many movers count.
  func holdsSame(as other: StateMemory, movers count: Int) -> Bool {
    self === other
      || contents.elements.elementsEqual(other.contents.elements)
        && counts.elements.elementsEqual(other.counts.elements)
        && movers.elements.prefix(count).elementsEqual(other.movers.elements.prefix(count))
        && variables.elements.elementsEqual(other.variables.elements)
  }
}
