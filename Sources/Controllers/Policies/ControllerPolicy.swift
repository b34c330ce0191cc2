import EnvironmentKit
import Foundation
import Randomness
import Threads

/// A linear or one-layer controller on Float observations, one parameter vector a candidate.
///
/// One object plays a whole population: every episode names its candidate. Arithmetic is in Float,
/// in an order fixed within a slot.
public final class ControllerPolicy: Policy {
  /// Slots of one piece of parallel work.
  private static let chunk = 16
  /// Multiplications a step below which threads do not pay.
  private static let parallelWork = 200_000

  /// Sizes and layout of the parameters.
  public let shape: ControllerShape
  /// The fixed standardisation of the inputs.
  public let scaling: InputScaling
  /// Number of candidates loaded.
  public private(set) var candidateCount = 1

  /// `[candidate, parameter]`.
  private var parameters: UnsafeMutableBufferPointer<Float>
  /// `[slot, inputs + hidden units + outputs]`.
  private var scratch = UnsafeMutableBufferPointer<Float>.allocate(capacity: 0)
  private var candidates = UnsafeMutableBufferPointer<Int>.allocate(capacity: 0)
  /// For `sampled`: where each slot's actions are drawn from.
  private var streams = UnsafeMutableBufferPointer<RandomStream>.allocate(capacity: 0)
  /// The mean and then the factor of every number read.
  private let standard: UnsafeMutableBufferPointer<Float>

  /// Creates a controller whose parameters are 0.
  ///
  /// - Parameters:
  ///   - shape: sizes and layout.
  ///   - scaling: one mean and factor per input; nil leaves inputs as they are.
  public init(_ shape: ControllerShape, scaling: InputScaling? = nil) {
    let scaling = scaling ?? .identity(shape.inputCount)
    precondition(
      scaling.mean.count == shape.inputCount,
      "ControllerPolicy: a scaling of \(scaling.mean.count) inputs for \(shape.inputCount)")
    self.shape = shape
    self.scaling = scaling
    parameters = Self.buffer(shape.parameterCount, of: 0)
    standard = .allocate(capacity: 2 * shape.inputCount)
    _ = standard.initialize(from: scaling.mean + scaling.factor)
  }

  deinit {
    parameters.deallocate()
    scratch.deallocate()
    candidates.deallocate()
    streams.deallocate()
    standard.deallocate()
  }

  private static func buffer<T>(_ count: Int, of value: T) -> UnsafeMutableBufferPointer<T> {
    let buffer = UnsafeMutableBufferPointer<T>.allocate(capacity: count)
    buffer.initialize(repeating: value)
    return buffer
  }

  /// Takes the parameters of a policy of one candidate.
  public func load(_ values: [Double]) {
    load(Population(count: 1, dimension: values.count, values: values))
  }

  /// Takes the parameters of a population.
  public func load(_ population: Population) {
    precondition(
      population.dimension == shape.parameterCount,
      "ControllerPolicy.load: \(population.dimension) parameters for \(shape.parameterCount)")
    parameters.deallocate()
    candidateCount = population.count
    parameters = Self.buffer(population.values.count, of: 0)
    for (index, value) in population.values.enumerated() { parameters[index] = Float(value) }
  }

  /// Makes room for the batch's slots.
  public func prepare(for batch: any EnvironmentBatch<Float>) {
    let needed = shape.inputRanges.map(\.upperBound).max() ?? 0
    precondition(
      batch.observationSpace.count >= needed && batch.actionSpace.count == shape.actionCount,
      "ControllerPolicy: reads \(needed) numbers and takes \(shape.actionCount) actions, the batch "
        + "offers \(batch.observationSpace.count) and \(batch.actionSpace.count)")
    candidates.deallocate()
    candidates = Self.buffer(batch.count, of: 0)
    scratch.deallocate()
    scratch = Self.buffer(batch.count * rowWidth, of: 0)
    streams.deallocate()
    streams = Self.buffer(batch.count, of: RandomStream(seed: 0))
  }

  /// Begins an episode in a slot.
  public func begin(_ episode: EpisodeRequest, in slot: Int) {
    precondition(
      0..<candidateCount ~= episode.candidate,
      "ControllerPolicy: candidate \(episode.candidate) of \(candidateCount) loaded")
    candidates[slot] = episode.candidate
    if shape.readout == .sampled {
      streams[slot] = RandomStream(root: episode.seed, name: "policy/controller")
    }
  }

