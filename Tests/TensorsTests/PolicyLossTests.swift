import Foundation
import Randomness
import Tensors
import Testing

/// The loss of PPO on a choice, in Double, as its paper has it.
private func loss(
  logits: [[Double]], values: [Double], actions: [Int32], old: [Double], advantages: [Double],
  returns: [Double]
) -> Double {
  var sum = 0.0
  for row in logits.indices {
    let normaliser = log(logits[row].reduce(0) { $0 + exp($1) })
    let logs = logits[row].map { $0 - normaliser }
    let ratio = exp(logs[Int(actions[row])] - old[row])
    let bounded = min(1.2, max(0.8, ratio))
    let entropy = -logs.reduce(0) { $0 + exp($1) * $1 }
    let error = values[row] - returns[row]
    sum += -min(ratio * advantages[row], bounded * advantages[row]) - 0.03 * entropy
    sum += 0.5 * error * error
  }
  return sum / Double(logits.count)
}

/// Rows of a choice among 18 actions, so that more than one vector is filled.
private struct Rows {
  static let count = 24
  static let actions = 18
  var layout = PolicyHeads(actions: actions, areRows: false, valuePlace: 32, width: 48)
  var heads: [Float]
  var done: [Int32] = []
  var old: [Float] = []
  var advantages: [Float] = []
  var returns: [Float] = []
  let numbers = (0..<Int32(count)).map { $0 }

  init() {
    var stream = RandomStream(seed: 3)
    heads = [Float](repeating: 0, count: Self.count * 48)
    for row in 0..<Self.count {
      for action in 0..<Self.actions {
        heads[row * 48 + action] = Float(stream.standardNormal())
      }
      heads[row * 48 + 32] = Float(stream.standardNormal())
      done.append(Int32(stream.integers(in: 0..<Self.actions)))
      old.append(Float(-3 + stream.standardNormal()))
      advantages.append(Float(stream.standardNormal()))
      returns.append(Float(stream.standardNormal()))
    }
  }

  func evaluate() -> (sums: PolicySums, gradient: [Float]) {
    var terms = PolicyLoss(clip: 0.2, entropyWeight: 0.03, valueWeight: 0.5)
    terms.scale = 1 / Float(Self.count)
    var sums = PolicySums()
    var gradient = [Float](repeating: 7, count: heads.count)
    done.withUnsafeBufferPointer { done in
      old.withUnsafeBufferPointer { old in
        advantages.withUnsafeBufferPointer { advantages in
          returns.withUnsafeBufferPointer { returns in
            let samples = PolicySamples(
              choices: done.begin, rows: old.begin,
              logProbabilities: old.begin, advantages: advantages.begin,
              returns: returns.begin, bonusReturns: layout.hasBonus ? advantages.begin : nil)
            var unused: Float = 0
            sums = numbers.withUnsafeBufferPointer {
              terms.evaluate(
                heads, layout, rows: Self.count, chosen: $0, at: nil, of: samples,
                logDeviations: old.begin,
                deviationGradient: &unused, gradient: &gradient)
            }
          }
        }
      }
    }
    return (sums, gradient)
  }

  func oracle(_ change: (Int, Double)? = nil) -> Double {
    var numbers = heads.map(Double.init)
    if let (place, step) = change { numbers[place] += step }
    return loss(
      logits: (0..<Self.count).map { Array(numbers[$0 * 48..<$0 * 48 + Self.actions]) },
      values: (0..<Self.count).map { numbers[$0 * 48 + 32] }, actions: done,
      old: old.map(Double.init), advantages: advantages.map(Double.init),
      returns: returns.map(Double.init))
  }
}

