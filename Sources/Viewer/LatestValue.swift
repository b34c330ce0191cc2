public import EnvironmentKit
import Synchronization

/// A slot with room for the newest value: who publishes never waits for who looks.
///
/// Training publishes from its own thread; a window takes what is newest when it is ready to draw.
/// Values that nobody took are overwritten. Nothing flows back: whether anyone looks changes no
/// result.
public final class LatestValue<Value: Sendable>: Sendable {
  private struct State {
    var value: Value?
    var isWanted = true
    var isFinished = false
  }

  private let state = Mutex(State())

  /// Creates an empty slot.
  public init() {}

  /// Whether the last value was taken, so that making a new one is worth the work.
  public var isWanted: Bool { state.withLock { $0.isWanted } }

  /// Puts a value in the place of the last.
  public func publish(_ value: Value) {
    // The old value is freed after the lock is given back.
    let old = state.withLock { state -> Value? in
      let old = state.value
      state.value = value
      state.isWanted = false
      return old
    }
    _ = old
  }

  /// Makes and publishes a value only where the last one was taken.
  public func publishIfWanted(_ make: () throws -> Value) rethrows {
    if isWanted { publish(try make()) }
  }

  /// Takes the newest value; nil where nothing came since the last time.
  public func take() -> Value? {
    state.withLock { state in
      let value = state.value
      state.value = nil
      state.isWanted = true
      return value
    }
  }

  /// Says that nothing more will come.
  public func finish() { state.withLock { $0.isFinished = true } }

  /// Whether nothing more will come.
  public var isFinished: Bool { state.withLock { $0.isFinished } }
}

/// A slot for the newest picture.
public typealias LatestFrame = LatestValue<Frame>
