import DataWorlds
import EnvironmentKit
import Environments
import Testing

/// A world's first observation after some steps.
private func observe(_ id: String, _ kind: ObservationKind, steps: [Int32] = []) throws
  -> (space: ObservationSpace, bytes: [UInt8])
{
  let batch = try #require(Catalog.entry(id)).batch(kind, count: 1)
  let buffers = batch.makeBuffers()
  try batch.reset(seeds: [4], mask: nil, into: buffers)
  for step in steps {
    try [step].withUnsafeBufferPointer {
      try batch.step(.indices($0), active: nil, into: buffers)
    }
  }
  return (batch.observationSpace, Array(buffers.observations))
}

@Suite("Kinds of observation of worlds written as data") struct ObservationTests {
  @Test("worlds that show the whole map offer no view, no grid and no partial picture")
  func offered() throws {
    let whole: [ObservationKind] = [.symbols, .pixels64, .oneHot, .full()]
    #expect(try #require(Catalog.entry("FallingFruit")).observations == whole)
    #expect(
      try #require(Catalog.entry("KeyCorridor-Six")).observations
        == [.symbols, .pixels64, .oneHot, .grid, .view(size: 9), .partial(), .full()])
  }

  @Test(
    "one byte of each layer of each cell is set: that of the symbol",
    arguments: ["FallingFruit", "KeyCorridor-Six"])
  func oneHot(id: String) throws {
    let symbols = try observe(id, .symbols, steps: [0, 1, 2, 0])
    let spread = try observe(id, .oneHot, steps: [0, 1, 2, 0])
    let shape = try #require(symbols.space.image).shape
    let wide = try #require(spread.space.image).shape
    #expect(Array(wide.dropLast()) == Array(shape.dropLast()))
    // What follows the image is the same.
    let (few, many) = (shape.reduce(1, *), wide.reduce(1, *))
    #expect(Array(symbols.bytes[few...]) == Array(spread.bytes[many...]))
    var codes: [[UInt8]: [UInt8]] = [:]
    for cell in 0..<few / shape[2] {
      let key = Array(symbols.bytes[cell * shape[2]..<(cell + 1) * shape[2]])
      let code = Array(spread.bytes[cell * wide[2]..<(cell + 1) * wide[2]])
      #expect(code.filter { $0 == 1 }.count == shape[2] && code.allSatisfy { $0 <= 1 })
      #expect(codes[key, default: code] == code)
      codes[key] = code
    }
    #expect(Set(codes.values).count == codes.count)
  }

  @Test("the grid is the whole map, and the picture of all of it is as large as asked")
  func wholeMap() throws {
    let view = try observe("KeyCorridor-Six", .symbols)
    let grid = try observe("KeyCorridor-Six", .grid)
    let full = try observe("KeyCorridor-Six", .full(tileSize: 3))
    let size = try #require(grid.space.image).shape
    let seen = try #require(view.space.image).shape
    #expect(seen.prefix(2) == [7, 7])
    #expect(size[0] > 7 && size[2] == seen[2] + 1)
    #expect(try #require(full.space.image).shape == [3 * size[0], 3 * size[1], 3])
    // The last layer holds the agent alone.
    let agent = stride(from: size[2] - 1, to: size.reduce(1, *), by: size[2])
    #expect(agent.filter { grid.bytes[$0] != 0 }.count == 1)
  }

  @Test("a larger view holds the smaller one where nothing is hidden") func largerView() throws {
    let near = try observe("Recall-Near", .view(size: 3))
    let wide = try observe("Recall-Near", .view(size: 9))
    let layers = try #require(near.space.image).shape[2]
    for row in 0..<3 {
      let narrow = near.bytes[row * 3 * layers..<(row + 1) * 3 * layers]
      let start = ((row + 6) * 9 + 3) * layers
      #expect(Array(narrow) == Array(wide.bytes[start..<start + 3 * layers]))
    }
  }
}
