import Randomness
import Tensors
import TestSupport
import Testing
import WorldModels

/// At a width that the general kernels serve, and at one of World Models' own.
@Suite(.serialized) struct FrozenVisionTests {
  @Test(arguments: [VisionConfiguration.small, .wide])
  func `Latents equal the training form's`(_ configuration: VisionConfiguration) {
    let (model, frozen) = frozenModel(configuration)
    let frames = testFrames(count, seed: 1)
    let exact = frames.withUnsafeBufferPointer {
      model.encode(Tensor(bytes: $0, shape: [count, 64, 64, 3]))
    }
    let found = encode(frozen, frames, count)
    // Other orders of sums of up to 1024 terms.
    #expect(found.mean.relativeError(to: exact.mean.scalars) < 1e-5)
    #expect(found.logVariance.relativeError(to: exact.logVariance.scalars) < 1e-5)
  }

  @Test(arguments: [VisionConfiguration.small, .wide])
  func `A frame's latent has the same bits in any batch and for any number of threads`(
    _ configuration: VisionConfiguration
  ) {
    let frozen = frozenModel(configuration).frozen
    let encode = { (frames: [UInt8], count: Int) in self.encode(frozen, frames, count) }
    let frames = testFrames(count, seed: 1)
    let whole = withThreads(1) { encode(frames, count).mean }
    #expect(withThreads(2) { encode(frames, count).mean } == whole)
    #expect(withThreads(4) { encode(frames, count).mean } == whole)
    let first = Array(frames[..<12288])
    #expect(withThreads(1) { encode(first, 1).mean } == withThreads(2) { encode(first, 1).mean })
    for index in [0, 5, 17, 36] {
      let alone = encode(Array(frames[index * 12288..<(index + 1) * 12288]), 1).mean
      #expect(alone == Array(whole[index * 3..<(index + 1) * 3]))
    }
    let few = encode(Array(frames[12288 * 3..<12288 * 10]), 7).mean
    #expect(few == Array(whole[3 * 3..<10 * 3]))
  }

  @Test func `Only the slots that are asked for are read and written`() {
    let frozen = frozenModel(.small).frozen
    let frames = testFrames(count, seed: 1)
    let whole = encode(frozen, frames, count).mean
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

  @Test(arguments: [VisionConfiguration.small, .wide])
  func `Decoded frames are the training form's, rounded, in any batch`(
    _ configuration: VisionConfiguration
  ) {
    let (model, frozen) = frozenModel(configuration)
    var stream = RandomStream(seed: 8)
    let latents = Tensor(normal: [count, 3], stream: &stream)
    let exact = model.reconstruct(latents).scalars.map { $0 * 255 }
    let found = decode(frozen, latents.scalars, count)
    let worst = zip(found, exact).map { abs(Float($0) - $1) }.max() ?? 1
    // Half a level of rounding, and a little for another order of the sums.
    #expect(worst < 0.51)
    let alone = decode(frozen, Array(latents.scalars[15..<18]), 1)
    #expect(alone == Array(found[5 * 12288..<6 * 12288]))
  }

  private let count = 37

  private func frozenModel(_ configuration: VisionConfiguration) -> (
    model: Vision, frozen: FrozenVision
  ) {
    var stream = RandomStream(seed: 3)
    let model = Vision(configuration, stream: &stream)
    return (model, FrozenVision(model))
  }

  private func encode(_ frozen: FrozenVision, _ frames: [UInt8], _ count: Int) -> (
    mean: [Float], logVariance: [Float]
  ) {
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

  private func decode(_ frozen: FrozenVision, _ latents: [Float], _ count: Int) -> [UInt8] {
    var frames = [UInt8](repeating: 0, count: count * 12288)
    latents.withUnsafeBufferPointer { latents in
      frames.withUnsafeMutableBufferPointer { frozen.decode(latents, count: count, into: $0) }
    }
    return frames
  }
}
