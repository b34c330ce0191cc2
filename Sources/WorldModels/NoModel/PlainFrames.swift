import Datasets
import EnvironmentKit
import Randomness

/// Shows an agent the frames as they are: bytes by 255 of pictures, codes of cells, numbers.
public final class PlainFrames: WorldModel {
  /// What a frame is.
  let format: FrameFormat

  /// Shows frames of a format.
  public init(_ format: FrameFormat) { self.format = format }

  static func field(_ format: FrameFormat) -> ObservationField {
    ObservationField("frame", shape: format.shape)
  }

  /// Extents of a frame.
  public var frameShape: [Int] { format.shape }
  /// The one field `frame`.
  public var features: [ObservationField] { [Self.field(format)] }
  /// Nothing.
  public var imagination: Imagination? { nil }

  /// The frames of some slots.
  public func makeState(slots: Int, showing names: [String]) -> any WorldModelState {
    PlainFramesState(format, slots: slots)
  }

  /// The bytes of first frames.
  public func starts(at frames: UnsafeBufferPointer<UInt8>, count: Int) -> [any Sendable] {
    (0..<count).map { Array(frames[$0 * format.size..<($0 + 1) * format.size]) }
  }
}

/// The present frames of slots.
final class PlainFramesState: WorldModelState {
  private let format: FrameFormat
  /// `[slot, number]`.
  private let numbers: OwnedBuffer<Float>

  init(_ format: FrameFormat, slots: Int) {
    precondition(slots >= 1, "makeState: \(slots) slots; give 1 or more")
    self.format = format
    numbers = OwnedBuffer(slots * format.count, zero: 0)
  }

  private func row(_ slot: Int) -> UnsafeMutableBufferPointer<Float> {
    numbers.row(slot, format.count)
  }

  func begin(_ slot: Int, seed: UInt64?) {}

  func begin(_ slot: Int, at start: any Sendable, drawing stream: inout RandomStream) {
    guard let bytes = start as? [UInt8], bytes.count == format.size else {
      preconditionFailure("begin: \(type(of: start)) is no start of this model")
    }
    bytes.withUnsafeBufferPointer { format.read($0, into: row(slot)) }
  }

  func observe(
    _ frames: UnsafeBufferPointer<UInt8>, after actions: ActionBuffer?, slots: [Int]
  ) {
    let size = format.size
    for slot in slots {
      format.read(
        UnsafeBufferPointer(rebasing: frames[slot * size..<(slot + 1) * size]), into: row(slot))
    }
  }

  /// Writes a slot's frame as bytes.
  func write(_ slot: Int, _ bytes: (UnsafeMutableBufferPointer<UInt8>) -> Void) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: format.size) {
      bytes($0)
      format.read(UnsafeBufferPointer($0), into: row(slot))
    }
  }

  func imagine(
    after actions: ActionBuffer, active: UnsafeBufferPointer<Bool>, _ dream: DreamHeads
  ) {
    preconditionFailure("imagine: frames alone imagine nothing")
  }

  func feature(_ place: Int, of slot: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(row(slot))
  }

  func decode(_ slot: Int, into frame: UnsafeMutableBufferPointer<UInt8>) {
    let row = row(slot)
    if format.isOfFloats {
      UnsafeMutableRawBufferPointer(frame).copyMemory(from: UnsafeRawBufferPointer(row))
      return
    }
    let scale: Float = format.kind == .pictures ? 255 : 1
    for (place, number) in row.enumerated() { frame[place] = UInt8(number * scale + 0.5) }
  }

  func snapshot(of slot: Int) -> any Sendable { Array(row(slot)) }

  func restore(_ snapshot: any Sendable, to slot: Int) throws {
    guard let found = snapshot as? [Float], found.count == format.count else {
      throw EnvironmentError.otherSnapshot(
        snapshot, place: "world model", slot: slot, wanted: "a frame of the same shape")
    }
    _ = row(slot).update(fromContentsOf: found)
  }
}