@Suite("The loss of PPO")
struct PolicyLossTests {
  @Test("has the gradient of its definition, clipped rows included, and none elsewhere")
  func gradient() {
    let rows = Rows()
    let (sums, gradient) = rows.evaluate()
    #expect(sums.clipped > 3 && sums.clipped < 24)
    var (error, size) = (0.0, 0.0)
    for place in gradient.indices {
      let column = place % 48
      guard column < Rows.actions || column == 32 else {
        #expect(gradient[place] == 0)
        continue
      }
      let step = 1e-6
      let slope = (rows.oracle((place, step)) - rows.oracle((place, -step))) / (2 * step)
      error += pow(Double(gradient[place]) - slope, 2)
      size += slope * slope
    }
    // Floats of 24 bits, a dozen operations deep.
    #expect((error / size).squareRoot() < 3e-6)
  }

  @Test("has a second value's squared error, where bonuses have one, and is else the same")
  func bonus() {
    var rows = Rows()
    for row in 0..<Rows.count { rows.heads[row * 48 + 33] = Float(row) / 10 - 1 }
    let (sums, gradient) = rows.evaluate()
    #expect(sums.bonusValue == 0)
    rows.layout.hasBonus = true
    let (both, changed) = rows.evaluate()
    var squares = 0.0
    for place in gradient.indices {
      guard place % 48 == 33 else {
        #expect(changed[place].bitPattern == gradient[place].bitPattern)
        continue
      }
      let error = rows.heads[place] - rows.advantages[place / 48]
      squares += Double(error) * Double(error)
      // 2 · 0.5 · error / rows, in floats.
      #expect(abs(changed[place] - error / Float(Rows.count)) < 1e-7)
    }
    #expect(abs(both.bonusValue - squares) < 1e-5)
    #expect(both.value == sums.value && both.policy == sums.policy)
  }

  @Test("sums what it consists of")
  func sums() {
    let rows = Rows()
    let (sums, _) = rows.evaluate()
    let whole = (sums.policy - 0.03 * sums.entropy + 0.5 * sums.value) / Double(Rows.count)
    #expect(abs(whole - rows.oracle()) < 1e-5)
    #expect(sums.rows == 24)
  }

  @Test("finds a ratio of exactly 1 where nothing has changed, however rows are put together")
  func ratio() {
    var rows = Rows()
    let points = (0..<Rows.count).map { (Float($0) + 0.5) / Float(Rows.count) }
    for row in 0..<Rows.count {
      Array(rows.heads[row * 48..<(row + 1) * 48]).withUnsafeBufferPointer { head in
        rows.layout.draw(
          head.begin, rows: 1, points: [points[row]], choices: &rows.done[row],
          logProbabilities: &rows.old[row])
      }
    }
    let (sums, _) = rows.evaluate()
    #expect(sums.farthest == 0)
    #expect(sums.clipped == 0)
    #expect(sums.divergence == 0)
  }

  @Test("draws actions as often as their probabilities say")
  func draws() {
    let layout = PolicyHeads(actions: 3, areRows: false, valuePlace: 16, width: 32)
    var head = [Float](repeating: 0, count: 32)
    (head[0], head[1], head[2]) = (log(0.2), log(0.5), log(0.3))
    var counts = [0, 0, 0]
    for place in 0..<1000 {
      var (action, logProbability): (Int32, Float) = (0, 0)
      layout.draw(
        head, rows: 1, points: [(Float(place) + 0.5) / 1000], choices: &action,
        logProbabilities: &logProbability)
      counts[Int(action)] += 1
      #expect(abs(logProbability - head[Int(action)]) < 1e-6)
    }
    #expect(counts == [200, 500, 300])
  }
}

@Suite("The loss of PPO on rows of numbers")
struct RowLossTests {
  private static let (count, components) = (20, 2)
  private let heads = PolicyHeads(actions: components, areRows: true, valuePlace: 16, width: 32)
  private let chosen = (0..<Int32(count)).map { $0 }

