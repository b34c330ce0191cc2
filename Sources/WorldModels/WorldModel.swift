import EnvironmentKit
import Randomness

/// A frozen world model: it sees frames, keeps what it has seen, and imagines what comes next.
///
/// One object serves any number of batches and threads; what changes lies in the states that it makes.
/// The world seen through a model and the dream are written against this seam and nothing else.
public protocol WorldModel: AnyObject, Sendable {
  /// Extents of a frame, such as `[64, 64, 3]`; its numbers are bytes.
  var frameShape: [Int] { get }
  /// The named fields that an agent may be shown, such as `latent` and `hidden`.
  var features: [ObservationField] { get }
  /// What it imagines beside the features; nil where it imagines nothing.
  var imagination: Imagination? { get }

  /// The states of some slots, which belong to one thread at a time.
  ///
  /// - Parameters:
  ///   - slots: 1 or more.
  ///   - names: the features that the states will be asked for; what only others need may be left out.
  func makeState(slots: Int, showing names: [String]) -> any WorldModelState

  /// What dreams may start from: the model's view of first frames of episodes.
  ///
  /// - Parameters:
  ///   - frames: `[count, frameShape…]`, 0...255.
  ///   - count: number of frames, 0 or more.
  /// - Returns: one start per frame, for `WorldModelState.begin(_:at:drawing:)`.
  func starts(at frames: UnsafeBufferPointer<UInt8>, count: Int) -> [any Sendable]
}

extension WorldModel {
  /// The states of some slots, 1 or more, which may be asked for any feature.
  public func makeState(slots: Int) -> any WorldModelState {
    makeState(slots: slots, showing: features.map(\.name))
  }
}

/// What a model imagines beside features.
public struct Imagination: Hashable, Sendable {
  /// Whether it foretells rewards; where not, each step of a dream is worth 1.
  public var predictsReward: Bool
  /// Whether it foretells ends; where not, dreams end by their length alone.
  public var predictsEnd: Bool
  /// How often an end counted in the training of its logit, above 0: the logit's excess is ln of it.
  public var endWeight: Float

  /// Describes a model's heads.
  public init(predictsReward: Bool, predictsEnd: Bool, endWeight: Float = 1) {
    (self.predictsReward, self.predictsEnd) = (predictsReward, predictsEnd)
    self.endWeight = endWeight
  }
}
