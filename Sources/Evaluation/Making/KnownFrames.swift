import Datasets
import Randomness
import Statistics
import WorldModels

/// Frames with what is known of them.
struct KnownFrames {
  /// One a frame, fact after fact.
  let values: [[Double]]
  let rows: FrameRows
  private let table: LatentTable

  init(
    _ reading: AutoencoderReading, _ source: any FrameSource, _ frames: [Int], _ facts: [Int]
  ) throws {
    let bytes = try source.frames(frames)
    let known = try frames.map(source.readFacts)
    table = LatentTable(reading.frozen, frames: bytes, count: frames.count)
    values = facts.map { fact in known.map { Double($0[fact]) } }
    rows = FrameRows(reading, frames: bytes, latents: table.means)
  }

  /// Decoded draws around each frame, so many of the first one, then of the next.
  func made(
    _ count: Int, _ reading: AutoencoderReading, _ temperature: Float,
    _ stream: inout RandomStream
  ) -> FrameRows {
    var draws = [[Float]](repeating: [], count: rows.latents.count)
    for _ in 0..<count {
      let drawn = table.draws(&stream, temperature: temperature)
      for row in draws.indices {
        draws[row] += drawn[row * table.latentSize..<(row + 1) * table.latentSize]
      }
    }
    let latents = draws.flatMap { $0 }
    return FrameRows(reading, frames: reading.pictures(of: latents), latents: latents)
  }
}

/// A row a frame, as each view has it.
struct FrameRows {
  let inputs: SampleSet
  let latents: SampleSet

  /// Rows of frames and of their latents.
  init(_ reading: AutoencoderReading, frames: [UInt8], latents: [Float]) {
    inputs = SampleSet(reading.inputs(of: frames), width: VisionInput(reading.format).count)
    self.latents = SampleSet(latents, width: reading.latentSize)
  }

  func view(_ view: AugmentationStudy.View) -> SampleSet { view == .frame ? inputs : latents }
}

extension SampleSet {
  /// These rows, then others.
  func joined(_ others: SampleSet) -> SampleSet {
    SampleSet(values + others.values, width: width)
  }
}
