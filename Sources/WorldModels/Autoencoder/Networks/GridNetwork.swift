import Datasets
import Layers
import Randomness
import Tensors

/// Sizes of a grid of cells, as networks look at it: what stands in a cell is one hot, and nothing is halved,
/// so that no cell loses its place.
struct GridLayout: Hashable {
  let height: Int
  let width: Int
  /// Numbers that are one hot for a cell: those of all of its codes.
  let perCell: Int
  /// Numbers that are one hot for codes that stand beside the grid, such as a direction.
  let beside: Int
  /// Numbers of a cell between input and output.
  let channels: Int

  /// The layout of frames whose format has a grid.
  init(_ format: FrameFormat, channels: Int) {
    precondition(
      format.grid.count == 3,
      "GridLayout: cells of \(format.shape) in no grid; give a format with height, width and codes")
    (height, width) = (format.grid[0], format.grid[1])
    perCell = format.grid[2] * format.classes
    beside = format.count * format.classes - height * width * perCell
    self.channels = channels
  }

  var cells: Int { height * width }
  /// Extents of a map between input and output.
  var map: [Int] { [height, width, channels] }
  /// Numbers of it.
  var mapCount: Int { cells * channels }
  /// Numbers that are one hot for a frame.
  var count: Int { cells * perCell + beside }
}

/// What stands in each cell, by one layer for all cells, then residual blocks at the grid's own size; what
/// stands beside the grid joins at the end.
struct GridEncoder: VisionNetwork {
  /// From what is one hot for a cell to its channels.
  var embed: Dense
  var blocks: [ResidualBlock]
  let layout: GridLayout

  init(_ layout: GridLayout, blocks count: Int, stream: inout RandomStream) {
    self.layout = layout
    embed = Dense(
      inputs: layout.perCell, outputs: layout.channels, activation: .relu, stream: &stream)
    blocks = ResidualBlock.some(count, in: layout.map, stream: &stream)
  }

  var outputCount: Int { layout.mapCount + layout.beside }

  var products: [(weight: [Int], places: Int)] {
    [(embed.weight.shape, layout.cells)] + blocks.flatMap { $0.products(in: layout.map) }
  }

  mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    embed.visitParameters(under: "encoder.embed", visit)
    for index in blocks.indices {
      blocks[index].visitParameters(under: "encoder.block.\(index)", visit)
    }
  }

  func callAsFunction(_ input: Tensor) -> Tensor {
    let (examples, inGrid) = (input.shape[0], layout.cells * layout.perCell)
    let rows = input.reshaped(to: [examples, layout.count])
    let grid = layout.beside == 0 ? rows : rows.sliced(axis: 1, 0..<inGrid)
    let embedded = embed(grid.reshaped(to: [examples * layout.cells, layout.perCell]))
    let map = blocks.reduce(embedded.reshaped(to: [examples] + layout.map)) { $1($0) }
    let flat = map.reshaped(to: [examples, layout.mapCount])
    guard layout.beside > 0 else { return flat }
    return .concatenated([flat, rows.sliced(axis: 1, inGrid..<layout.count)], axis: 1)
  }

  func frozen() -> [any FrozenLayer] { [FrozenGridEncoder(self)] }
}

/// A dense layer to the grid, which gives every cell weights of its own, residual blocks, and one layer for all
/// cells to what may stand there; what stands beside the grid is read from all cells.
///
/// Each cell so decides by itself, with shared weights, whether the latent's places are its own.
///
/// - SeeAlso: N. Watters, L. Matthey, C. Burgess, A. Lerchner, "Spatial Broadcast Decoder" (2019), whose
///   coordinates are here what the dense layer learns for each cell.
struct GridDecoder: VisionNetwork {
  /// From a latent to the channels of all cells.
  var expand: Dense
  var blocks: [ResidualBlock]
  /// From a cell's channels to its logits.
  var tell: Dense
  /// From all channels to the logits beside the grid; nil where there are none.
  var tellBeside: Dense?
  let layout: GridLayout
  /// Extents of an example of the result.
  private let shape: [Int]

  /// - Parameter shape: of the logits of a frame.
  init(
    _ layout: GridLayout, latentSize: Int, blocks count: Int, shape: [Int],
    stream: inout RandomStream
  ) {
    (self.layout, self.shape) = (layout, shape)
    expand = Dense(inputs: latentSize, outputs: layout.mapCount, stream: &stream)
    blocks = ResidualBlock.some(count, in: layout.map, stream: &stream)
    tell = Dense(inputs: layout.channels, outputs: layout.perCell, stream: &stream)
    if layout.beside > 0 {
      tellBeside = Dense(inputs: layout.mapCount, outputs: layout.beside, stream: &stream)
    }
  }

  var outputCount: Int { layout.count }

  var products: [(weight: [Int], places: Int)] {
    [(expand.weight.shape, 1)] + blocks.flatMap { $0.products(in: layout.map) }
      + [(tell.weight.shape, layout.cells)]
      + (tellBeside.map { [($0.weight.shape, 1)] } ?? [])
  }

  mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    expand.visitParameters(under: "expand", visit)
    for index in blocks.indices {
      blocks[index].visitParameters(under: "decoder.block.\(index)", visit)
    }
    tell.visitParameters(under: "decoder.tell", visit)
    tellBeside?.visitParameters(under: "decoder.beside", visit)
  }

  func callAsFunction(_ latents: Tensor) -> Tensor {
    let examples = latents.shape[0]
    let first = expand(latents).reshaped(to: [examples] + layout.map)
    let map = blocks.reduce(first) { $1($0) }.relu()
    let logits = tell(map.reshaped(to: [examples * layout.cells, layout.channels]))
    guard let tellBeside else { return logits.reshaped(to: [examples] + shape) }
    let beside = tellBeside(map.reshaped(to: [examples, layout.mapCount]))
    let grid = logits.reshaped(to: [examples, layout.cells * layout.perCell])
    return Tensor.concatenated([grid, beside], axis: 1).reshaped(to: [examples] + shape)
  }

  func frozen() -> [any FrozenLayer] { [FrozenGridDecoder(self)] }
}
