import Controllers
import EnvironmentKit
import Files
import Pictures
import Settings
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

  private let parts: [String]

  /// Constructs the models of a configuration.
  ///
  /// - Parameters:
  ///   - configuration: what is described.
  ///   - entry: its world.
  ///   - actions: what an agent may do there.
  public init(_ configuration: RunConfiguration, in entry: CatalogEntry, actions: ActionSpace)
    throws
  {
    preset = configuration.preset
    var room = configuration.modelRoom(in: entry)
    room.actions = actions
    if let problem = configuration.model.furtherProblems(in: room).first {
      throw ExperimentError(
        .usage, place: "model.\(problem.key)", cause: problem.cause, remedy: problem.remedy)
    }
    let trainer = try configuration.model.makeTrainer(in: room)
    let seen = try configuration.observationSpace(in: entry)
    let learner = try configuration.learner.makeLearner(
      in: configuration.learnerRoom(in: entry, seeing: seen, actions))
    parts = trainer.parts.map(\.name) + ["controller"]
    layers =
      trainer.parts.flatMap { part in
        part.layers.map { Layer(part: part.name, name: $0.name, shape: $0.shape) }
      } + [Layer(part: "controller", name: "parameters", shape: [learner.parameterCount])]
    notes =
      try (trainer.freeze() as? any SeesThroughAutoencoder)?.vision.map {
        let likelihood = "likelihood: \($0.configuration.likelihood.rawValue)"
        return [
          $0.configuration.impliedSigma.map {
            likelihood + ", implied σ \(NumberText.fixed(Double($0), 3)) on pixels in 0…1"
          } ?? likelihood
        ] + [($0.form as? any CodedForm).map { "latents: " + $0.title }].compactMap { $0 }
      } ?? []
  }

  private func count(_ part: String) -> Int {
    layers.reduce(0) { $0 + ($1.part == part ? $1.count : 0) }
  }

  /// One JSON object.
  public var json: String {
    let value: JSONValue = [
      "preset": .string(preset),
      "parameters": .object(parts.map { .init($0, .integer(count($0))) }),
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
        + parts.map { [$0, "all", "", "\(count($0))"] },
      rightAligned: [3]) + notes
  }
}
