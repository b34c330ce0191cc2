import EnvironmentKit
import Synchronization

/// Painted tiles of one size, each painted when it is first needed; read by all threads.
final class TileSheet: @unchecked Sendable {
  /// Pixels a side.
  let size: Int
  private let art: TileArt
  private let slots: UnsafeMutableBufferPointer<Atomic<UnsafeMutablePointer<UInt8>?>>
  private let painting = Mutex(())

  init(size: Int, _ art: TileArt) {
    self.size = size
    self.art = art
    let count = art.numbers.count
    slots = .allocate(capacity: count)
    for index in 0..<count {
      (slots.baseAddress.map { $0 + index })?.initialize(to: Atomic(nil))
    }
  }

  deinit {
    for index in slots.indices {
      slots[index].load(ordering: .relaxed)?.deallocate()
    }
    slots.deinitialize()
    slots.deallocate()
  }

  /// Draws one cell: its stack, the agent where it stands there, lit or not.
  @inline(__always)
  func draw(
    _ stack: UnsafeBufferPointer<UInt8>, agent: Heading?, isLit: Bool, into canvas: Canvas, x: Int,
    y: Int
  ) {
    var slot = isLit ? 1 : 0
    if let agent { slot &+= (Int(agent.rawValue) &+ 1) &* 2 }
    for kind in stack { slot &+= Int(art.numbers.steps[Int(kind)]) }
    let tile = tile(slot) { art.paint(Array(stack), agent: agent, isLit: isLit, size: size) }
    draw(tile, into: canvas, x: x, y: y)
  }

  /// The `size`×`size`×3 bytes of a tile.
  @inline(__always)
  private func tile(_ slot: Int, _ paint: () -> [UInt8]) -> UnsafePointer<UInt8> {
    if let found = slots[slot].load(ordering: .acquiring) { return UnsafePointer(found) }
    return painted(slot, paint)
  }

  private func painted(_ slot: Int, _ paint: () -> [UInt8]) -> UnsafePointer<UInt8> {
    painting.withLock { _ in
      if let found = slots[slot].load(ordering: .acquiring) { return UnsafePointer(found) }
      let bytes = paint()
      let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
      bytes.withUnsafeBufferPointer { source in
        if let base = source.baseAddress { memory.initialize(from: base, count: source.count) }
      }
      slots[slot].store(memory, ordering: .releasing)
      return UnsafePointer(memory)
    }
  }

  /// Copies a tile onto a canvas; what lies outside is left out.
  @inline(__always)
  private func draw(_ tile: UnsafePointer<UInt8>, into canvas: Canvas, x: Int, y: Int) {
    let columns = min(size, canvas.width &- x) &* 3
    guard columns > 0 else { return }
    var source = tile
    var target = canvas.base + (y &* canvas.width &+ x) &* 3
    for _ in 0..<max(0, min(size, canvas.height &- y)) {
      Self.copy(columns, from: source, to: target)
      source += size &* 3
      target += canvas.width &* 3
    }
  }

  /// Copies a short row: sixteen bytes at a time, or eight, the last ones overlapping those before.
  @inline(__always)
  private static func copy(
    _ count: Int, from source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>
  ) {
    guard count >= 16 else { return copyFew(count, from: source, to: target) }
    var offset = 0
    while offset &+ 16 < count {
      copySixteen(source + offset, target + offset)
      offset &+= 16
    }
    copySixteen(source + (count &- 16), target + (count &- 16))
  }

  @inline(__always)
  private static func copyFew(
    _ count: Int, from source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>
  ) {
    guard count >= 8 else {
      for index in 0..<count { target[index] = source[index] }
      return
    }
    let (first, last) = (UnsafeRawPointer(source), UnsafeRawPointer(source + (count &- 8)))
    let bytes = (first.loadUnaligned(as: UInt64.self), last.loadUnaligned(as: UInt64.self))
    UnsafeMutableRawPointer(target).storeBytes(of: bytes.0, as: UInt64.self)
    UnsafeMutableRawPointer(target + (count &- 8)).storeBytes(of: bytes.1, as: UInt64.self)
  }

  @inline(__always)
  private static func copySixteen(
    _ source: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>
  ) {
    let bytes = UnsafeRawPointer(source).loadUnaligned(as: SIMD16<UInt8>.self)
    UnsafeMutableRawPointer(target).storeBytes(of: bytes, as: SIMD16<UInt8>.self)
  }
}
