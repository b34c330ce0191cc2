import EnvironmentKit
import Randomness
import Synchronization

/// A rule of the contract that a `TinyWorld` breaks.
enum Fault: String, CaseIterable {
  case factTwice, impossibleNumber
  case observationShort, observationLong, observationGap
  case rewardOutside, rewardNaN
  case endless, cutAtOnce
  case factUnwritten, factInfinite, factNeverKnown
  case drawingGap, drawingBeyond
  case seedForgotten, hiddenRandomness, seedIgnored, seedRepeated
  case sharedState, drawingCounts, observingCounts, globalState
  case stepAllocates, observeAllocates, factsAllocate
}

/// What faulty worlds share though they should not.
final class SharedCount: Sendable {
  let value = Atomic<Int>(0)
  func next() -> Int { value.add(1, ordering: .relaxed).newValue }
}

private let lastSeed = Atomic<UInt64>(0)

/// Moves of a `TinyWorld`.
enum TinyMove: Int32, DiscreteAction {
  case stay, left, right
}

/// A move that lets any index pass.
struct CarelessMove: WorldAction {
  static var space: ActionSpace { .discrete(["stay", "left", "right"]) }
  init?(index: Int32) {}
  init?(row: UnsafeBufferPointer<Float>) { nil }
}

/// A walk on a line with a drifting goal: everything a world has, as small as can be.
struct TinyWorld<Action: WorldAction>: World {
  var fault: Fault?
  private var stream = RandomStream(seed: 0)
  private var firstStream = RandomStream(seed: 0)
  private var position = 0
  private var goal = 0
  private var steps = 0
  private var shared = SharedCount()
  private var trail: [Int] = []

  init(_ fault: Fault? = nil) {
    self.fault = fault
  }

  var specification: WorldSpecification {
    WorldSpecification(
      id: "Tiny",
      observation: ObservationSpace([
        ObservationField("image", shape: [2, 3, 3]), ObservationField("place", shape: [2]),
      ]),
      maximumSteps: fault == .impossibleNumber ? 0 : 40, rewardRange: -1...1,
      facts: [Fact("goal"), Fact(fault == .factTwice ? "goal" : "gap")], stepsPerSecond: 10)
  }

  mutating func reset(seed: UInt64?) {
    if let seed, fault != .seedForgotten {
      stream = RandomStream(seed: fault == .seedIgnored ? 1 : seed)
      firstStream = stream
      if fault == .globalState { lastSeed.store(seed, ordering: .relaxed) }
    } else if fault == .seedRepeated {
      stream = firstStream
    }
    position = 0
    goal = stream.integers(in: -8..<9)
    steps = 0
    shared = SharedCount()
  }

  mutating func step(_ action: Action) -> Step {
    steps += 1
    position += stream.integers(in: -1..<2)
    if fault == .hiddenRandomness { position += Int.random(in: 0...1) }
    if fault == .sharedState { position += shared.next() % 2 }
    if fault == .stepAllocates { trail = trail.suffix(3) + [position] }
    if fault == .observingCounts, shared.value.exchange(0, ordering: .relaxed) > 1 { position += 1 }
    if fault == .drawingCounts { position += shared.value.load(ordering: .relaxed) % 2 }
    if fault == .globalState { position += Int(lastSeed.load(ordering: .relaxed) % 5) }
    if fault == .cutAtOnce { return Step(reward: 0, truncated: true) }
    let terminated = position == goal
    let reward: Float = fault == .rewardOutside ? 1.5 : fault == .rewardNaN ? .nan : 0.5
    return Step(
      reward: reward, terminated: terminated && fault != .endless,
      truncated: steps >= 40 && fault != .endless)
  }

  func observe(into writer: inout ObservationWriter) {
    if fault == .observingCounts { _ = shared.next() }
    let added = fault == .observeAllocates ? Self.spell(goal) : 0
    writer.writeImage(width: 3, height: 2) { canvas in
      if fault != .observationGap { canvas.fill(.black) }
      canvas.set(1, 1, Color(UInt8(truncatingIfNeeded: position), 1, 2))
    }
    writer.write(UInt8(truncatingIfNeeded: goal &+ added))
    if fault != .observationShort { writer.write(UInt8(steps & 0xFF)) }
    if fault == .observationLong { writer.write(0) }
  }

  /// The length of an array that the optimiser cannot see through.
  @inline(never)
  private static func spell(_ goal: Int) -> Int {
    [SharedCount](repeating: SharedCount(), count: abs(goal) + 1).count
  }

  func facts(into values: UnsafeMutableBufferPointer<Float>) {
    values[0] = fault == .factsAllocate ? Float(Self.spell(goal)) : Float(goal)
    if fault != .factUnwritten {
      let isKnown = steps % 2 == 1 && fault != .factNeverKnown
      values[1] = isKnown ? Float(goal - position) : .nan
    }
    if fault == .factInfinite { values[0] = .infinity }
  }

  func draw(into canvas: Canvas) {
    if fault == .drawingCounts { _ = shared.next() }
    let top = fault == .drawingGap && canvas.width != canvas.height ? 1 : 0
    canvas.fillRectangle(
      x: 0, y: top, width: canvas.width, height: canvas.height - top, .white)
    if fault == .drawingBeyond { canvas.base[3 * canvas.width * canvas.height] = 77 }
  }
}

/// A batch that loses the last observation of an ended episode, or ignores snapshots.
final class ForgetfulBatch: EnvironmentBatch {
  private let inner: WorldBatch<TinyWorld<TinyMove>>
  var forgetsLast = true
  var ignoresSnapshots = false

  init(_ inner: WorldBatch<TinyWorld<TinyMove>>) {
    self.inner = inner
  }

  var count: Int { inner.count }
  var observationSpace: ObservationSpace { inner.observationSpace }
  var actionSpace: ActionSpace { inner.actionSpace }
  var specification: WorldSpecification { inner.specification }
  var autoreset: AutoresetMode { inner.autoreset }

  func reset(seeds: [UInt64?], mask: [Bool]?, into buffers: BatchBuffers<UInt8>) throws {
    try inner.reset(seeds: seeds, mask: mask, into: buffers)
  }

  func step(
    _ actions: ActionBuffer, active: UnsafeBufferPointer<Bool>?, into buffers: BatchBuffers<UInt8>
  ) throws {
    try inner.step(actions, active: active, into: buffers)
    if forgetsLast { buffers.finalObservations.update(repeating: 0) }
  }

  func state(of slot: Int) -> any Sendable { inner.state(of: slot) }
  func setState(_ state: any Sendable, of slot: Int) throws {
    if !ignoresSnapshots { try inner.setState(state, of: slot) }
  }
  func draw(_ slot: Int, into frame: inout Frame) { inner.draw(slot, into: &frame) }
  func facts(of slot: Int, into values: UnsafeMutableBufferPointer<Float>) {
    inner.facts(of: slot, into: values)
  }
  func mission(of slot: Int) -> String { "" }
}
