import EnvironmentKit
import Synchronization

/// Painted tiles of one size, each painted when it is first needed; read by all threads.
final class TileSheet: @unchecked Sendable {
  /// Pixels a side.
  let size: Int
  private let slots: UnsafeMutableBufferPointer<Atomic<UnsafeMutablePointer<UInt8>?>>
  private let painting = Mutex(())

  init(size: Int, slots count: Int) {
    self.size = size
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

  /// The `size`×`size`×3 bytes of a tile.
  @inline(__always)
  func tile(_ slot: Int, _ paint: () -> [UInt8]) -> UnsafePointer<UInt8> {
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
  func draw(_ tile: UnsafePointer<UInt8>, into canvas: Canvas, x: Int, y: Int) {
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

/// The tiles of a world in every size that is asked for.
final class TileSheets: Sendable {
  private let pictures: [Picture]
  private let look: WorldLook
  private let agentKind: Int
  /// What a kind adds to a tile's slot.
  private let steps: [Int32]
  private let slots: Int
  private let kept = Mutex<[TileSheet]>([])

  /// Tiles that a world may have.
  static let mostSlots = 1 << 20
  private static let agentLooks = 5
  private static let keptSizes = 6

  init(kinds: [Kind], layers: Int, agentKind: Int, look: WorldLook) {
    pictures = kinds.map(\.picture)
    self.look = look
    self.agentKind = agentKind
    (steps, slots) = Self.arrange(kinds, layers: layers, agentKind: agentKind)
  }

  /// What each kind adds to the slot of a stack, and how many stacks there are.
  static func arrange(_ kinds: [Kind], layers: Int, agentKind: Int) -> ([Int32], Int) {
    var steps = [Int32](repeating: 0, count: kinds.count)
    var stride = agentLooks * 2
    for layer in 0..<layers {
      var place = 0
      for kind in kinds.indices where kind > 0 && kind != agentKind && kinds[kind].layer == layer {
        place += 1
        steps[kind] = Int32(clamping: place.multipliedReportingOverflow(by: stride).partialValue)
      }
      stride = min(stride * (place + 1), 1 << 40)
    }
    return (steps, stride)
  }

  /// The sheet of a size, kept for next time.
  func sheet(size: Int) -> TileSheet {
    kept.withLock { sheets in
      if let found = sheets.first(where: { $0.size == size }) { return found }
      let sheet = TileSheet(size: size, slots: slots)
      sheets.append(sheet)
      if sheets.count > Self.keptSizes { sheets.removeFirst() }
      return sheet
    }
  }

  /// Draws one cell: its stack, the agent where it stands there, lit or not.
  @inline(__always)
  func draw(
    _ stack: UnsafeBufferPointer<UInt8>, agent: Heading?, isLit: Bool, from sheet: TileSheet,
    into canvas: Canvas, x: Int, y: Int
  ) {
    var slot = isLit ? 1 : 0
    if let agent { slot &+= (Int(agent.rawValue) &+ 1) &* 2 }
    for kind in stack { slot &+= Int(steps[Int(kind)]) }
    let tile = sheet.tile(slot) {
      paint(Array(stack), agent: agent, isLit: isLit, size: sheet.size)
    }
    sheet.draw(tile, into: canvas, x: x, y: y)
  }

  private func paint(_ stack: [UInt8], agent: Heading?, isLit: Bool, size: Int) -> [UInt8] {
    var painter = TilePainter(size: size, background: look.background)
    if let grid = look.grid {
      painter.draw(.rectangle(0, 0.031, 0, 1, grid))
      painter.draw(.rectangle(0, 1, 0, 0.031, grid))
    }
    for kind in stack where kind != 0 { painter.draw(pictures[Int(kind)], heading: .right) }
    if let agent { painter.draw(pictures[agentKind], heading: agent) }
    if isLit { painter.light() }
    return painter.averaged()
  }
}
