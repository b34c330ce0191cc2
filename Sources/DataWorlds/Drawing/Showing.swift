import EnvironmentKit

extension Program {
  /// Ways to observe it, the first being the default: those of a view only where there is one.
  var observations: [ObservationKind] {
    let isWhole = view.size == 0
    let ofView: [ObservationKind] = isWhole ? [] : [.grid, .view(size: 9), .partial()]
    return [.symbols, .pixels64, .oneHot] + ofView + [.full()]
  }

  /// The same world, seen in a view of another size; 0 shows the whole map.
  func seen(size: Int) -> Program {
    var changed = parts
    changed.view.size = size
    return Program(changed)
  }
}

/// How a world is shown to an agent: one kind of observation, ready to be written.
struct Showing: Sendable {
  private enum Form {
    case symbols
    case oneHot(OneHot)
    /// The 64×64 picture.
    case picture(TileSheet)
    case view(TileSheet)
    case map(TileSheet)
  }

  private let form: Form
  /// What is written.
  let space: ObservationSpace

  /// Prepares a kind of observation.
  ///
  /// - Precondition: the kind is one of `program.observations`, sizes aside; a view's is 3...15.
  init(_ kind: ObservationKind, _ program: Program) {
    let symbols = program.symbolSpace
    let extra = Array(symbols.fields.dropFirst())
    switch kind {
    case .symbols, .grid, .view:
      (form, space) = (.symbols, symbols)
    case .oneHot:
      let oneHot = OneHot(program)
      let shape = Array(symbols.fields[0].shape.dropLast()) + [oneHot.width]
      form = .oneHot(oneHot)
      space = ObservationSpace([ObservationField("image", shape: shape)] + extra)
    case .pixels64:
      form = .picture(program.sheets.sheet(size: program.observedTileSize))
      space = ObservationSpace([ObservationField("image", shape: [64, 64, 3])])
    case .partial(let size):
      precondition(
        program.view.size > 0, "\(program.id) shows the whole map: give full, not partial")
      form = .view(program.sheets.sheet(size: size))
      let extent = program.view.size * size
      space = ObservationSpace([ObservationField("image", shape: [extent, extent, 3])] + extra)
    case .full(let size):
      form = .map(program.sheets.sheet(size: size))
      let shape = [program.height * size, program.width * size, 3]
      space = ObservationSpace([ObservationField("image", shape: shape)] + extra)
    }
  }

  /// The program that a kind of observation is written from.
  static func program(_ program: Program, for kind: ObservationKind) -> Program {
    switch kind {
    case .grid where program.view.size > 0: return program.seen(size: 0)
    case .view(let size):
      precondition(
        program.view.size > 0 && 3...View.largest ~= size,
        "\(program.id), view(size: \(size)): give an odd size of 3...\(View.largest), where a view is seen"
      )
      return program.seen(size: size)
    default: return program
    }
  }

  /// Writes what the agent observes.
  @inline(__always)
  func write(
    _ state: WorldState, into writer: inout ObservationWriter, _ program: Program
  ) {
    switch form {
    case .symbols: state.writeSymbolImage(into: &writer, program)
    case .oneHot(let oneHot): oneHot.write(state, into: &writer, program)
    case .picture(let sheet):
      return writer.writeImage(width: 64, height: 64) {
        state.drawObservation(into: $0, sheet, program)
      }
    case .view(let sheet):
      let extent = program.view.size * sheet.size
      writer.writeImage(width: extent, height: extent) {
        state.drawObservation(into: $0, sheet, program)
      }
    case .map(let sheet):
      let (width, height) = (program.width * sheet.size, program.height * sheet.size)
      writer.writeImage(width: width, height: height) { state.drawMap(into: $0, sheet, program) }
    }
    state.writeExtras(into: &writer, program)
  }
}

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

  func write(_ state: WorldState, into writer: inout ObservationWriter, _ program: Program) {
    let size = program.symbolSize
    writer.write(count: size / planes * width) { bytes in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: size) { symbols in
        var inner = ObservationWriter(symbols)
        state.writeSymbolImage(into: &inner, program)
        spread(symbols, into: bytes)
      }
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
}
