import Foundation

/// How a picture of other sides becomes a square.
public enum FrameFit: String, Codable, Hashable, Sendable, CaseIterable {
  /// The largest square in its middle.
  case crop
  /// All of it, stretched.
  case stretch
}

/// How frames of files are made ready.
public struct FramePreparation {
  /// What a frame is.
  public var kind = FrameKind.pictures
  /// How many values a code of a cell may have; 0 lets it be found.
  public var classes = 0
  /// Words that are counted at most, where documents are.
  public var vocabulary = 2_000
  /// Tells the words that are counted in documents; nil lets them be found.
  public var words: (() throws -> [String])?
  /// Pixels of a side that all frames are brought to; 0 leaves them.
  public var size = 0
  /// How a picture of other sides becomes a square.
  public var fit = FrameFit.crop
  /// The number that is black and the one that is white; nil lets it be found.
  public var range: ClosedRange<Double>?
  /// Whether frames that begin with a picture are taken for it alone.
  public var takesPicture = false
  /// A folder on a disk with room for frames that have to be converted; nothing of them stays.
  public var scratch: URL
  /// Told what was found and how it was taken, a sentence each.
  public var note: (String) -> Void = { _ in }
  /// Told how many frames of how many have been looked at.
  public var progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }

  /// Leaves frames as they are.
  public init(scratch: URL = FileManager.default.temporaryDirectory) { self.scratch = scratch }

  /// The shape of frames that come with another.
  func shape(of given: [Int]) -> [Int] { size == 0 ? given : [size, size, given[2]] }
}