  /// The loss in Double, as its paper has it, of means, values and log deviations.
  private func oracle(
    _ outputs: [Double], _ deviations: [Double], _ rows: [Float], _ old: [Float],
    _ advantages: [Float]
  ) -> Double {
    var sum = 0.0
    for row in 0..<Self.count {
      var density = 0.0
      for place in 0..<Self.components {
        let z =
          (Double(rows[row * 2 + place]) - outputs[row * 32 + place]) / exp(deviations[place])
        density -= 0.5 * z * z + deviations[place] + 0.5 * log(2 * Double.pi)
        sum -= 0.03 * (deviations[place] + 0.5 * log(2 * Double.pi * M_E))
      }
      let ratio = exp(density - Double(old[row]))
      let advantage = Double(advantages[row])
      sum -= min(ratio * advantage, min(1.2, max(0.8, ratio)) * advantage)
      sum += 0.5 * outputs[row * 32 + 16] * outputs[row * 32 + 16]
    }
    return sum / Double(Self.count)
  }

  @Test("has the gradient of its definition, by means and by deviations, and a ratio of 1 at first")
  func gradient() {
    var stream = RandomStream(seed: 6)
    func normal(_ count: Int) -> [Float] { (0..<count).map { _ in Float(stream.standardNormal()) } }
    var outputs = normal(Self.count * 32)
    let (deviations, noise): ([Float], [Float]) = ([0.3, -0.7], normal(Self.count * 2))
    var (rows, old) = (noise, [Float](repeating: 0, count: Self.count))
    heads.draw(
      outputs, rows: Self.count, logDeviations: deviations, noise: noise, numbers: &rows,
      logProbabilities: &old)
    let (advantages, zeros) = (normal(Self.count), [Float](repeating: 0, count: Self.count))
    func evaluate() -> (PolicySums, [Float], [Float]) {
      var terms = PolicyLoss(clip: 0.2, entropyWeight: 0.03, valueWeight: 0.5)
      terms.scale = 1 / Float(Self.count)
      var (gradient, byDeviations) = (outputs, deviations)
      var sums = PolicySums()
      chosen.withUnsafeBufferPointer { chosen in
        rows.withUnsafeBufferPointer { rows in
          old.withUnsafeBufferPointer { old in
            advantages.withUnsafeBufferPointer { advantages in
              zeros.withUnsafeBufferPointer { returns in
                let samples = PolicySamples(
                  choices: chosen.begin, rows: rows.begin,
                  logProbabilities: old.begin, advantages: advantages.begin,
                  returns: returns.begin)
                sums = terms.evaluate(
                  outputs, heads, rows: Self.count, chosen: chosen, at: nil, of: samples,
                  logDeviations: deviations,
                  deviationGradient: &byDeviations, gradient: &gradient)
              }
            }
          }
        }
      }
      return (sums, gradient, byDeviations)
    }
    #expect(evaluate().0.farthest == 0)

    for place in outputs.indices where place % 32 < 2 { outputs[place] += 0.1 * Float(place % 5) }
    let (sums, gradient, byDeviations) = evaluate()
    #expect(sums.clipped > 2 && sums.clipped < 20)
    let (numbers, logs) = (outputs.map(Double.init), deviations.map(Double.init))
    func slope(_ change: (Double) -> Double) -> Double { (change(1e-6) - change(-1e-6)) / 2e-6 }
    for place in numbers.indices where place % 32 < 2 || place % 32 == 16 {
      let wanted = slope { step in
        var changed = numbers
        changed[place] += step
        return oracle(changed, logs, rows, old, advantages)
      }
      #expect(abs(Double(gradient[place]) - wanted) < 1e-5)
    }
    for place in 0..<Self.components {
      let wanted = slope { step in
        var changed = logs
        changed[place] += step
        return oracle(numbers, changed, rows, old, advantages)
      }
      #expect(abs(Double(byDeviations[place]) - wanted) < 1e-5)
    }
  }
}

extension UnsafeBufferPointer {
  /// Where the elements begin.
  var begin: UnsafePointer<Element> {
    guard let baseAddress else { preconditionFailure("there are no elements") }
    return baseAddress
  }
}
