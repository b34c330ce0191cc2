import Foundation
import Tensors
import Testing

/// The kernels of every instruction set that this machine has, on a thread of their own.
@Suite struct KernelTests {
  @Test(arguments: InstructionSet.allCases)
  func `Exponentials and their kin are exact to a few units in the last place`(
    _ set: InstructionSet
  ) async {
    // 3e-7 is two and a half units in the last place: polynomials of degree 7 and less.
    onThread(set) {
      expectClose(set, { $0.exp() }, exp, -87...88, relative: 3e-7)
      expectClose(set, { $0.log() }, log, 1e-30...1e30, relative: 3e-7)
      expectClose(set, { $0.log() }, log, 0.5...2, absolute: 1.2e-7)
      expectClose(set, { $0.tanh() }, tanh, -10...10, relative: 4e-7)
      expectClose(set, { $0.sigmoid() }, { 1 / (1 + exp(-$0)) }, -20...20, relative: 4e-7)
      expectClose(set, { $0.softplus() }, { log1p(exp($0)) }, -15...15, absolute: 1e-6)
    }
  }

  @Test(arguments: InstructionSet.allCases)
  func `Limits and what is not a number come out as IEEE 754 has them`(_ set: InstructionSet) {
    onThread(set) {
      let edges = Tensor([-.infinity, .infinity, -200, 200, 0, .nan], shape: [6])
      let exponentials = edges.exp().scalars
      #expect(exponentials.dropLast() == [0, .infinity, 0, .infinity, 1])
      #expect(exponentials[5].isNaN)
      let logarithms = Tensor([0, -1, .infinity, 1, .nan], shape: [5]).log().scalars
      #expect(logarithms[0] == -.infinity && logarithms[2] == .infinity && logarithms[3] == 0)
      #expect(logarithms[1].isNaN && logarithms[4].isNaN)
      #expect(edges.tanh().scalars.dropLast() == [-1, 1, -1, 1, 0])
      #expect(edges.sigmoid().scalars.dropLast() == [0, 1, 0, 1, 0.5])
      #expect(edges.relu().scalars[5].isNaN)
    }
  }

  @Test(arguments: InstructionSet.allCases)
  func `An element's bits do not depend on its place`(_ set: InstructionSet) {
    onThread(set) {
      let values = (0..<37).map { Float($0) * 0.37 - 5 }
      let whole = Tensor(values, shape: [37]).sigmoid().scalars
      for place in [0, 15, 16, 33, 36] {
        #expect(Tensor([values[place]], shape: [1]).sigmoid().scalars == [whole[place]])
      }
    }
  }

  @Test(arguments: InstructionSet.allCases)
  func `Bytes become units and units bytes`(_ set: InstructionSet) {
    onThread(set) {
      let bytes = (0..<256).map { UInt8($0) } + [7, 8, 9]
      let units = bytes.withUnsafeBufferPointer { Tensor(bytes: $0, shape: [259]) }
      #expect(units.scalars == bytes.map { Float($0) / 255 })
      var back = [UInt8](repeating: 0, count: 259)
      back.withUnsafeMutableBufferPointer { units.writeBytes(into: $0) }
      #expect(back == bytes)
    }
  }

  private func expectClose(
    _ set: InstructionSet, _ found: (Tensor) -> Tensor, _ exact: (Double) -> Double,
    _ range: ClosedRange<Double>, relative: Double = 0, absolute: Double = 1e-37
  ) {
    let isWide = range.lowerBound > 0 && range.upperBound / range.lowerBound > 1e6
    let values = (0...5000).map { step -> Float in
      let share = Double(step) / 5000
      return Float(
        isWide
          ? range.lowerBound * pow(range.upperBound / range.lowerBound, share)
          : range.lowerBound + share * (range.upperBound - range.lowerBound))
    }
    let worst = zip(values, found(Tensor(values, shape: [values.count])).scalars).map {
      let truth = exact(Double($0))
      return abs(Double($1) - truth) / (relative * abs(truth) + absolute)
    }.max()
    #expect((worst ?? 2) <= 1, "\(set) over \(range)")
  }

  private func onThread(_ set: InstructionSet, _ body: @escaping @Sendable () -> Void) {
    let done = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      if set.select() { body() }
      done.signal()
    }
    done.wait()
  }
}
