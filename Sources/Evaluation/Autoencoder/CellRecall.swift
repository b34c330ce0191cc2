import Datasets

/// Whether what stands in the cells of a grid still stands there in its reconstruction, as it was.
///
/// The first code of a cell says what stands there, the others what it is like: its colour, its state. Of the
/// frames that show a code, those recall it in which the same cells have it, with the same other codes.
package struct CellRecall: Sendable {
  /// The share of one code.
  package struct Share: Sendable {
    /// What stands in a cell.
    package let code: UInt8
    /// 1 for each frame that recalls it, 0 for others, of frames that show it.
    package let recalled: [Double]
    /// Which frames these are.
    package let frames: [Int]
  }

  private static let leastFrames = 50

  /// Of the codes that enough frames show.
  package let shares: [Share]

  /// Compares frames with their reconstructions.
  ///
  /// - Parameters:
  ///   - format: of cells in a grid.
  ///   - frames: codes, one frame after the other.
  ///   - reconstructed: as many.
  package init(_ format: FrameFormat, frames: [UInt8], reconstructed: [UInt8]) {
    precondition(
      format.kind == .cells && format.grid.count == 3 && frames.count == reconstructed.count,
      "CellRecall: \(format) of \(frames.count) and \(reconstructed.count) bytes; give cells in a grid"
    )
    let (size, codes) = (format.size, format.grid[2])
    let cells = format.grid[0] * format.grid[1]
    var (shown, recalled) = (
      [[Int]](repeating: [], count: 256), [[Double]](repeating: [], count: 256)
    )
    for frame in 0..<frames.count / size {
      var (isShown, isLost) = (
        [Bool](repeating: false, count: 256), [Bool](repeating: false, count: 256)
      )
      for cell in 0..<cells {
        let place = frame * size + cell * codes
        isShown[Int(frames[place])] = true
        guard frames[place..<place + codes] != reconstructed[place..<place + codes] else {
          continue
        }
        isLost[Int(frames[place])] = true
        isLost[Int(reconstructed[place])] = true
      }
      for code in isShown.indices where isShown[code] {
        shown[code].append(frame)
        recalled[code].append(isLost[code] ? 0 : 1)
      }
    }
    shares = shown.indices.filter { shown[$0].count >= Self.leastFrames }.map {
      Share(code: UInt8($0), recalled: recalled[$0], frames: shown[$0])
    }
  }
}
