import Foundation
import Synchronization
import Tensors
import Testing

/// The kernels of every instruction set that this machine has, each on a thread of its own.
@Suite struct KernelTests {
  @Test(arguments: InstructionSet.allCases)
  func `Exponentials and their kin are exact to a few units in the last place`(
    _ set: InstructionSet
  ) {
    // 3e-7 is two and a half units in the last place: polynomials of degree 7 and less.
    let errors = onThread(set) {
      [
        "exp": worstError({ $0.exp() }, exp, -87...88, relative: 3e-7),
        "log": worstError({ $0.log() }, log, 1e-30...1e30, relative: 3e-7, absolute: 1e-7),
        "log near 1": worstError({ $0.log() }, log, 0.5...2, absolute: 1.2e-7),
        "tanh": worstError({ $0.tanh() }, tanh, -10...10, relative: 4e-7),
        "sigmoid": worstError(
          { $0.sigmoid() }, { 1 / (1 + exp(-$0)) }, -20...20, relative: 4e-7),
        "softplus": worstError({ $0.softplus() }, { log1p(exp($0)) }, -15...15, absolute: 1e-6),
      ]
    }
    for (name, error) in errors ?? [:] { #expect(error <= 1, "\(name), \(set)") }
  }

  @Test(arguments: InstructionSet.allCases)
  func `Limits and what is not a number come out as IEEE 754 has them`(_ set: InstructionSet) {
    let edges: [Float] = [-.infinity, .infinity, -200, 200, 0, .nan]
    let found = onThread(set) {
      let edges = Tensor(edges, shape: [6])
      return [edges.exp(), edges.log(), edges.tanh(), edges.sigmoid(), edges.relu()]
        .map(\.scalars)
    }
    guard let found else { return }
    let exact: [[Float]] = [
      [0, .infinity, 0, .infinity, 1, .nan], [.nan, .infinity, .nan, 5.2983174, -.infinity, .nan],
      [-1, 1, -1, 1, 0, .nan], [0, 1, 0, 1, 0.5, .nan], [0, .infinity, 0, 200, 0, .nan],
    ]
    #expect(found.map { $0.map(\.description) } == exact.map { $0.map(\.description) })
  }

  @Test(arguments: InstructionSet.allCases)
  func `An element's bits do not depend on its place`(_ set: InstructionSet) {
    let values = (0..<37).map { Float($0) * 0.37 - 5 }
    let found = onThread(set) {
      let whole = Tensor(values, shape: [37]).sigmoid().scalars
      return [whole, values.map { Tensor([$0], shape: [1]).sigmoid().scalar }]
    }
    if let found { #expect(found[0] == found[1]) }
  }

  @Test(arguments: InstructionSet.allCases)
  func `Bytes become units and units bytes`(_ set: InstructionSet) {
    let bytes = (0..<256).map { UInt8($0) } + [7, 8, 9]
    let found = onThread(set) {
      let units = bytes.withUnsafeBufferPointer { Tensor(bytes: $0, shape: [259]) }
      var back = [UInt8](repeating: 0, count: 259)
      back.withUnsafeMutableBufferPointer { (units + 0.001).writeBytes(into: $0) }
      return (units.scalars, back)
    }
    guard let found else { return }
    #expect(found.0 == bytes.map { Float($0) / 255 })
    #expect(found.1 == bytes)
  }
}

/// The largest error as a share of what is allowed, over 5001 numbers of a range.
private func worstError(
  _ found: (Tensor) -> Tensor, _ exact: (Double) -> Double, _ range: ClosedRange<Double>,
  relative: Double = 0, absolute: Double = 1e-37
) -> Double {
  let isWide = range.lowerBound > 0 && range.upperBound / range.lowerBound > 1e6
  let values = (0...5000).map { step -> Float in
    let share = Double(step) / 5000
    return Float(
      isWide
        ? range.lowerBound * pow(range.upperBound / range.lowerBound, share)
        : range.lowerBound + share * (range.upperBound - range.lowerBound))
  }
  let errors = zip(values, found(Tensor(values, shape: [values.count])).scalars).map {
    let truth = exact(Double($0))
    return abs(Double($1) - truth) / (relative * abs(truth) + absolute)
  }
  return errors.max() ?? .infinity
}

/// What `body` gives on a thread that uses an instruction set; nil where the machine lacks it.
func onThread<Result: Sendable>(
  _ set: InstructionSet, _ body: @escaping @Sendable () -> Result
) -> Result? {
  let result = Outcome<Result>()
  let done = DispatchSemaphore(value: 0)
  Thread.detachNewThread {
    if set.select() { result.value.withLock { $0 = body() } }
    done.signal()
  }
  done.wait()
  return result.value.withLock { $0 }
}

final class Outcome<Result: Sendable>: Sendable {
  let value = Mutex<Result?>(nil)
}
