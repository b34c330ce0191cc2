import Files

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