  /// Chooses the actions of the active slots.
  public func act(
    in batch: any EnvironmentBatch<Float>, seeing observations: UnsafeBufferPointer<Float>,
    active: UnsafeBufferPointer<Bool>, into actions: ActionStorage
  ) {
    let slots = active.count
    guard slots * shape.parameterCount >= Self.parallelWork else {
      return act(0..<slots, observations, active, actions)
    }
    parallelFor((slots + Self.chunk - 1) / Self.chunk) { index in
      let first = index * Self.chunk
      act(first..<min(slots, first + Self.chunk), observations, active, actions)
    }
  }

  private func act(
    _ slots: Range<Int>, _ observations: UnsafeBufferPointer<Float>,
    _ active: UnsafeBufferPointer<Bool>, _ actions: ActionStorage
  ) {
    let width = observations.count / active.count
    for slot in slots where active[slot] {
      let seen = UnsafeBufferPointer(rebasing: observations[slot * width..<(slot + 1) * width])
      act(seen, slot, actions)
    }
  }

  private var rowWidth: Int { shape.inputCount + shape.hiddenUnits + shape.outputCount }

  private func act(
    _ seen: UnsafeBufferPointer<Float>, _ slot: Int, _ actions: ActionStorage
  ) {
    let row = UnsafeMutableBufferPointer(
      rebasing: scratch[slot * rowWidth..<(slot + 1) * rowWidth])
    gather(seen, into: row)
    let (inputs, hidden) = (shape.inputCount, shape.hiddenUnits)
    var place = candidates[slot] * shape.parameterCount
    if hidden > 0 {
      place = layer(row, from: 0..<inputs, to: inputs..<inputs + hidden, parametersAt: place)
      for unit in inputs..<inputs + hidden { row[unit] = tanh(row[unit]) }
    }
    let last = hidden > 0 ? inputs..<inputs + hidden : 0..<inputs
    let outputs = inputs + hidden..<rowWidth
    _ = layer(row, from: last, to: outputs, parametersAt: place)
    let seenOutputs = UnsafeBufferPointer(rebasing: row[outputs])
    if !shape.bounds.isEmpty {
      shape.readOut(seenOutputs, into: actions.row(of: slot))
    } else if shape.readout == .sampled {
      actions.indices[slot] = shape.sample(seenOutputs, at: streams[slot].random())
    } else {
      actions.indices[slot] = shape.readOut(seenOutputs)
    }
  }

  /// Copies, standardises and cuts the numbers read.
  private func gather(
    _ seen: UnsafeBufferPointer<Float>, into row: UnsafeMutableBufferPointer<Float>
  ) {
    var number = 0
    for range in shape.inputRanges {
      for place in range {
        let value = (seen[place] - standard[number]) * standard[shape.inputCount + number]
        row[number] = cut(value)
        number += 1
      }
    }
  }

  private func cut(_ value: Float) -> Float {
    value.isNaN ? value : max(-scaling.limit, min(scaling.limit, value))
  }

  /// One affine layer within a scratch row; returns where its parameters end.
  private func layer(
    _ row: UnsafeMutableBufferPointer<Float>, from: Range<Int>, to: Range<Int>,
    parametersAt start: Int
  ) -> Int {
    let biases = start + to.count * from.count
    for (unit, target) in to.enumerated() {
      let sum = dot(row, from.lowerBound, parameters, start + unit * from.count, from.count)
      row[target] = shape.bias ? sum + parameters[biases + unit] : sum
    }
    return shape.bias ? biases + to.count : biases
  }

  /// The product of a part of a scratch row with weights, in eight sums and then one.
  private func dot(
    _ row: UnsafeMutableBufferPointer<Float>, _ a: Int,
    _ weights: UnsafeMutableBufferPointer<Float>, _ b: Int, _ count: Int
  ) -> Float {
    var sums = SIMD8<Float>(repeating: 0)
    let (left, right) = (UnsafeRawBufferPointer(row), UnsafeRawBufferPointer(weights))
    let whole = count & ~7
    for index in stride(from: 0, to: whole, by: 8) {
      sums +=
        left.loadUnaligned(fromByteOffset: (a + index) * 4, as: SIMD8<Float>.self)
        * right.loadUnaligned(fromByteOffset: (b + index) * 4, as: SIMD8<Float>.self)
    }
    var sum = sums.sum()
    for index in whole..<count { sum += row[a + index] * weights[b + index] }
    return sum
  }
}
