import OneDNN
import Randomness
import Synchronization
import Testing
import Threads

/// The convolutions of World Models' V at width 32, a quarter of a batch of 100.
private let visionLayers: [ConvolutionGeometry] = [
  layer(64, 3, 4, 32), layer(31, 32, 4, 64), layer(14, 64, 4, 128), layer(6, 128, 4, 256),
  layer(13, 64, 5, 128), layer(30, 32, 6, 64), layer(64, 3, 6, 32),
]

private func layer(_ side: Int, _ inputs: Int, _ kernel: Int, _ outputs: Int)
  -> ConvolutionGeometry
{
  ConvolutionGeometry(
    batch: 25, inputHeight: side, inputWidth: side, inputChannels: inputs, kernelHeight: kernel,
    kernelWidth: kernel, outputChannels: outputs, stride: 2)
}

@Suite struct ConvolutionPrimitiveTests {
  @Test(arguments: visionLayers)
  func `No layer of V falls into a reference kernel`(_ sizes: ConvolutionGeometry) throws {
    for name in try convolutionKernelNames(sizes) {
      #expect(!name.hasPrefix("ref"), "\(sizes): \(name)")
      // Where there is AVX-512, also not into im2col.
      if name.contains("avx512") { #expect(!name.hasPrefix("gemm"), "\(sizes): \(name)") }
    }
  }

  @Test func `Every thread of a parallel region computes the same bits`() throws {
    let sizes = layer(14, 8, 4, 16)
    var stream = RandomStream(seed: 1)
    let image = floats(sizes.inputCount, &stream)
    let output = floats(sizes.outputCount, &stream)
    let results = Mutex([[Float]](repeating: [], count: 8))
    parallelFor(8, threads: 4) { index in
      var gradient = [Float](repeating: 0, count: sizes.weightCount)
      do {
        try convolveBackwardWeights(
          sizes, image: image, output: output, weights: &gradient, bias: nil)
      } catch {
        Issue.record(error)
      }
      results.withLock { $0[index] = gradient }
    }
    let found = results.withLock { $0 }
    #expect(found.allSatisfy { $0 == found[0] && $0.contains { $0 != 0 } })
  }

  @Test func `Bits do not depend on whether the thread was in a parallel region first`() throws {
    var stream = RandomStream(seed: 2)
    let (rows, inner, columns) = (300, 700, 300)
    let (left, right) = (floats(rows * inner, &stream), floats(inner * columns, &stream))
    let product = { () -> [Float] in
      var result = [Float](repeating: 0, count: rows * columns)
      try left.withUnsafeBufferPointer { left in
        try right.withUnsafeBufferPointer { right in
          try multiplyMatrices(
            rows: rows, inner: inner, columns: columns,
            MatrixOperand(#require(left.baseAddress), isTransposed: true),
            MatrixOperand(#require(right.baseAddress)), result: &result)
        }
      }
      return result
    }
    let inside = Mutex<[Float]>([])
    parallelFor(2, threads: 2) { index in
      let found = try? product()
      if index == 0 { inside.withLock { $0 = found ?? [] } }
    }
    #expect(try product() == inside.withLock { $0 })
  }

  @Test func `Sizes that cannot be are refused with operation and sizes`() throws {
    let sizes = ConvolutionGeometry(
      batch: 1, inputHeight: 2, inputWidth: 2, inputChannels: 1, kernelHeight: 5, kernelWidth: 5,
      outputChannels: 1)
    let error = try #require(throws: OneDNNError.self) { try convolutionKernelNames(sizes) }
    #expect(error.description.contains("convolution") || error.operation == "layout")
  }

  @Test func `A matrix product is the sum of products`() throws {
    var result: [Float] = [100, 100, 100, 100]
    let left: [Float] = [1, 2, 3, 4, 5, 6]
    let right: [Float] = [1, 0, 0, 1, 1, 1]
    try left.withUnsafeBufferPointer { left in
      try right.withUnsafeBufferPointer { right in
        try multiplyMatrices(
          rows: 2, inner: 3, columns: 2, MatrixOperand(#require(left.baseAddress)),
          MatrixOperand(#require(right.baseAddress)), result: &result, accumulates: true)
      }
    }
    #expect(result == [104, 105, 110, 111])
  }

  private func floats(_ count: Int, _ stream: inout RandomStream) -> [Float] {
    (0..<count).map { _ in Float(stream.uniform(-1, 1)) }
  }
}
