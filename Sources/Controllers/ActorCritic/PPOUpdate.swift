import EnvironmentKit
import Layers
import Randomness
import Ranks
import Tensors
import Threads

/// The numbers of an actor and a critic with their optimiser, and how a segment improves them.
final class PPOUpdate {
  /// What an update came to.
  struct Report {
    /// Sums over all minibatches.
    var sums = PolicySums()
    /// How far the ratios of the first minibatch were from 1: its policy is still the one that acted.
    var firstDistance = 0.0
    /// Of the last minibatch, before it was scaled down.
    var gradientNorm = 0.0
    /// Times that the segment was gone through.
    var epochs = 0
  }

  /// How it learns.
  let settings: PPOSettings
  /// What learns.
  let network: any ActorCriticNetwork
  /// The flat numbers.
  let numbers: UnsafeMutableBufferPointer<Float>
  /// Adam's running means of gradients and of their squares.
  let moments: (first: UnsafeMutableBufferPointer<Float>, second: UnsafeMutableBufferPointer<Float>)
  /// Steps of the optimiser.
  var steps = 0
  /// The processes that share every minibatch.
  var ranks: any Communicator = SoleProcess()

  /// The flat numbers, where they begin.
  let flat: UnsafePointer<Float>

  private let gradient: UnsafeMutableBufferPointer<Float>
  /// The segment's samples in the order of an epoch: its rows, or its slots where something is remembered.
  private let order: UnsafeMutableBufferPointer<Int32>
  private let before: UnsafeMutableBufferPointer<Float>
  private let memory = OwnedMemory()
  private let optimiser: OptimiserStep

  /// Makes room for segments of so many rows.
  init(_ settings: PPOSettings, _ network: any ActorCriticNetwork, rows: Int) {
    (self.settings, self.network) = (settings, network)
    let count = network.layout.count
    let base: UnsafeMutablePointer<Float> = memory.makePointer(count, 0)
    (numbers, flat) = (UnsafeMutableBufferPointer(start: base, count: count), UnsafePointer(base))
    moments = (memory.make(count, 0), memory.make(count, 0))
    gradient = memory.make(count, 0)
    before = memory.make(3 * count, 0)
    order = memory.make(rows, 0)
    optimiser = OptimiserStep(network.firstMatrix, count: count)
  }

  /// Tells the network its numbers.
  func load() { network.load(flat) }

  /// Improves the numbers by what a segment shows; they are as before where something went wrong.
  ///
  /// - Parameters:
  ///   - rate: the optimiser's step size.
  ///   - stream: what the order of rows is drawn from.
  /// - Throws: where a gradient is not finite.
  func improve(
    by segment: Segment, rate: Float, drawing stream: RandomStream
  ) throws(ControllerError) -> Report {
    keep()
    let stepsBefore = steps
    var stream = stream
    var report = Report()
    let (count, size) = samples(of: segment)
    for sample in 0..<count { order[sample] = Int32(sample) }
    while report.epochs < settings.epochs {
      shuffle(count, &stream)
      var divergence = 0.0
      for first in stride(from: 0, to: count, by: size) {
        let samples = UnsafeMutableBufferPointer(
          rebasing: order[first..<min(count, first + size)])
        if network.memoryWidth == 0 { segment.observations.group(samples) }
        let (sums, norm) = takeStep(UnsafeBufferPointer(samples), of: segment, rate: rate)
        guard norm.isFinite else {
          putBack()
          steps = stepsBefore
          throw ControllerError(
            operation: "improve", place: "PPO",
            cause: "the gradient is not finite: the training has broken down",
            remedy: "lower learner.learningRate, or check the rewards of the world")
        }
        if report.sums.rows == 0 { report.firstDistance = sums.farthest }
        report.sums.add(sums)
        report.gradientNorm = norm
        divergence = sums.divergence / sums.rows
      }
      report.epochs += 1
      if settings.divergenceLimit > 0, divergence > settings.divergenceLimit { break }
    }
    return report
  }

  /// How many samples a segment has, and how many make a minibatch.
  private func samples(of segment: Segment) -> (count: Int, size: Int) {
    guard network.memoryWidth > 0 else { return (segment.count, settings.minibatch) }
    return (segment.slots, settings.sequences)
  }

