import Files

extension VisionConfiguration {
  /// What V takes: measured at widths 64 and batches of 100 and 400, to a tenth.
  func memoryNeed(imageChannels: Int) -> MemoryNeed {
    let image = Double(Vision.frameSize * Vision.frameSize * imageChannels)
    var (parameters, numbers) = (0.0, 2 * image)
    for layer in Vision.encoderLayers(width: width, imageChannels: imageChannels) {
      parameters += layer.parameters
      numbers += layer.numbers
    }
    for layer in Vision.decoderLayers(width: width, imageChannels: imageChannels) {
      parameters += layer.parameters
      numbers += layer.numbers
    }
    let (map, latents) = (32 * Double(width), Double(latentSize))
    parameters += 3 * map * latents + 2 * latents + map
    let training = TrainingMemory(
      parameters: parameters, copies: 6, gradientCopies: 1,
      activations: 2.3 * (numbers + map + 4 * latents), examples: batchSize,
      microbatches: microbatches)
    return MemoryNeed(
      "width", "the autoencoder", bytes: training.bytes,
      remedy: "lower model.width, model.latentSize, model.batchSize or model.microbatches")
  }
}
