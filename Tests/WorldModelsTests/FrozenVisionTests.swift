import Randomness
import Tensors
import TestSupport
import Testing
import WorldModels

@Suite(.serialized) struct FrozenVisionTests {
  private let model: Vision
  private let frozen: FrozenVision
  private let count = 37

  init() {
    var stream = RandomStream(seed: 3)
    model = Vision(.small, stream: &stream)
    frozen = FrozenVision(model)
  }

  @Test func `Latents equal the training form's`() {
    let frames = testFrames(count, seed: 1)
    let exact = frames.withUnsafeBufferPointer {
      model.encode(Tensor(bytes: $0, shape: [count, 64, 64, 3]))
    }
    let found = encode(frames, count)
    // The same kernels, other batch sizes: rounding of sums of up to 1024 terms.
    #expect(found.mean.relativeError(to: exact.mean.scalars) < 1e-5)
    #expect(found.logVariance.relativeError(to: exact.logVariance.scalars) < 1e-5)
  }

  @Test func `A frame's latent has the same bits in any batch and for any number of threads`() {
    let frames = testFrames(count, seed: 1)
    let whole = withThreads(1) { encode(frames, count).mean }
    #expect(withThreads(2) { encode(frames, count).mean } == whole)
    for index in [0, 5, 17, 36] {
      let alone = encode(Array(frames[index * 12288..<(index + 1) * 12288]), 1).mean
      #expect(alone == Array(whole[index * 3..<(index + 1) * 3]))
    }
    let few = encode(Array(frames[12288 * 3..<12288 * 10]), 7).mean
    #expect(few == Array(whole[3 * 3..<10 * 3]))
  }

  @Test func `Only the slots that are asked for are read and written`() {
    let frames = testFrames(count, seed: 1)
    let whole = encode(frames, count).mean
    var mean = [Float](repeating: -9, count: count * 3)
    frames.withUnsafeBufferPointer { frames in
      mean.withUnsafeMutableBufferPointer { mean in
        frozen.encodeSlots(frames, slots: [2, 30], mean: mean)
      }
    }
    for slot in 0..<count {
      let expected = slot == 2 || slot == 30 ? whole[slot * 3..<slot * 3 + 3] : [-9, -9, -9]
      #expect(mean[slot * 3..<slot * 3 + 3] == expected)
    }
  }

  @Test func `Decoded frames are the training form's, rounded, in any batch`() {
    var stream = RandomStream(seed: 8)
    let latents = Tensor(normal: [count, 3], stream: &stream)
    let exact = model.reconstruct(latents).scalars.map { $0 * 255 }
    let found = decode(latents.scalars, count)
    let worst = zip(found, exact).map { abs(Float($0) - $1) }.max() ?? 1
    // Half a level of rounding, and a little for another order of the sums.
    #expect(worst < 0.51)
    let alone = decode(Array(latents.scalars[15..<18]), 1)
    #expect(alone == Array(found[5 * 12288..<6 * 12288]))
  }

  private func encode(_ frames: [UInt8], _ count: Int) -> (mean: [Float], logVariance: [Float]) {
    var mean = [Float](repeating: 0, count: count * 3)
    var logVariance = mean
    frames.withUnsafeBufferPointer { frames in
      mean.withUnsafeMutableBufferPointer { mean in
        logVariance.withUnsafeMutableBufferPointer { logVariance in
          frozen.encode(frames, count: count, mean: mean, logVariance: logVariance)
        }
      }
    }
    return (mean, logVariance)
  }

  private func decode(_ latents: [Float], _ count: Int) -> [UInt8] {
    var frames = [UInt8](repeating: 0, count: count * 12288)
    latents.withUnsafeBufferPointer { latents in
      frames.withUnsafeMutableBufferPointer { frozen.decode(latents, count: count, into: $0) }
    }
    return frames
  }
}