  /// One step of the optimiser along one minibatch.
  private func takeStep(
    _ samples: UnsafeBufferPointer<Int32>, of segment: Segment, rate: Float
  ) -> (sums: PolicySums, norm: Double) {
    guard let gradient = gradient.baseAddress else { return (PolicySums(), 0) }
    let isUsed = network.needsWholeRows ? nil : UnsafePointer(segment.observations.isUsed)
    let sums = sharedGradient(samples, segment, isUsed: isUsed, into: gradient)
    let norm = optimiser.squares(gradient, isUsed).squareRoot()
    guard norm.isFinite else { return (sums, norm) }
    steps += 1
    let limit = settings.gradientNorm > 0 ? settings.gradientNorm : nil
    let rates = AdamRates(
      step: steps, learningRate: rate, epsilon: 1e-5,
      scale: Gradients.clippingScale(norm: norm, limit: limit))
    optimiser.take(numbers, moments.first, moments.second, gradient, isUsed, rates)
    load()
    return (sums, norm)
  }

  /// The gradient of a minibatch, of which each rank works on a part.
  private func sharedGradient(
    _ samples: UnsafeBufferPointer<Int32>, _ segment: Segment, isUsed: UnsafePointer<Bool>?,
    into gradient: UnsafeMutablePointer<Float>
  ) -> PolicySums {
    let (loss, own) = (loss(samples, segment), ranks.share(of: samples.count))
    guard ranks.isShared else {
      return network.gradient(segment, samples: samples, of: loss, into: gradient)
    }
    var sums = PolicySums()
    if own.isEmpty {
      gradient.update(repeating: 0, count: network.layout.count)
    } else {
      sums = network.gradient(
        segment, samples: UnsafeBufferPointer(rebasing: samples[own]), of: loss, into: gradient)
    }
    let blocks = NumberBlocks(network.firstMatrix, count: network.layout.count)
    return ranks.sum(gradient, blocks, isUsed: isUsed, sums)
  }

  /// The loss on a minibatch, whose advantages are standardised.
  private func loss(_ samples: UnsafeBufferPointer<Int32>, _ segment: Segment) -> SampleLoss {
    let steps = network.memoryWidth > 0 ? segment.count / segment.slots : 1
    let rows = samples.count * steps
    var terms = PolicyLoss(
      clip: Float(settings.clip), entropyWeight: Float(settings.entropyWeight),
      valueWeight: Float(settings.valueWeight))
    terms.scale = 1 / Float(rows)
    if settings.standardisesAdvantages, rows > 1 {
      func sum(_ number: (Double) -> Double) -> Double {
        samples.reduce(0.0) { sum, sample in
          (0..<steps).reduce(sum) {
            $0 + number(Double(segment.advantages[$1 * segment.slots + Int(sample)]))
          }
        }
      }
      let mean = sum { $0 } / Double(rows)
      let squares = sum { ($0 - mean) * ($0 - mean) }
      terms.advantageMean = Float(mean)
      terms.advantageFactor = Float(1 / ((squares / Double(rows - 1)).squareRoot() + 1e-8))
    }
    return SampleLoss(
      terms: terms,
      samples: PolicySamples(
        choices: segment.choices, rows: segment.drawn,
        logProbabilities: segment.logProbabilities, advantages: segment.advantages,
        returns: segment.returns, bonusReturns: segment.bonus.map { UnsafePointer($0.returns) }),
      logDeviations: flat + network.deviations)
  }

  private func shuffle(_ count: Int, _ stream: inout RandomStream) {
    for place in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(place, stream.integers(in: 0..<place + 1))
    }
  }

  private var kept: [UnsafeMutableBufferPointer<Float>] {
    [numbers, moments.first, moments.second]
  }

  private func keep() {
    for (place, part) in kept.enumerated() {
      _ = UnsafeMutableBufferPointer(rebasing: before[(place * part.count)...])
        .update(fromContentsOf: part)
    }
  }

  private func putBack() {
    for (place, part) in kept.enumerated() {
      _ = part.update(
        fromContentsOf: before[place * part.count..<(place + 1) * part.count])
    }
    load()
  }
}
