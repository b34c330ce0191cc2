import Tensors

/// One convolution over boards most of whose numbers are 0, such as planes of bits.
///
/// It has a stride of 1, no padding, and a ReLU behind it; it leaves out what would add nothing, forward and back.
/// Its numbers are `[kernel, kernel, planes, channels]` and a bias `[channels]`, the channels padded to whole panels. A
/// board's result has the same bits whatever the boards beside it.
struct BoardConvolution: Sendable {
  /// Extents of a board: height, width, planes.
  let board: (height: Int, width: Int, planes: Int)
  /// Extents of what comes out.
  let output: (height: Int, width: Int, channels: Int)
  private let kernel: Int
  private let panels: Int

  private typealias Panel = SIMD16<Float>

  /// Lays it out.
  ///
  /// - Precondition: the kernel fits the board.
  init(_ shape: [Int], channels: Int, kernel: Int) {
    precondition(
      shape.count == 3 && min(shape[0], shape[1]) >= kernel,
      "BoardConvolution: a kernel of \(kernel) for \(shape)")
    board = (shape[0], shape[1], shape[2])
    output = (shape[0] - kernel + 1, shape[1] - kernel + 1, channels)
    self.kernel = kernel
    panels = PlainLayer.padded(channels) / PlainLayer.panel
  }

  /// Numbers of a board.
  var inputs: Int { board.height * board.width * board.planes }
  /// Numbers of what comes out, `[height, width, channels]`.
  var outputs: Int { positions * output.channels }
  private var positions: Int { output.height * output.width }
  private var columns: Int { panels * PlainLayer.panel }
  private var bias: Int { kernel * kernel * board.planes * columns }
  /// All its numbers, padding included.
  var count: Int { bias + columns }
  /// Numbers that a board needs room for while it is worked on.
  var roomCount: Int { positions * columns }

  /// Enters its tensors behind those of a layout.
  func enter(into layout: inout ParameterLayout) {
    layout.entries += [
      .init(
        name: "pictures.0.weight", shape: [kernel, kernel, board.planes, output.channels],
        start: layout.count, stride: columns),
      .init(
        name: "pictures.0.bias", shape: [output.channels], start: layout.count + bias,
        stride: columns),
    ]
    layout.count += count
  }

  /// Computes what comes out for a board.
  ///
  /// - Parameters:
  ///   - numbers: `[count]`.
  ///   - row: the board, `[height, width, planes]`.
  ///   - room: `[roomCount]`, used.
  ///   - result: `[outputs]`, written.
  func forward(
    _ numbers: UnsafePointer<Float>, _ row: UnsafePointer<Float>,
    room: UnsafeMutablePointer<Float>, into result: UnsafeMutablePointer<Float>
  ) {
    for position in 0..<positions {
      (room + position * columns).update(from: numbers + bias, count: columns)
    }
    visit(row) { weight, position, value in
      for panel in 0..<panels {
        let lane = panel * PlainLayer.panel
        add(load(numbers + weight + lane) * value, to: room + position + lane)
      }
    }
    for position in 0..<positions {
      let (source, target) = (room + position * columns, result + position * output.channels)
      for channel in 0..<output.channels { target[channel] = max(0, source[channel]) }
    }
  }

  /// Adds the gradient by the numbers for a board that went forward.
  ///
  /// - Parameters:
  ///   - row: the board.
  ///   - result: what came out.
  ///   - gradient: by that, `[outputs]`.
  ///   - room: `[roomCount]`, used.
  ///   - sums: `[count]`.
  func addGradient(
    _ row: UnsafePointer<Float>, result: UnsafePointer<Float>, gradient: UnsafePointer<Float>,
    room: UnsafeMutablePointer<Float>, to sums: UnsafeMutablePointer<Float>
  ) {
    room.update(repeating: 0, count: roomCount)
    for position in 0..<positions {
      let (target, first) = (room + position * columns, position * output.channels)
      for channel in 0..<output.channels where result[first + channel] > 0 {
        target[channel] = gradient[first + channel]
      }
    }
    for position in 0..<positions {
      for panel in 0..<panels {
        let lane = panel * PlainLayer.panel
        add(load(room + position * columns + lane), to: sums + bias + lane)
      }
    }
    visit(row) { weight, position, value in
      for panel in 0..<panels {
        let lane = panel * PlainLayer.panel
        add(load(room + position + lane) * value, to: sums + weight + lane)
      }
    }
  }

  /// Visits what is not 0 with every place of the kernel that sees it: where the weights begin, where in the room the
  /// result stands, and the number; always in the same order.
  @inline(__always)
  private func visit(
    _ row: UnsafePointer<Float>, _ body: (_ weight: Int, _ position: Int, _ value: Float) -> Void
  ) {
    for y in 0..<board.height {
      for x in 0..<board.width {
        let cell = row + (y * board.width + x) * board.planes
        for plane in 0..<board.planes where cell[plane] != 0 {
          for down in max(0, y - output.height + 1)...min(kernel - 1, y) {
            for right in max(0, x - output.width + 1)...min(kernel - 1, x) {
              body(
                ((down * kernel + right) * board.planes + plane) * columns,
                ((y - down) * output.width + x - right) * columns, cell[plane])
            }
          }
        }
      }
    }
  }

  @inline(__always)
  private func load(_ numbers: UnsafePointer<Float>) -> Panel {
    UnsafeRawPointer(numbers).loadUnaligned(as: Panel.self)
  }

  @inline(__always)
  private func add(_ panel: Panel, to sum: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(sum).storeBytes(of: load(sum) + panel, as: Panel.self)
  }
}
