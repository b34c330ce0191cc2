import EnvironmentKit

/// What a frame is.
public enum FrameKind: String, Codable, Hashable, Sendable, CaseIterable {
  /// Height, width and channels of bytes.
  case pictures
  /// Numbers of any size and sign.
  case vectors
  /// Cells of a grid, each with codes that name what is there: `[height, width, code]` of bytes.
  case cells
  /// How often each of some kinds of things was counted, such as the words of a document.
  case counts
}

/// How a frame's numbers are laid out and what they mean.
public struct FrameFormat: Hashable, Sendable {
  /// What a frame is.
  public let kind: FrameKind
  /// Extents, row-major.
  public let shape: [Int]
  /// How many values a code of a cell may have; 0 for other kinds.
  public let classes: Int
  /// Height, width and numbers of a cell of what a frame begins with, such as a grid beside which a direction
  /// stands; empty where it begins with no grid.
  public let grid: [Int]
  /// How the grid's cells follow each other: people see them upright.
  public let order: GridOrder

  /// Describes frames.
  ///
  /// - Parameters:
  ///   - shape: height, width and channels of pictures; any of the other kinds.
  ///   - classes: of cells, one more than the greatest code.
  ///   - grid: three extents of what frames begin with, where the shape is not theirs.
  ///   - order: of the grid's cells.
  public init(
    _ kind: FrameKind = .pictures, shape: [Int], classes: Int = 0, grid: [Int] = [],
    order: GridOrder = .rows
  ) {
    precondition(
      kind == .cells ? (1...256).contains(classes) : classes == 0,
      "FrameFormat: \(classes) classes for \(kind); give 1 to 256 for cells, none for others")
    (self.kind, self.shape, self.classes, self.order) = (kind, shape, classes, order)
    self.grid = shape.count == 3 ? shape : grid
    precondition(
      self.grid.isEmpty
        || (grid.count <= 3 && self.grid.count == 3 && self.grid.reduce(1, *) <= count),
      "FrameFormat: a grid of \(grid) in frames of \(shape); give three extents that they hold")
  }

  /// Extents of what people see of a frame: of the grid that it begins with, or of all of it.
  public var shownShape: [Int] { grid.isEmpty ? shape : grid }

  /// Height, width and numbers of a place: of the grid, or of a line where frames begin with none.
  public var places: [Int] { grid.isEmpty ? [1, count, 1] : grid }

  /// The same bytes taken as cells.
  public func asCells(classes: Int) -> FrameFormat {
    FrameFormat(.cells, shape: shape, classes: classes, grid: grid, order: order)
  }

  /// Numbers of a frame.
  public var count: Int { shape.reduce(1, *) }

  /// Bytes of a number: 1, or 4 where it is a Float32.
  public var bytesPerNumber: Int { isOfFloats ? 4 : 1 }

  /// Whether numbers are Float32, not bytes.
  public var isOfFloats: Bool { kind == .vectors || kind == .counts }

  /// Bytes of a frame.
  public var size: Int { count * bytesPerNumber }

  /// Writes the numbers of frames: of bytes their value by 255 for pictures, and their codes for cells.
  ///
  /// - Parameters:
  ///   - bytes: of whole frames.
  ///   - numbers: as many as the bytes hold, written.
  @inline(__always)
  public func read(
    _ bytes: UnsafeBufferPointer<UInt8>, into numbers: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(
      bytes.count == numbers.count * bytesPerNumber,
      "FrameFormat.read: \(bytes.count) bytes for \(numbers.count) numbers of \(kind)")
    if isOfFloats {
      UnsafeMutableRawBufferPointer(numbers).copyMemory(from: UnsafeRawBufferPointer(bytes))
    } else {
      let scale: Float = kind == .pictures ? 1 / 255 : 1
      for index in numbers.indices { numbers[index] = Float(bytes[index]) * scale }
    }
  }

  /// The numbers of frames.
  public func numbers(_ bytes: some Collection<UInt8>) -> [Float] {
    let bytes = Array(bytes)
    return [Float](unsafeUninitializedCapacity: bytes.count / bytesPerNumber) { numbers, count in
      count = bytes.count / bytesPerNumber
      let target = UnsafeMutableBufferPointer(rebasing: numbers[..<count])
      bytes.withUnsafeBufferPointer { read($0, into: target) }
    }
  }
}
