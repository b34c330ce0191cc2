import Datasets
import Files

extension VisionConfiguration {
  /// What V takes: measured at widths 64 and batches of 100 and 400, to a tenth.
  ///
  /// - Parameter format: of frames that V takes.
  func memoryNeed(_ format: FrameFormat) -> MemoryNeed {
    let outputs = format.count * makeLikelihood(logSigma: nil, format).outputsPerNumber
    let input = VisionInput(format).count
    let isDense = network == .dense
    let sizes =
      isDense
      ? denseSizes(input, outputs)
      : format.kind == .cells
        ? gridSizes(format)
        : network == .patches
          ? patchSizes(format, outputs) : convolutionalSizes(format, outputs)
    let numbers = Double(input + outputs) + sizes.numbers + 4 * Double(latentSize)
    let book = latent.kind == .quantised ? Double(latent.classes) * Double(latent.codeSize) : 0
    let training = TrainingMemory(
      parameters: sizes.parameters + book, copies: 6, gradientCopies: 1,
      activations: 2.3 * Double(objective.importanceSamples) * numbers, examples: batchSize,
      microbatches: microbatches)
    let size = isDense ? "hiddenSizes" : "width"
    let samples = "objective.importanceSamples"
    let drawsMany = objective.importanceSamples > 1
    let keys = (drawsMany ? [samples] : []) + [size, "latentSize", "batchSize"]
    return MemoryNeed(
      keys[0], "the autoencoder", bytes: training.bytes,
      remedy: "lower \(keys.map { "model.\($0)" }.joined(separator: ", ")) or model.microbatches")
  }

  /// Numbers that are learnt, and those that an example leaves on its way between frame and latent.
  private typealias Sizes = (parameters: Double, numbers: Double)

  private func convolutionalSizes(_ format: FrameFormat, _ outputs: Int) -> Sizes {
    let layout = VisionLayout(
      frame: format.shape, width: width, last: .none, outputsPerNumber: outputs / format.count)
    let blocks = network == .residual ? Double(residualBlocks) : 0
    let (flat, start) = (Double(layout.flatCount), Double(layout.start.reduce(1, *)))
    let latents = Double(latentSize)
    return (
      // A block's two kernels of 9 places stand beside one of 16 to 36.
      layout.parameters * (1 + blocks) + (2 * flat + start) * latents + 2 * latents + start,
      layout.numbers * (1 + 3 * blocks) + max(flat, start)
    )
  }

  private func patchSizes(_ format: FrameFormat, _ outputs: Int) -> Sizes {
    let map = Double(PatchEncoder.map(of: format.shape, patch: patch, width: width).reduce(1, *))
    let (side, square, blocks) = (Double(width), Double(patch * patch), 2 * Double(residualBlocks))
    let channels = Double(format.shape[2]) * (1 + Double(outputs / format.count))
    return (
      square * channels * side + blocks * 18 * side * side + 3 * map * Double(latentSize),
      (3 + 4 * blocks) * map
    )
  }

  private func gridSizes(_ format: FrameFormat) -> Sizes {
    let layout = GridLayout(format, channels: width)
    let (map, latents, side) = (Double(layout.mapCount), Double(latentSize), Double(width))
    let (perCell, beside) = (Double(layout.perCell), Double(layout.beside))
    let blocks = 2 * Double(residualBlocks)
    return (
      2 * perCell * side + blocks * 18 * side * side + 3 * (map + beside) * latents + map * beside,
      (3 + 4 * blocks) * map
    )
  }

  private func denseSizes(_ inputs: Int, _ outputs: Int) -> Sizes {
    let forth = [inputs] + hiddenSizes + [2 * latentSize]
    let back = [latentSize] + hiddenSizes.reversed() + [outputs]
    var parameters = 0.0
    for sizes in [forth, back] {
      for (inputs, outputs) in zip(sizes, sizes.dropFirst()) {
        parameters += Double(inputs + 1) * Double(outputs)
      }
    }
    return (parameters, Double(2 * hiddenSizes.reduce(0, +)))
  }
}
