import Controllers
import EnvironmentKit
import Files
import Pictures
import Randomness
import WorldModels

/// A configuration's layers and parameters, counted from the constructed models.
public struct ModelDescription {
  private struct Layer {
    let part: String
    let name: String
    let shape: [Int]
    var count: Int { shape.reduce(1, *) }
  }

  private let preset: String
  private let layers: [Layer]
  private let notes: [String]

  /// Constructs the models of a configuration.
  ///
  /// - Parameter actions: what the agent may do.
  public init(_ configuration: RunConfiguration, actions: ActionSpace) throws {
    preset = configuration.preset
    var stream = RandomStream(root: UInt64(configuration.seed), name: "vision/weights")
    let vision = Vision(configuration.vision, stream: &stream)
    let sizes = configuration.memory(for: actions)
    let memory = configuration.needsMemory ? Memory(sizes, stream: &stream) : nil
    let shape = try ControllerShape(
      configuration.controller,
      observation: configuration.agent.input.observationSpace(
        latentSize: sizes.latentSize, hiddenSize: sizes.hiddenSize), actions: actions)
    layers =
      vision.parameters.map { Layer(part: "vision", name: $0.name, shape: $0.value.shape) }
      + (memory?.parameters ?? []).map {
        Layer(part: "memory", name: $0.name, shape: $0.value.shape)
      } + [Layer(part: "controller", name: "parameters", shape: [shape.parameterCount])]
    let likelihood = "likelihood: \(configuration.vision.likelihood.rawValue)"
    notes = [
      configuration.vision.impliedSigma.map {
        likelihood + ", implied σ \(NumberText.fixed(Double($0), 3)) on pixels in 0…1"
      } ?? likelihood
    ]
  }

  private func count(_ part: String) -> Int {
    layers.reduce(0) { $0 + ($1.part == part ? $1.count : 0) }
  }

  /// One JSON object.
  public var json: String {
    let value: JSONValue = [
      "preset": .string(preset),
      "parameters": [
        "vision": .integer(count("vision")), "memory": .integer(count("memory")),
        "controller": .integer(count("controller")),
      ],
      "layers": .array(
        layers.map {
          [
            "part": .string($0.part), "name": .string($0.name),
            "shape": .array($0.shape.map { .integer($0) }), "count": .integer($0.count),
          ]
        }),
    ]
    return value.document
  }

  /// Lines of a table.
  public var lines: [String] {
    TextTable.lines(
      header: ["part", "layer", "shape", "parameters"],
      rows: layers.map { [$0.part, $0.name, "\($0.shape)", "\($0.count)"] }
        + ["vision", "memory", "controller"].map { [$0, "all", "", "\(count($0))"] },
      rightAligned: [3]) + notes
  }
}
