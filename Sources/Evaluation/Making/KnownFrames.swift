import Datasets
import Randomness
import Statistics
import WorldModels

/// Frames with what is known of them.
struct KnownFrames {
  /// One a frame, fact after fact.
  let values: [[Double]]
  let inputs: SampleSet
  let latents: SampleSet
  private let table: LatentTable

  init(
    _ reading: AutoencoderReading, _ source: any FrameSource, _ frames: [Int], _ facts: [Int]
  ) throws {
    let bytes = try source.frames(frames)
    let rows = try frames.map(source.readFacts)
    table = LatentTable(reading.frozen, frames: bytes, count: frames.count)
    values = facts.map { fact in rows.map { Double($0[fact]) } }
    inputs = SampleSet(reading.inputs(of: bytes), width: VisionInput(reading.format).count)
    latents = SampleSet(table.means, width: reading.latentSize)
  }

  /// Decoded draws around each frame, so many of the first one, then of the next.
  func made(
    _ count: Int, _ reading: AutoencoderReading, _ temperature: Float,
    _ stream: inout RandomStream
  ) -> MadeOfKnown {
    var rows = [[Float]](repeating: [], count: latents.count)
    for _ in 0..<count {
      let drawn = table.draws(&stream, temperature: temperature)
      for row in rows.indices {
        rows[row] += drawn[row * table.latentSize..<(row + 1) * table.latentSize]
      }
    }
    let latents = rows.flatMap { $0 }
    return MadeOfKnown(
      inputs: SampleSet(
        reading.inputs(of: reading.pictures(of: latents)),
        width: VisionInput(reading.format).count),
      latents: SampleSet(latents, width: table.latentSize))
  }

  func view(_ view: AugmentationStudy.View) -> SampleSet { view == .frame ? inputs : latents }
}

/// Frames that were made of others.
struct MadeOfKnown {
  let inputs: SampleSet
  let latents: SampleSet

  func view(_ view: AugmentationStudy.View) -> SampleSet { view == .frame ? inputs : latents }
}

extension SampleSet {
  /// These rows, then others.
  func joined(_ others: SampleSet) -> SampleSet {
    SampleSet(values + others.values, width: width)
  }
}
