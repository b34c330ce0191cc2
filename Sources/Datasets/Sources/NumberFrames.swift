import Files
import Foundation

/// What arrays of vectors, cells and counts have in common: rows that are checked and brought to one kind of
/// number.
enum NumberFrames {
  /// Extents of a row: what follows the first axis.
  ///
  /// - Throws: where there is no row, or one is beyond all sizes.
  static func rowShape(_ array: NumberArray) throws -> [Int] {
    let shape = array.shape
    guard !shape.isEmpty, !shape.contains(0) else {
      throw FileError(
        place: array.place, cause: "has shape \(shape): there is nothing in it",
        remedy: "save a row per example: [example, number]")
    }
    guard array.rowSize <= ArrayFrames.mostNumbers else {
      throw FileError(
        place: array.place, cause: "has shape \(shape): no row is so long",
        remedy: "save a row per example: [example, number]")
    }
    return shape.count == 1 ? [1] : Array(shape[1...])
  }

  /// Looks at every number once, and writes them as Float32 where they lie as something else.
  ///
  /// - Parameter check: the words for what is wrong with a number; nil where nothing is.
  static func floats(
    _ array: NumberArray, _ format: FrameFormat, _ preparation: FramePreparation,
    check: (Double) -> String?
  ) throws -> any FrameSource {
    let start = array.kind == .float32 ? array.plainStart : nil
    let scratch = start == nil ? try ScratchFile(in: preparation.scratch) : nil
    var row = [Float](repeating: 0, count: array.rowSize)
    try array.forEachRow { index, numbers in
      for place in row.indices {
        let number = array.kind.number(place, in: numbers)
        if let wrong = check(number) { throw refused(number, wrong, row: index, array) }
        row[place] = Float(number)
      }
      try row.withUnsafeBytes { try scratch?.append($0) }
      try preparation.progress(index + 1, array.count)
    }
    guard let scratch else {
      return try FrameFile(
        array.openFile(), path: array.place, from: start ?? 0, format, count: array.count)
    }
    return try FrameFile(scratch.finish(), path: array.place, format, count: array.count)
  }

  /// An error about a number of a row.
  static func refused(
    _ number: Double, _ cause: String, row: Int, _ array: NumberArray
  ) -> FileError {
    FileError(
      place: array.place, cause: "row \(row) holds \(number), which is \(cause)",
      remedy: number.isFinite
        ? "mend the file, or give another --kind" : "replace such numbers: numpy.nan_to_num(x)")
  }
}

/// Vectors out of arrays, `[example, number]`; further axes are strung out.
enum VectorFrames {
  /// Takes an array for vectors.
  ///
  /// - Throws: where it is empty or holds what is not finite.
  static func source(
    _ array: NumberArray, _ preparation: FramePreparation
  ) throws -> any FrameSource {
    let shape = try NumberFrames.rowShape(array)
    let format = FrameFormat(.vectors, shape: [shape.reduce(1, *)])
    var (sum, squares) = (0.0, 0.0)
    let source = try NumberFrames.floats(array, format, preparation) { number in
      guard number.isFinite, abs(number) <= Double(Float.greatestFiniteMagnitude) else {
        return "no finite number"
      }
      sum += number
      squares += number * number
      return nil
    }
    let count = Double(array.count * format.count)
    let (mean, deviation) = (
      sum / count, (squares / count - sum * sum / (count * count)).squareRoot()
    )
    preparation.note(
      "\(array.place): vectors of \(format.count) numbers, mean \(mean.inThousandths), standard deviation "
        + "\(deviation.inThousandths); they are taken as they are")
    if deviation > 30 || abs(mean) > 30 {
      preparation.note(
        "\(array.place): such large numbers train badly; give (x - x.mean(0)) / x.std(0)")
    }
    return source
  }
}

/// Grids of symbols out of arrays, `[example, height, width, code]`, as MiniGrid gives them.
enum CellFrames {
  /// Takes an array for cells.
  ///
  /// - Throws: where it holds something else than small whole numbers.
  static func source(
    _ array: NumberArray, _ preparation: FramePreparation
  ) throws -> any FrameSource {
    let shape = try NumberFrames.rowShape(array)
    let scratch = try ScratchFile(in: preparation.scratch)
    var (row, greatest) = ([UInt8](repeating: 0, count: array.rowSize), 0)
    try array.forEachRow { index, numbers in
      for place in row.indices {
        let number = array.kind.number(place, in: numbers)
        guard let code = UInt8(exactly: number) else {
          throw NumberFrames.refused(number, "no code of 0 to 255", row: index, array)
        }
        row[place] = code
        greatest = max(greatest, Int(code))
      }
      try row.withUnsafeBytes { try scratch.append($0) }
      try preparation.progress(index + 1, array.count)
    }
    let classes = try classes(greatest: greatest, path: array.place, preparation)
    let format = FrameFormat(.cells, shape: shape, classes: classes)
    return try FrameFile(scratch.finish(), path: array.place, format, count: array.count)
  }

  /// How many classes codes have.
  ///
  /// - Throws: where the greatest code is beyond the number that is asked for.
  static func classes(
    greatest: Int, path: String, _ preparation: FramePreparation
  ) throws -> Int {
    guard preparation.classes == 0 || greatest < preparation.classes else {
      throw FileError(
        place: path,
        cause: "holds the code \(greatest), there are \(preparation.classes) classes, from 0 on",
        remedy: "set data.classes=\(greatest + 1)")
    }
    return max(greatest + 1, preparation.classes)
  }
}

/// Counts out of arrays, `[example, kind]`.
enum CountFrames {
  /// Takes an array for counts.
  ///
  /// - Throws: where it holds something else than whole numbers of 0 and more.
  static func source(
    _ array: NumberArray, _ preparation: FramePreparation
  ) throws -> any FrameSource {
    let shape = try NumberFrames.rowShape(array)
    let format = FrameFormat(.counts, shape: [shape.reduce(1, *)])
    return try NumberFrames.floats(array, format, preparation) { number in
      number >= 0 && number == number.rounded() && number < 16_777_216
        ? nil : "no count: counts are whole numbers, 0 or more"
    }
  }
}

extension Double {
  /// The number with three digits behind the point.
  fileprivate var inThousandths: Double { (self * 1_000).rounded() / 1_000 }
}
