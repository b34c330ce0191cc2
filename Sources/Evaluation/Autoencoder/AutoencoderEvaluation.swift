import Datasets
import EnvironmentKit
import Randomness
import Statistics
import Threads
import WorldModels

/// Measures an autoencoder on frames that it has not learned from.
package struct AutoencoderEvaluation {
  /// How much is looked at.
  package struct Extent: Sendable {
    /// Frames to judge by, at most.
    package var frames = 10_000
    /// Latents a frame of the tightest bound.
    package var samples = 100
    /// Frames beside as many decoded draws from the prior.
    package var compared = 2_000
    /// Frames from which facts are learned, and again by which they are judged.
    package var facts = 2_000
    /// Numbers of frames that are decoded for the tightest bound, about.
    package var decodedNumbers = 40_000_000_000
    /// Numbers that the fitted prior multiplies to weigh latents, about.
    package var weighedNumbers = 100_000_000_000
    /// Numbers of frames that are held in memory.
    package var heldNumbers = 1 << 27

    /// The defaults.
    package init() {}
  }

  /// Latents a frame of the bounds that are told, as far as they are asked for.
  package static let bounds = [1, 10, 100, 1_000, 5_000]
  /// Parts of the work.
  package static let partCount = 6

  let reading: AutoencoderReading
  let untrained: FrozenVision
  /// The frames as the network is judged by them.
  let source: any FrameSource
  /// The frames as they lie, where they are drawn as zeros and ones: what pictures are compared with.
  private let given: any FrameSource
  let heldOut: [Int]
  /// Frames from which facts are learned.
  let factFit: [Int]
  /// Places in `heldOut` of the frames by which facts are judged.
  let factTest: [Int]
  let rootSeed: UInt64
  let extent: Extent
  let intervals: FrameIntervals

  /// Prepares an evaluation.
  ///
  /// - Parameters:
  ///   - reading: the autoencoder.
  ///   - untrained: the same before its training: a yardstick.
  ///   - source: where the frames lie.
  ///   - split: which frames facts are learned from, and which are judged by.
  ///   - rootSeed: root of all streams `vision/…`.
  package init(
    _ reading: AutoencoderReading, untrained: FrozenVision, _ source: any FrameSource,
    _ split: FrameSplit, rootSeed: UInt64, extent: Extent = Extent()
  ) {
    (self.reading, self.untrained, given) = (reading, untrained, source)
    self.source = reading.judged(source, rootSeed: rootSeed)
    (self.rootSeed, self.extent) = (rootSeed, extent)
    let most = max(64, min(extent.frames, extent.heldNumbers / max(1, source.frameSize)))
    heldOut = FrameSelection.spread(split.heldOut, most)
    let training = FrameSelection.spread(split.training, most)
    // Where no frames were learned from, half of those to judge by tell facts, and the other half judges.
    let judged = heldOut
    let (even, odd) = (
      judged.indices.filter { $0 % 2 == 0 }, judged.indices.filter { $0 % 2 == 1 }
    )
    factTest = training.isEmpty ? odd : Array(judged.indices)
    factFit = training.isEmpty ? even.map { judged[$0] } : training
    intervals = FrameIntervals(source, frames: heldOut, rootSeed: rootSeed)
  }

  /// Measures everything.
  ///
  /// - Parameters:
  ///   - parts: called with the number of parts done; may throw to stop.
  ///   - beat: called now and then inside a part.
  package func run(
    parts: (Int) throws -> Void = { _ in }, beat: () -> Void = {}
  ) throws -> AutoencoderJudgement {
    let frames = try source.frames(heldOut)
    let table = try reading.latents(of: source, heldOut)
    let elbo = reading.bounds(of: frames, rootSeed: rootSeed)
    var numbers = numbers(of: elbo)
    try parts(1)
    let bounds = try bounds(frames, elbo) {
      beat()
      try parts(1)
    }
    numbers += bounds.numbers
    try parts(2)
    let decoded = reading.pictures(of: table.means)
    let pictures = given === source ? frames : try given.frames(heldOut)
    numbers += likeness(pictures, decoded) + latentNumbers(table) + codeNumbers(table)
    try parts(3)
    numbers += sampleNumbers(pictures, decoded)
    try parts(4)
    if !source.frameFacts.isEmpty, factFit.count > 1 {
      let fitted = try reading.latents(of: source, factFit)
      numbers += try factNumbers(frames, decoded, fitted: fitted, judged: table, beat)
      try parts(5)
      numbers += try probeNumbers(fitted: fitted, judged: table, beat)
    }
    try parts(Self.partCount)
    return AutoencoderJudgement(
      numbers: numbers.filter(\.number.value.isFinite), bounds: bounds.curve,
      divergences: table.divergences, frames: heldOut.count,
      shown: shown(frames, decoded), samples: samples(32, of: reading.frozen.prior))
  }

  private func likeness(_ frames: [UInt8], _ decoded: [UInt8]) -> [JudgedNumber] {
    guard reading.format.kind == .pictures else { return cellNumbers(frames, decoded) }
    let (size, similarity) = (source.frameSize, StructuralSimilarity(shape: source.frameShape))
    var pairs = [(psnr: Double, ssim: Double)](repeating: (0, 0), count: heldOut.count)
    pairs.withUnsafeMutableBufferPointer { pairs in
      parallelFor(pairs.count) { row in
        let place = row * size..<(row + 1) * size
        let (frame, picture) = (Array(frames[place]), Array(decoded[place]))
        // Equal frames count as 100 dB, so that there is a mean.
        pairs[row] = (
          min(100, PictureSimilarity.peakSignalToNoise(frame, picture)),
          similarity.of(frame, picture)
        )
      }
    }
    return [
      JudgedNumber("psnr", intervals.mean(pairs.map(\.psnr)), "dB"),
      JudgedNumber("ssim", intervals.mean(pairs.map(\.ssim))),
    ]
  }

  /// What of a grid stands in its cell in the reconstruction, by the code that says what it is.
  private func cellNumbers(_ frames: [UInt8], _ decoded: [UInt8]) -> [JudgedNumber] {
    guard reading.format.kind == .cells, !reading.format.grid.isEmpty else { return [] }
    return CellRecall(reading.format, frames: frames, reconstructed: decoded).shares.map {
      JudgedNumber("cellRecall.\($0.code)", intervals.mean($0.recalled, of: $0.frames))
    }
  }

  /// Frames beside what the autoencoder makes of them, a few.
  private func shown(_ frames: [UInt8], _ decoded: [UInt8]) -> [AutoencoderJudgement.Shown] {
    let size = source.frameSize
    return FrameSelection.spread(Array(heldOut.indices), 12).map { row in
      let place = row * size..<(row + 1) * size
      return .init(
        frame: heldOut[row], bytes: Array(frames[place]), reconstruction: Array(decoded[place]))
    }
  }

  /// Decoded draws from a prior, one after the other.
  func samples(_ count: Int, of prior: any Prior) -> [UInt8] {
    var stream = RandomStream(root: rootSeed, name: "vision/prior-samples")
    return reading.pictures(of: prior.samples(count, stream: &stream))
  }
}
