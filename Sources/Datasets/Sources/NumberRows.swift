import Files
import Foundation

/// Rows of numbers from files that hold vectors or pictures.
package struct NumberRows: Sendable {
  /// `[row, number]`, all finite.
  package let values: [Float]
  /// Numbers a row.
  package let width: Int
  /// Rows.
  package var count: Int { values.count / width }
  /// Rows that there were: more where a folder held more numbers than are kept in memory, of which some were taken.
  package let found: Int

  private static let mostNumbers = 1 << 29
  /// Frames that are taken of a folder that holds more than fits, spread over all.
  private static let chosenFrames = 10_000

  /// Reads `.npy`, `.npz` and idx files, and folders of PNG files, runs and rollouts.
  ///
  /// The first extent of an array counts rows. Bytes of pictures, of three extents and more, become numbers in
  /// 0...1; all other numbers stay.
  ///
  /// - Parameter progress: told how many frames of a folder have been unpacked.
  /// - Throws: where there are no such numbers, naming the file.
  package init(
    _ path: String, progress: @escaping (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      var preparation = FramePreparation()
      preparation.progress = progress
      try self.init(FrameSources.open([path], preparation), path: path)
    } else {
      try self.init(NumberArray.open(path))
    }
  }

  private init(_ source: any FrameSource, path: String) throws {
    (width, found) = (source.frameSize, source.frameCount)
    var frames = Array(0..<found)
    if found > Self.mostNumbers / max(1, width) {
      frames = FrameSelection.spread(frames, Self.chosenFrames)
    }
    try Self.check([frames.count] + source.frameShape, path)
    var values: [Float] = []
    values.reserveCapacity(frames.count * width)
    for frame in frames {
      values.append(contentsOf: try source.frames([frame]).lazy.map { Float($0) / 255 })
    }
    self.values = values
  }

  private init(_ array: NumberArray) throws {
    (width, found) = (array.rowSize, array.count)
    try Self.check(array.shape, array.place)
    let isPicture = array.kind == .uint8 && array.shape.count >= 3
    let scale: Float = isPicture ? 1 / 255 : 1
    var values: [Float] = []
    values.reserveCapacity(array.count * array.rowSize)
    try array.forEachRow { row, numbers in
      for place in 0..<array.rowSize {
        let value = Float(array.kind.number(place, in: numbers)) * scale
        guard value.isFinite else {
          throw FileError(
            place: array.place, cause: "row \(row) holds a number that is not finite (\(value))",
            remedy: "leave such rows out, or replace such numbers: numpy.nan_to_num(x)")
        }
        values.append(value)
      }
    }
    self.values = values
  }

  private static func check(_ shape: [Int], _ place: String) throws {
    func refused(_ cause: String, _ remedy: String) -> FileError {
      FileError(place: place, cause: "has shape \(shape): \(cause)", remedy: remedy)
    }
    guard !shape.isEmpty else {
      throw refused("it is one number", "give a row for each sample: [row, number]")
    }
    guard !shape.contains(0) else { throw refused("there are no numbers in it", "give some rows") }
    guard shape.reduce(1, *) <= mostNumbers else {
      throw refused("more numbers than are held in memory", "give fewer rows, such as 10000")
    }
  }
}
