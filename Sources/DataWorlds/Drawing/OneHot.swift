import EnvironmentKit

/// Symbols spread over bytes of 0 and 1, one for every value that a symbol can have.
struct OneHot: Sendable {
  /// Bytes of a cell.
  let width: Int
  private let planes: Int
  /// `[plane, value]`: the place of a value's byte within those of its cell.
  private let places: [UInt16]

  init(_ program: Program) {
    let values = Self.values(program)
    planes = values.count
    width = values.reduce(0) { $0 + ($1.max() ?? 0) + 1 }
    var start = 0
    var places: [UInt16] = []
    for plane in values {
      places += plane.map { UInt16(clamping: start + $0) }
      start += (plane.max() ?? 0) + 1
    }
    self.places = places
  }

  /// What each of the 256 values of a plane counts as.
  private static func values(_ program: Program) -> [[Int]] {
    func upTo(_ greatest: Int) -> [Int] { (0..<256).map { min($0, greatest) } }
    let isWhole = program.view.size == 0
    switch program.view.symbols {
    case .minigrid:
      // At least MiniGrid's own 11 types, 6 colours and 3 states; a direction is a state as well.
      let codes = program.kinds.map(\.code) + [program.agentCode]
      return [
        upTo(codes.map { Int($0.type) }.reduce(10, max)),
        upTo(codes.map { Int($0.color) }.reduce(5, max)),
        upTo(codes.map { Int($0.state) }.reduce(isWhole ? 3 : 2, max)),
      ]
    case .layers:
      let layers = (0..<program.layers).map { layer -> [Int] in
        var (plane, count) = ([Int](repeating: 0, count: 256), 0)
        for kind in program.kinds.indices
        where kind > 0 && program.kinds[kind].layer == layer && kind != program.agentKind {
          count += 1
          plane[kind] = count
        }
        return plane
      }
      return layers + (isWhole ? [upTo(program.view.showsDirection ? 4 : 1)] : [])
    }
  }

  /// Bytes of symbols that are kept on the stack.
  private static let mostOnStack = 1024

  /// Writes the symbols of a state, spread.
  func write(_ state: WorldState, into writer: inout ObservationWriter, _ program: Program) {
    let size = program.symbolSize
    writer.write(count: size / planes * width) { bytes in
      guard size > Self.mostOnStack else {
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: size) { symbols in
          var inner = ObservationWriter(symbols)
          state.writeSymbolImage(into: &inner, program)
          spread(symbols, into: bytes)
        }
      }
      let start = bytes.count &- size
      var inner = ObservationWriter(UnsafeMutableBufferPointer(rebasing: bytes[start...]))
      state.writeSymbolImage(into: &inner, program)
      spreadInPlace(bytes, from: start)
    }
  }

  private func spread(
    _ symbols: UnsafeMutableBufferPointer<UInt8>, into bytes: UnsafeMutableBufferPointer<UInt8>
  ) {
    bytes.update(repeating: 0)
    places.withUnsafeBufferPointer { places in
      var (index, start) = (0, 0)
      while index < symbols.count {
        for plane in 0..<planes {
          bytes[start &+ Int(places[plane &* 256 &+ Int(symbols[index])])] = 1
          index &+= 1
        }
        start &+= width
      }
    }
  }

  /// Spreads symbols that lie at the end of the very bytes, so that no memory is asked for.
  ///
  /// A cell's bytes reach into no later cell's symbols: it has a byte at least for each of these.
  private func spreadInPlace(_ bytes: UnsafeMutableBufferPointer<UInt8>, from symbols: Int) {
    places.withUnsafeBufferPointer { places in
      var cell = InlineArray<8, UInt8>(repeating: 0)
      var (index, start) = (symbols, 0)
      while index < bytes.count {
        for plane in 0..<planes { cell[plane] = bytes[index &+ plane] }
        index &+= planes
        for place in start..<start &+ width { bytes[place] = 0 }
        for plane in 0..<planes {
          bytes[start &+ Int(places[plane &* 256 &+ Int(cell[plane])])] = 1
        }
        start &+= width
      }
    }
  }
}
