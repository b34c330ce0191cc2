import Files
import Threads

/// How much memory a network takes while it is trained.
struct TrainingMemory {
  /// Numbers that are learned.
  var parameters: Double
  /// Copies of them beside those of the microbatches' gradients: weights, moments, packed and frozen ones.
  var copies: Double
  /// Copies of the gradients that a microbatch makes.
  var gradientCopies: Double
  /// Numbers that an example of a batch leaves for its gradient, with what operations keep beside them.
  var activations: Double
  /// Examples of a batch, and into how many microbatches they are cut.
  var examples: Int, microbatches: Int

  /// All of it.
  var bytes: Double {
    let parts = Double(min(microbatches, examples))
    let atOnce = min(1, Double(ThreadCount.current) / parts)
    return 4 * (parameters * (copies + gradientCopies * parts))
      + 4 * activations * Double(examples) * atOnce
  }
}

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

extension MemoryConfiguration {
  /// What M takes: measured with 1,024 and 2,048 hidden numbers, and with 40,000 steps in a batch, to a
  /// quarter.
  var memoryNeed: MemoryNeed {
    let (hidden, inputs, outputs) = (Double(hiddenSize), Double(inputSize), Double(outputSize))
    let training = TrainingMemory(
      parameters: 4 * hidden * (inputs + hidden + 1) + outputs * (hidden + 1), copies: 10,
      gradientCopies: 2,
      activations: 1.3 * Double(sequenceLength) * (6 * hidden + outputs + 2 * inputs),
      examples: batchSize, microbatches: microbatches)
    return MemoryNeed(
      "memory.hiddenSize", "the memory", bytes: training.bytes,
      remedy: "lower model.memory.hiddenSize, model.memory.batchSize, "
        + "model.memory.sequenceLength or model.memory.microbatches")
  }
}
