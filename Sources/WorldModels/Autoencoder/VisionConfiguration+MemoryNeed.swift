import Files

extension VisionConfiguration {
  /// What V takes: measured at widths 64 and batches of 100 and 400, to a tenth.
  ///
  /// - Parameter frameShape: one that V takes.
  func memoryNeed(frameShape: [Int]) -> MemoryNeed {
    let layout = VisionLayout(frame: frameShape, width: width, last: .none)
    let image = Double(frameShape.reduce(1, *))
    let (flat, start) = (Double(layout.flatCount), Double(layout.start.reduce(1, *)))
    let latents = Double(latentSize)
    let parameters = layout.parameters + (2 * flat + start) * latents + 2 * latents + start
    let (numbers, map) = (2 * image + layout.numbers, max(flat, start))
    let training = TrainingMemory(
      parameters: parameters, copies: 6, gradientCopies: 1,
      activations: 2.3 * (numbers + map + 4 * latents), examples: batchSize,
      microbatches: microbatches)
    return MemoryNeed(
      "width", "the autoencoder", bytes: training.bytes,
      remedy: "lower model.width, model.latentSize, model.batchSize or model.microbatches")
  }
}
