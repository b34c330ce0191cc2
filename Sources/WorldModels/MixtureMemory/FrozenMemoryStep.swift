import EnvironmentKit
import Randomness
import Tensors
import Threads

/// The hidden states of slots, and one step of them: the work that threads share.
///
/// A row is an active slot's place among the active ones. How rows and units are shared may depend on
/// the number of threads: no bit does.
final class FrozenMemoryStep: ParallelWork {
  /// What a step reads.
  struct Inputs {
    let latents: UnsafeBufferPointer<Float>
    let actions: UnsafeBufferPointer<Float>
  }

  /// What a dream's step adds to an advance.
  struct Sampling {
    let streams: UnsafeMutableBufferPointer<RandomStream>
    let temperature: Float
    let latents: UnsafeMutableBufferPointer<Float>
    let rewards: UnsafeMutableBufferPointer<Float>?
    let terminations: UnsafeMutableBufferPointer<Float>?
  }

  /// `[slot, paddedHidden]`.
  let units: FloatBuffer
  /// `[slot, paddedHidden]`.
  let cells: FloatBuffer
  private let memory = OwnedMemory()
  /// `[slot]`: whether the slot has not been stepped since its episode began.
  let isRestart: UnsafeMutableBufferPointer<Bool>
  let recurrence: FrozenRecurrence
  private let mixture: FrozenMixture
  private let configuration: MemoryConfiguration

  /// `[row]`.
  private let slots: UnsafeMutablePointer<Int32>
  /// `[row, rowSize]`: inputs and hidden state before the step.
  private let before: FloatBuffer
  /// `[row, paddedHidden]`: the hidden state after the step.
  private let after: FloatBuffer
  /// `[row, logits]`.
  private let logits: FloatBuffer
  /// `[row, latents]`.
  private let words: UnsafeMutablePointer<UInt64>

  private var rows = 0
  private var inputs = Inputs(
    latents: .init(start: nil, count: 0), actions: .init(start: nil, count: 0))
  private var sampling: Sampling?
  /// Parts that threads share: of the units where `sharesUnits`, else of the rows.
  private var parts = 0
  private var sharesUnits = false

  init(
    slots count: Int, _ configuration: MemoryConfiguration, recurrence: FrozenRecurrence,
    mixture: FrozenMixture
  ) {
    (self.configuration, self.recurrence, self.mixture) = (configuration, recurrence, mixture)
    units = FloatBuffer(zeros: count * recurrence.paddedHidden)
    cells = FloatBuffer(zeros: count * recurrence.paddedHidden)
    isRestart = memory.make(count, true)
    slots = memory.makePointer(count, 0)
    before = FloatBuffer(zeros: count * recurrence.rowSize)
    after = FloatBuffer(zeros: count * recurrence.paddedHidden)
    logits = FloatBuffer(zeros: count * mixture.shape.logits)
    words = memory.makePointer(count * configuration.latentSize, 0)
  }

  /// Fewer rows are not shared out, but the units of their states are.
  private static let fewRows = 8
  /// Rows that one thread takes at a time: what it reads and writes beside the weights stays in its cache.
  private static let tileRows = 32

  /// Steps the active slots.
  func run(_ inputs: Inputs, _ sampling: Sampling?, active: UnsafeBufferPointer<Bool>?) {
    choose(active)
    (self.inputs, self.sampling) = (inputs, sampling)
    let threads = ThreadCount.current
    sharesUnits = rows < Self.fewRows && threads > 1
    if sharesUnits {
      parts = min(threads, recurrence.strips)
      gather(0..<rows)
      BriefRegions.shared.run(threads: threads) { threads in
        parallelFor(rows == 0 ? 0 : parts, threads: threads, work: self)
      }
      sample(0..<rows)
    } else {
      parts = min(rows, (rows + Self.tileRows * threads - 1) / (Self.tileRows * threads) * threads)
      parallelFor(parts, threads: threads, work: self)
    }
  }

  /// Does one part of the work.
  func run(_ index: Int) {
    if sharesUnits {
      let strips = recurrence.strips
      advance(0..<rows, strips: strips * index / parts..<strips * (index + 1) / parts)
    } else {
      let part = rows * index / parts..<rows * (index + 1) / parts
      gather(part)
      advance(part, strips: 0..<recurrence.strips)
      sample(part)
    }
  }

  private func choose(_ active: UnsafeBufferPointer<Bool>?) {
    rows = 0
    for slot in isRestart.indices where active?[slot] ?? true {
      slots[rows] = Int32(truncatingIfNeeded: slot)
      rows += 1
    }
  }

  /// Writes the rows that the recurrence reads: latent, action, restart, hidden state.
  private func gather(_ part: Range<Int>) {
    let (latents, actions) = (configuration.latentSize, configuration.actionSize)
    for row in part {
      let slot = Int(slots[row])
      let target = before.pointer + row * recurrence.rowSize
      if let source = inputs.latents.baseAddress {
        target.update(from: source + slot * latents, count: latents)
      }
      if let source = inputs.actions.baseAddress {
        (target + latents).update(from: source + slot * actions, count: actions)
      }
      if configuration.takesRestart { target[latents + actions] = isRestart[slot] ? 1 : 0 }
      isRestart[slot] = false
      let stride = recurrence.paddedHidden
      (target + recurrence.inputs).update(from: units.pointer + slot * stride, count: stride)
    }
  }

  private func advance(_ part: Range<Int>, strips: Range<Int>) {
    let first = part.lowerBound
    recurrence.advance(
      before.pointer + first * recurrence.rowSize, strips: strips, rows: part.count,
      slots: slots + first, cells: cells.pointer, units: units.pointer,
      next: after.pointer + first * recurrence.paddedHidden)
  }

  private func sample(_ part: Range<Int>) {
    guard let sampling, let latents = sampling.latents.baseAddress else { return }
    let (first, size) = (part.lowerBound, configuration.latentSize)
    for row in part {
      sampling.streams[Int(slots[row])].fill(words + row * size, count: size)
    }
    mixture.sample(
      after.pointer + first * recurrence.paddedHidden, rows: part.count, slots: slots + first,
      FrozenMixture.Draw(
        temperature: sampling.temperature, words: words + first * size,
        logits: logits.pointer + first * mixture.shape.logits, latents: latents,
        rewards: sampling.rewards?.baseAddress, terminations: sampling.terminations?.baseAddress))
  }
}

extension RandomStream {
  /// Writes the stream's next words.
  fileprivate mutating func fill(_ words: UnsafeMutablePointer<UInt64>, count: Int) {
    var stream = self
    for index in 0..<count { words[index] = stream.nextUInt64() }
    self = stream
  }
}
