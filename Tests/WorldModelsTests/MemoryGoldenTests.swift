import Foundation
import Layers
import Randomness
import Tensors
import TestSupport
import Testing
import WorldModels

/// M against PyTorch: hidden states, loss, every gradient.
@Suite struct MemoryGolden {
  private let file: SafetensorsFile
  private let configuration: MemoryConfiguration
  private let model: Memory

  init() throws {
    let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures")
    file = try SafetensorsFile(Golden.url("numeric/torch-memory.safetensors", fixtures: fixtures))
    let shape = { [file] (name: String) in try #require(file.tensors[name]).shape }
    var configuration = MemoryConfiguration()
    configuration.latentSize = try shape("input.next_latent")[2]
    configuration.actionSize = try shape("input.latent_action")[2] - configuration.latentSize
    configuration.hiddenSize = try shape("weight.lstm.weight_hh_l0")[1]
    configuration.mixtures = try shape("weight.out.bias")[0] / (3 * configuration.latentSize)
    configuration.gradientClipValue = 0
    self.configuration = configuration
    var stream = RandomStream(seed: 0)
    var model = Memory(configuration, stream: &stream)
    model.visitParameters { [file] name, parameter in
      parameter = file.memoryTensor("weight", name, configuration)
    }
    // The recorded model has two bias vectors, which only ever act as their sum.
    model.recurrent.bias = try model.recurrent.bias + file.tensor("weight.lstm.bias_hh_l0")
    self.model = model
  }

  @Test func `Hidden states, loss and gradients equal PyTorch's`() throws {
    let x = try file.tensor("input.latent_action").transposed([1, 0, 2])
    let (length, batch) = (x.shape[0], x.shape[1])
    let targets = try file.tensor("input.next_latent").transposed([1, 0, 2])
      .reshaped(to: [length * batch, configuration.latentSize])
    var compared = 0
    func compare(_ name: String, _ found: [Float], to exact: [Float], within tolerance: Double) {
      #expect(found.relativeError(to: exact) <= tolerance, "\(name)")
      compared += 1
    }
    let hidden = model.recurrent(x).hidden.transposed([1, 0, 2])
    // Single precision against single precision over a dozen steps: 1e-5.
    compare("hidden", hidden.scalars, to: try file.values("output.hidden"), within: 1e-5)
    let (loss, gradient) = valueAndGradient(of: model) { model in
      let scale = 1 / Float(targets.count)
      return model(x).outputs.mixtureLoss(to: targets, layout: configuration.layout, scale: scale)
        .value
    }
    compare("loss", [loss.scalar], to: try file.values("output.loss"), within: 1e-5)
    for (name, gradient) in gradient.parameters {
      // The recorded gradients are float64's; ours pass through a dozen steps in float32.
      let exact = file.memoryTensor("gradient", name, configuration).scalars
      compare(name, gradient.scalars, to: exact, within: 1e-4)
    }
    try #require(compared == 7)
    Golden.report(compared)
  }

  @Test func `The trainer's parts give PyTorch's loss and the norm of its gradient`() throws {
    let trainer = MemoryTrainer(configuration, seed: 1)
    trainer.replaceModel(model)
    let (inputs, latents) = (
      try file.values("input.latent_action"), try file.values("input.next_latent")
    )
    let shape = try #require(file.tensors["input.next_latent"]).shape
    let step = inputs.withUnsafeBufferPointer { inputs in
      latents.withUnsafeBufferPointer {
        trainer.step(
          MemoryBatch(count: shape[0], length: shape[1], inputs: inputs, nextLatents: $0))
      }
    }
    #expect([step.loss].relativeError(to: try file.values("output.loss")) <= 1e-5)
    let squares = model.parameters.map { name, _ in
      file.memoryTensor("gradient", name, configuration).scalars.reduce(0.0) {
        $0 + Double($1) * Double($1)
      }
    }
    let norm = Float(squares.reduce(0, +).squareRoot())
    #expect([step.gradientNorm].relativeError(to: [norm]) <= 1e-4)
    Golden.report(2)
  }
}

extension SafetensorsFile {
  /// A weight or gradient of M, brought from PyTorch's layout into ours.
  fileprivate func memoryTensor(
    _ prefix: String, _ name: String, _ configuration: MemoryConfiguration
  ) -> Tensor {
    let names = [
      "recurrent.input_weight": "lstm.weight_ih_l0",
      "recurrent.recurrent_weight": "lstm.weight_hh_l0", "recurrent.bias": "lstm.bias_ih_l0",
      "output.weight": "out.weight", "output.bias": "out.bias",
    ]
    guard let found = tensors["\(prefix).\(names[name] ?? name)"] else {
      Issue.record("\(prefix).\(name) is missing")
      return Tensor([.nan], shape: [1])
    }
    let exact = Tensor(found.values, shape: found.shape)
    guard name.hasPrefix("output") else {
      return found.shape.count == 2 ? exact.transposed([1, 0]) : exact
    }
    // Linear: [latent · (logit, mean, log sigma) · mixture, in] becomes [in, kind · mixture · latent].
    let (latents, mixtures) = (configuration.latentSize, configuration.mixtures)
    let inputs = found.values.count / (3 * latents * mixtures)
    let ours = exact.reshaped(to: [latents, 3, mixtures, inputs]).transposed([3, 1, 2, 0])
    let columns = 3 * mixtures * latents
    return ours.reshaped(to: found.shape.count == 2 ? [inputs, columns] : [columns])
  }
}
