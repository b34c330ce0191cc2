import EnvironmentKit
import Randomness

/// What a world model keeps of the slots of one batch.
///
/// A slot's features depend on its own frames, actions and streams alone, bit for bit: neither on other
/// slots nor on threads. A step allocates nothing.
public protocol WorldModelState: AnyObject {
  /// Lets a slot forget: its next frame is the first of an episode.
  ///
  /// - Parameter seed: restarts the slot's stream of samples; nil goes on with it.
  func begin(_ slot: Int, seed: UInt64?)

  /// Begins an episode in a slot without a frame, at one of the model's `starts`.
  ///
  /// - Parameter stream: what a sampled start is drawn from.
  func begin(_ slot: Int, at start: any Sendable, drawing stream: inout RandomStream)

  /// Moves slots on to their next frame.
  ///
  /// - Parameters:
  ///   - frames: `[slot, frameShape…]`, 0...255; those of other slots are not read.
  ///   - actions: what was done before it, in the slots whose episode has had a frame; nil for none.
  ///   - slots: which, ascending.
  func observe(
    _ frames: UnsafeBufferPointer<UInt8>, after actions: ActionBuffer?, slots: [Int])

  /// Moves slots on by themselves.
  ///
  /// - Parameters:
  ///   - actions: what is done.
  ///   - active: which slots, one flag per slot.
  ///   - dream: what to draw from, and where reward and end go.
  func imagine(after actions: ActionBuffer, active: UnsafeBufferPointer<Bool>, _ dream: DreamHeads)

  /// The numbers of a feature, by its place among the model's `features`, until the next step; empty where the state
  /// was made without it.
  func feature(_ place: Int, of slot: Int) -> UnsafeBufferPointer<Float>

  /// Writes what the model makes of a slot as a frame, `frameShape` bytes.
  func decode(_ slot: Int, into frame: UnsafeMutableBufferPointer<UInt8>)

  /// A copy of one slot, to branch, rewind or plan.
  func snapshot(of slot: Int) -> any Sendable

  /// Puts a copy back, into any slot of any state of this model.
  ///
  /// - Throws: where it is no copy of this model's states.
  func restore(_ snapshot: any Sendable, to slot: Int) throws
}

extension WorldModelState {
  /// The numbers of a feature of a name; nil where the model has none, or the state was made without it.
  func feature(
    _ name: String, among features: [ObservationField], of slot: Int
  ) -> UnsafeBufferPointer<Float>? {
    guard let place = features.firstIndex(where: { $0.name == name }) else { return nil }
    let numbers = feature(place, of: slot)
    return numbers.isEmpty ? nil : numbers
  }
}

/// What a step of imagination draws from and writes, one element per slot.
public struct DreamHeads {
  /// What each slot's noise is drawn from.
  public var streams: UnsafeMutableBufferPointer<RandomStream>
  /// τ, above 0: how freely is drawn.
  public var temperature: Float
  /// Written where the model foretells rewards.
  public var rewards: UnsafeMutableBufferPointer<Float>
  /// Logits of an end; written where the model foretells ends.
  public var ends: UnsafeMutableBufferPointer<Float>
}
