import EnvironmentKit
import Foundation
import Pictures
import Randomness
import WorldModels

// Trains the autoencoder on pictures of one's own, without any world: TrainOnArrays FILE.png [STEPS].
// Here the pictures are discs of any place, size and colour, made on the spot.

/// One picture of 64×64×3 bytes.
func picture(_ stream: inout RandomStream) -> [UInt8] {
  var frame = Frame(width: 64, height: 64, filledWith: Color(20, 24, 32))
  let (x, y) = (Float(stream.uniform(12, 52)), Float(stream.uniform(12, 52)))
  let radius = Float(stream.uniform(8, 20))
  let color = Color(
    UInt8(stream.integers(in: 80..<256)), UInt8(stream.integers(in: 80..<256)),
    UInt8(stream.integers(in: 80..<256)))
  frame.withCanvas { $0.fillDisc(centerX: x, centerY: y, radius: radius, color) }
  return frame.pixels
}

/// Pictures above, what the autoencoder makes of them below.
func sheet(_ seen: [UInt8], _ remade: [UInt8], count: Int) -> Frame {
  var sheet = Frame(width: 64 * count, height: 128)
  for (row, pictures) in [seen, remade].enumerated() {
    for place in 0..<count * 64 * 64 {
      let (number, y, x) = (place / 4096, place % 4096 / 64, place % 64)
      let target = ((row * 64 + y) * sheet.width + number * 64 + x) * 3
      for channel in 0..<3 { sheet.pixels[target + channel] = pictures[place * 3 + channel] }
    }
  }
  return sheet
}

do {
  let arguments = Array(CommandLine.arguments.dropFirst())
  let steps = arguments.count > 1 ? Int(arguments[1]) ?? 600 : 600
  var stream = RandomStream(root: 1, name: "pictures")
  let pictures = (0..<2_000).map { _ in picture(&stream) }

  var configuration = VisionConfiguration()
  (configuration.width, configuration.latentSize, configuration.batchSize) = (16, 8, 32)
  (configuration.likelihood, configuration.sigma) = (.gaussian, 0.1)
  (configuration.learningRate, configuration.freeBits) = (1e-3, 0)
  let trainer = VisionTrainer(configuration, seed: 1)
  for step in 1...steps {
    let batch = (0..<configuration.batchSize).flatMap { _ in stream.choice(pictures) }
    let report = trainer.step(batch)
    if step == 1 || step.isMultiple(of: 50) {
      print(
        "step \(step): loss \(report.loss), reconstruction \(report.reconstruction), KL \(report.kl)"
      )
    }
  }

  let vision = FrozenVision(trainer.model)
  let shown = pictures.prefix(8).flatMap { $0 }
  let remade = vision.decode(vision.encode(shown))
  let file = arguments.first ?? "reconstruction.png"
  try PNG.write(sheet(shown, remade, count: 8), to: file)
  print("pictures above, reconstructions below: \(file)")
} catch {
  print("TrainOnArrays: \(error)")
  exit(1)
}
