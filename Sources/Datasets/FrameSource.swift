import EnvironmentKit

/// Where the frames come from that an autoencoder learns from: episodes of a run, arrays, pictures.
///
/// A frame is bytes, as `frameFormat` says: of pictures height, width and channels, 0...255; of vectors and
/// counts Float32 in the machine's order. Any frame can be read at any time, from any thread, and reading
/// keeps nothing in memory. A new kind of source is a type that conforms and a line in
/// `FrameSources.open`.
public protocol FrameSource: AnyObject, Sendable {
  /// Extents of every frame: height, width and channels of pictures.
  var frameShape: [Int] { get }
  /// What the numbers of a frame are; pictures where nothing else is said.
  var frameFormat: FrameFormat { get }
  /// How many frames there are.
  var frameCount: Int { get }
  /// What is known of each frame beside its pixels, such as a label; empty where nothing is.
  var frameFacts: [Fact] { get }
  /// Frames that belong together, such as those of an episode, one range after the other; empty where each
  /// frame stands alone. They are held out together.
  var frameGroups: [Range<Int>] { get }
  /// What each number of a frame counts, such as the words of documents; empty where nobody says.
  var countedWords: [String] { get }
  /// A hash of all frames: a run that goes on asks whether they are still the same.
  var contentHash: String { get }

  /// Writes a frame's bytes.
  ///
  /// - Parameters:
  ///   - frame: in 0..<frameCount.
  ///   - bytes: as many as `frameSize` says, row-major.
  /// - Throws: where the file can no longer be read.
  func readFrame(_ frame: Int, into bytes: UnsafeMutableBufferPointer<UInt8>) throws

  /// What is known of a frame, in the order of `frameFacts`; NaN where one is absent.
  func readFacts(_ frame: Int) throws -> [Float]

  /// What a frame is called, such as a document's file; nil where it has no name of its own.
  func frameName(_ frame: Int) -> String?
}

extension FrameSource {
  /// Pictures.
  public var frameFormat: FrameFormat { FrameFormat(shape: frameShape) }
  /// Each frame stands alone.
  public var frameGroups: [Range<Int>] { [] }
  /// Nobody says.
  public var countedWords: [String] { [] }
  /// None of its own.
  public func frameName(_ frame: Int) -> String? { nil }
  /// Nothing is known.
  public var frameFacts: [Fact] { [] }
  /// Nothing is known.
  public func readFacts(_ frame: Int) throws -> [Float] { [] }

  /// Bytes of a frame.
  public var frameSize: Int { frameFormat.size }

  /// The bytes of some frames, one after the other.
  public func frames(_ frames: some Collection<Int>) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: frames.count * frameSize)
    try bytes.withUnsafeMutableBufferPointer { try read(frames, into: $0) }
    return bytes
  }

  /// Writes the bytes of some frames, one after the other.
  public func read(
    _ frames: some Collection<Int>, into bytes: UnsafeMutableBufferPointer<UInt8>
  ) throws {
    let size = frameSize
    precondition(
      bytes.count == frames.count * size,
      "FrameSource.read: \(bytes.count) bytes for \(frames.count) frames of \(frameShape)")
    for (place, frame) in frames.enumerated() {
      try readFrame(
        frame, into: UnsafeMutableBufferPointer(rebasing: bytes[place * size..<(place + 1) * size]))
    }
  }
}
