import Datasets
import EnvironmentKit
import Foundation
import Randomness
import Ranks
import Testing
import WorldModels

/// Frames that are kept in memory.
final class ListedFrames: FrameSource {
  let frameShape: [Int]
  let bytes: [UInt8]
  var frameCount: Int { bytes.count / frameSize }
  let contentHash = ""

  init(_ bytes: [UInt8], shape: [Int]) { (self.bytes, frameShape) = (bytes, shape) }

  func readFrame(_ frame: Int, into bytes: UnsafeMutableBufferPointer<UInt8>) throws {
    let start = frame * frameSize
    _ = bytes.update(fromContentsOf: self.bytes[start..<start + frameSize])
  }
}

let smallShape = [10, 12, 2]

/// Frames of two kinds: a bright column left, or one right.
func twoKinds(_ count: Int) -> ListedFrames {
  var stream = RandomStream(seed: 4)
  let bytes = (0..<count).flatMap { frame -> [UInt8] in
    let edge = frame % 2 == 0 ? stream.integers(in: 0..<3) : stream.integers(in: 8..<11)
    return (0..<10 * 12).flatMap { [UInt8]([$0 % 12 == edge ? 230 : 30, 90]) }
  }
  return ListedFrames(bytes, shape: smallShape)
}

func smallAutoencoder(_ change: (inout VisionConfiguration) -> Void = { _ in })
  -> AutoencoderSettings
{
  var settings = AutoencoderSettings()
  (settings.vision.width, settings.vision.latentSize, settings.vision.batchSize) = (6, 3, 9)
  (settings.vision.freeBits, settings.vision.prior.components) = (0, 2)
  change(&settings.vision)
  return settings
}

let smallRoom = ModelRoom(frameShape: smallShape, actions: .discrete(["a"]), rootSeed: 7)

/// A trainer that took some steps, and what they were taken on.
func trainedSmall(
  _ settings: AutoencoderSettings, steps: Int = 12, concludes: Bool = true
) throws -> any WorldModelTrainer {
  let trainer = try settings.makeTrainer(in: smallRoom)
  try trainSmall(trainer.parts[0], to: steps, concludes: concludes)
  return trainer
}

func trainSmall(
  _ part: any TrainingPart, to steps: Int, concludes: Bool = true,
  ranks: any Communicator = SoleProcess()
) throws {
  var data = TrainingData(
    frames: twoKinds(80), split: FrameSplit(training: Array(0..<60), heldOut: Array(60..<80)),
    actions: smallRoom.actions, folder: URL(fileURLWithPath: "/nowhere"), rootSeed: 7)
  data.ranks = ranks
  try part.prepare(data, steps: 0..<100, pass: 1)
  while part.step < steps { _ = try part.train() }
  if concludes { try part.conclude() }
}

func smallVision(_ trainer: any WorldModelTrainer) throws -> FrozenVision {
  try #require((try trainer.freeze() as? AutoencoderModel)?.vision)
}
