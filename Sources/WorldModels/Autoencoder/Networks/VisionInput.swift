import Datasets
import Foundation
import Tensors

/// What a frame's numbers are to the network: pixels in 0...1 and vectors as they are, codes of cells one hot,
/// counts as log(1 + count).
package struct VisionInput: Sendable {
  private let format: FrameFormat

  /// For frames of a format.
  package init(_ format: FrameFormat) { self.format = format }

  /// Numbers that the network takes of a frame.
  package var count: Int { format.kind == .cells ? format.count * format.classes : format.count }

  /// The data of frames: what the likelihood is asked about, `[count]` and the frame's shape.
  package func data(_ bytes: UnsafeBufferPointer<UInt8>, count: Int) -> Tensor {
    let shape = [count] + format.shape
    guard format.kind != .pictures else { return Tensor(bytes: bytes, shape: shape) }
    return Tensor(shape: shape) { format.read(bytes, into: $0) }
  }

  /// What the network takes of data.
  func callAsFunction(_ data: Tensor) -> Tensor {
    switch format.kind {
    case .pictures, .vectors: return data
    case .cells, .counts:
      let numbers = data.scalars
      return Tensor(shape: [data.shape[0], count]) { input in
        numbers.withUnsafeBufferPointer { write($0, input) }
      }
    }
  }

  /// What the network takes of frames that lie one after the other, `[frame, self.count]`.
  package func numbers(of frames: [UInt8]) -> [Float] {
    let examples = frames.count / format.size
    return [Float](unsafeUninitializedCapacity: examples * count) { numbers, initialized in
      initialized = examples * count
      guard let numbers = numbers.baseAddress else { return }
      frames.withUnsafeBufferPointer { frames in
        for index in 0..<examples {
          let frame = frames[index * format.size..<(index + 1) * format.size]
          write(UnsafeBufferPointer(rebasing: frame), into: numbers + index * count)
        }
      }
    }
  }

  /// Writes what the network takes of a frame.
  ///
  /// - Parameter input: `[self.count]`.
  func write(_ frame: UnsafeBufferPointer<UInt8>, into input: UnsafeMutablePointer<Float>) {
    switch format.kind {
    case .pictures: frame.baseAddress.map { bytesToUnit($0, input, format.count) }
    case .vectors:
      format.read(frame, into: UnsafeMutableBufferPointer(start: input, count: format.count))
    case .cells, .counts:
      let numbers = WorkingFloats(format.count)
      let buffer = UnsafeMutableBufferPointer(start: numbers.pointer, count: format.count)
      format.read(frame, into: buffer)
      write(
        UnsafeBufferPointer(buffer), UnsafeMutableBufferPointer(start: input, count: count))
    }
  }

  private func write(
    _ numbers: UnsafeBufferPointer<Float>, _ input: UnsafeMutableBufferPointer<Float>
  ) {
    guard format.kind == .cells else {
      for index in numbers.indices { input[index] = log1p(numbers[index]) }
      return
    }
    input.update(repeating: 0)
    for index in numbers.indices {
      let code = min(format.classes - 1, Int(numbers[index]))
      input[index * format.classes + code] = 1
    }
  }
}
