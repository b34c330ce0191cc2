import Files
import Foundation

/// Pictures out of arrays of numbers: `[frame, height, width]` or `[frame, height, width, channel]`.
enum ArrayFrames {
  /// Takes an array for frames; bytes stay where they lie, other numbers are converted once.
  ///
  /// - Throws: where shape or numbers do not fit, naming what would.
  static func source(
    _ array: NumberArray, _ preparation: FramePreparation
  ) throws -> any FrameSource {
    switch preparation.kind {
    case .pictures: try pictures(array, preparation)
    case .vectors: try VectorFrames.source(array, preparation)
    case .cells: try CellFrames.source(array, preparation)
    case .counts: try CountFrames.source(array, preparation)
    }
  }

  private static func pictures(
    _ array: NumberArray, _ preparation: FramePreparation
  ) throws -> any FrameSource {
    let shape = try pictureShape(array)
    guard [.uint8, .float32, .float64].contains(array.kind) else {
      throw FileError(
        place: array.place, cause: "holds \(NpyHeader.words(array.kind.rawValue))",
        remedy: "pictures are uint8, float32 or float64: save x.astype(numpy.uint8)")
    }
    let range = try range(of: array, preparation)
    guard array.kind == .uint8, range == 0...255, let start = array.plainStart else {
      let source = try converted(array, shape, range, preparation)
      if array.kind == .uint8 { try noteDarkness(of: source, array, preparation) }
      return source
    }
    let source = try FrameFile(
      array.openFile(), path: array.place, from: start, FrameFormat(shape: shape),
      count: array.count
    )
    try noteDarkness(of: source, array, preparation)
    return source
  }

  /// Says where bytes are hardly more than 0, as those of masks are: they look black.
  private static func noteDarkness(
    of source: any FrameSource, _ array: NumberArray, _ preparation: FramePreparation
  ) throws {
    let frames = FrameSelection.spread(Array(0..<source.frameCount), 64)
    guard let most = try frames.map({ try source.frames([$0]).max() ?? 0 }).max(), most <= 1 else {
      return
    }
    preparation.note(
      "\(array.place): its bytes are 0 or 1 at most, which is nearly black; to have 1 taken for white, give "
        + "--set 'data.range=[0, 1]'")
  }

  /// Numbers of a frame, at most.
  static let mostNumbers = 1 << 27

  private static func pictureShape(_ array: NumberArray) throws -> [Int] {
    let shape = array.shape
    func refused(_ cause: String, _ remedy: String) -> FileError {
      FileError(place: array.place, cause: "has shape \(shape): \(cause)", remedy: remedy)
    }
    let usual = "save it as [frame, height, width] or [frame, height, width, channel]"
    guard shape.count >= 3 else {
      throw refused(
        "these are no pictures",
        "\(usual), such as x.reshape(-1, 28, 28); or say what they are: --kind vectors or counts")
    }
    guard shape.count <= 4 else { throw refused("it has too many extents", usual) }
    guard !shape.contains(0) else { throw refused("there are no frames in it", usual) }
    guard array.rowSize <= mostNumbers else { throw refused("no picture is so large", usual) }
    guard shape.count == 4 else { return Array(shape[1...]) + [1] }
    guard !(shape[3] > 4 && (1...4).contains(shape[1])) else {
      throw refused("channels come last", "save numpy.transpose(x, (0, 2, 3, 1))")
    }
    guard shape[3] <= 4 else {
      throw refused(
        "a picture has 1 to 4 channels", "give pictures, channels last; or symbols: --kind cells")
    }
    return Array(shape[1...])
  }

  private static func converted(
    _ array: NumberArray, _ shape: [Int], _ range: ClosedRange<Double>,
    _ preparation: FramePreparation
  ) throws -> any FrameSource {
    let scratch = try ScratchFile(in: preparation.scratch)
    let size = array.rowSize
    var bytes = [UInt8](repeating: 0, count: size)
    let scale = 255 / (range.upperBound - range.lowerBound)
    guard scale.isFinite && scale > 0 else {
      throw FileError(
        place: array.place,
        cause: "cannot be made bytes of: \(range.lowerBound) would be black and "
          + "\(range.upperBound) white",
        remedy: "scale the numbers, such as to 0…1")
    }
    let isPlain = array.kind == .uint8 && range == 0...255
    try array.forEachRow { row, numbers in
      if isPlain {
        try scratch.append(numbers)
      } else {
        for place in 0..<size {
          let number = array.kind.number(place, in: numbers)
          guard range.contains(number) else { throw outside(number, row, range, array) }
          bytes[place] = UInt8(((number - range.lowerBound) * scale).rounded())
        }
        try bytes.withUnsafeBytes { try scratch.append($0) }
      }
      try preparation.progress(row + 1, array.count)
    }
    return try FrameFile(
      scratch.finish(), path: array.place, FrameFormat(shape: shape), count: array.count)
  }

  /// The range that numbers are taken to lie in: the stated one; of bytes the whole; else the one found.
  private static func range(
    of array: NumberArray, _ preparation: FramePreparation
  ) throws -> ClosedRange<Double> {
    if let stated = preparation.range { return stated }
    guard array.kind != .uint8 else { return 0...255 }
    var (low, high) = (Double.infinity, -Double.infinity)
    try array.forEachRow { row, numbers in
      for place in 0..<array.rowSize {
        let number = array.kind.number(place, in: numbers)
        guard number.isFinite else { throw outside(number, row, nil, array) }
        (low, high) = (min(low, number), max(high, number))
      }
      try preparation.progress(row + 1, array.count)
    }
    let usual: [ClosedRange<Double>] = [0...1, -1...1, 0...255]
    let taken =
      usual.first { $0.contains(low) && $0.contains(high) && high > $0.upperBound / 255 }
      ?? (low < high ? low...high : low...low + 1)
    preparation.note(
      "\(array.place): its numbers lie between \(low) and \(high); \(taken.lowerBound) is taken for black "
        + "and \(taken.upperBound) for white (data.range says otherwise)")
    return taken
  }

  private static func outside(
    _ number: Double, _ row: Int, _ range: ClosedRange<Double>?, _ array: NumberArray
  ) -> FileError {
    guard number.isFinite, let range else {
      return FileError(
        place: array.place, cause: "frame \(row) holds a number that is not finite (\(number))",
        remedy: "replace such numbers: numpy.nan_to_num(x)")
    }
    return FileError(
      place: array.place,
      cause: "frame \(row) holds \(number), outside of data.range [\(range.lowerBound), "
        + "\(range.upperBound)]",
      remedy: "give the range that all numbers lie in, or leave data.range out to have it found")
  }
}
