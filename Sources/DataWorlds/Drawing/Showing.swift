import EnvironmentKit

extension Program {
  /// Ways to observe it, the first being the default: those of a view only where there is one.
  var observations: [ObservationKind] {
    let isWhole = view.size == 0
    let ofView: [ObservationKind] = isWhole ? [] : [.grid, .view(size: 9), .partial()]
    return [.symbols, .pixels64, .oneHot] + ofView + [.full()]
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
  init(_ kind: ObservationKind, _ program: Program, _ sheets: TileSheets) {
    precondition(
      ![.planes, .numbers, .image, .oneHotMission].contains(kind),
      "\(program.id) is not observed as \(kind.rawValue); give symbols or onehot")
    let symbols = program.symbolSpace
    let extra = Array(symbols.fields.dropFirst())
    switch kind {
    case .symbols, .grid, .planes, .view, .numbers, .image, .oneHotMission:
      (form, space) = (.symbols, symbols)
    case .oneHot:
      let oneHot = OneHot(program)
      let image = symbols.fields[0]
      let shape = Array(image.shape.dropLast()) + [oneHot.width]
      form = .oneHot(oneHot)
      space = ObservationSpace(
        [ObservationField("image", shape: shape, order: image.order)] + extra)
    case .pixels64:
      form = .picture(sheets.sheet(size: program.observedTileSize))
      space = ObservationSpace([ObservationField("image", shape: [64, 64, 3])])
    case .partial(let size):
      precondition(
        program.view.size > 0, "\(program.id) shows the whole map: give full, not partial")
      form = .view(sheets.sheet(size: size))
      let extent = program.view.size * size
      space = ObservationSpace([ObservationField("image", shape: [extent, extent, 3])] + extra)
    case .full(let size):
      form = .map(sheets.sheet(size: size))
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
        program.view.size > 0 && 3...ViewSettings.largest ~= size,
        "\(program.id), view(size: \(size)): give an odd size of 3...\(ViewSettings.largest), where a view is seen"
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
