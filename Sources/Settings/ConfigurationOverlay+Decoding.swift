import Controllers
import EnvironmentKit
import Files
import WorldModels
import Yams

/// How a configuration is read from the tree of values, its kinds included.
extension ConfigurationOverlay {
  /// Decodes the values, and checks their ranges.
  public func configuration() throws -> RunConfiguration {
    let plain = try decode(PlainConfiguration.self, at: [])
    var value = RunConfiguration()
    (value.world, value.preset, value.seed) = (plain.world, plain.preset, plain.seed)
    (value.loop, value.collect, value.data) = (plain.loop, plain.collect, plain.data)
    value.agent = plain.agent
    (value.dream, value.evaluate, value.metrics) = (plain.dream, plain.evaluate, plain.metrics)
    let model = try known("model", { kinds.model($0) })
    value.model = try decode(model, at: ["model"])
    let learner = try known("learner", { kinds.learner($0) })
    value.learner = try decode(learner, at: ["learner"])
    if let problem = value.problems().first {
      throw ExperimentError(
        .usage, place: place(problem.key), cause: "\(problem.key): \(problem.cause)",
        remedy: problem.remedy)
    }
    return value
  }

  /// What has no kinds.
  private struct PlainConfiguration: Decodable {
    let world: String
    let preset: String
    let seed: Int
    let loop: LoopConfiguration
    let collect: CollectConfiguration
    let data: DataConfiguration
    let agent: AgentConfiguration
    let dream: DreamSettings
    let evaluate: EvaluateConfiguration
    let metrics: MetricsConfiguration
  }

  private func decode<Value: Decodable>(_ type: Value.Type, at path: [String]) throws -> Value {
    let node = Self.find(path, in: tree) ?? tree
    do {
      return try YAMLDecoder().decode(type, from: try Yams.serialize(node: node))
    } catch let error as DecodingError {
      throw decodingError(error, below: path.map { $0 + "." }.joined())
    }
  }

  private func known<Kind>(_ group: String, _ find: (String) -> Kind?) throws -> Kind {
    let name = Self.find([group, "kind"], in: tree)?.string ?? ""
    guard let kind = find(name) else { throw noSuchKind(group, name, place("\(group).kind")) }
    return kind
  }

  private func noSuchKind(_ group: String, _ name: String, _ place: String) -> ExperimentError {
    ExperimentError(
      .usage, place: place, cause: "\(group).kind: there is no kind '\(name)'",
      remedy: NearestName.hint(name, among: kinds.names(of: group)))
  }

  /// Puts the defaults of another kind in the place of a group; what both have in common stays, where the other
  /// kind knows such a value.
  mutating func changeKind(of group: String, to name: String, origin: String) throws {
    guard ["model", "learner"].contains(group),
      let old = Self.find([group], in: tree), old["kind"]?.string != name
    else { return }
    let (fresh, choices): (Node, [String: [String]])
    if group == "model", let kind = kinds.model(name) {
      fresh = try Self.tree(of: kind.init())
      choices = RunConfiguration.choices(Kinds(models: [kind], learners: []))
    } else if group == "learner", let kind = kinds.learner(name) {
      fresh = try Self.tree(of: kind.init())
      choices = RunConfiguration.choices(Kinds(models: [], learners: [kind]))
    } else {
      throw noSuchKind(group, name, origin)
    }
    tree = Self.replacing(
      [group], in: tree, with: Self.carried(from: old, to: fresh, at: group, choices))
  }

  /// A tree with the values of another where both have the same keys, and choose among the same names.
  private static func carried(
    from old: Node, to fresh: Node, at place: String, _ choices: [String: [String]]
  ) -> Node {
    guard case .mapping(let from) = old, case .mapping(var into) = fresh else { return old }
    for key in Array(into.keys) {
      let place = "\(place).\(key.string ?? "")"
      if let value = from[key], let now = into[key], isAlike(value, now),
        choices[place]?.contains(value.string ?? "") ?? true
      {
        into[key] = carried(from: value, to: now, at: place, choices)
      }
    }
    return .mapping(into)
  }

  private static func isAlike(_ a: Node, _ b: Node) -> Bool {
    switch (a, b) {
    case (.mapping, .mapping), (.sequence, .sequence): true
    case (.scalar, .scalar): (try? convert(a, like: b, path: [], origin: "")) != nil
    default: false
    }
  }

  /// What a key of the first version is called now.
  static func renamed(_ key: String) -> String? {
    let groups = [
      ("visionTraining.", "model."), ("vision.", "model."), ("memoryTraining.", "model.memory."),
      ("memory.", "model.memory."), ("controller.", "learner."),
    ]
    let keys = [
      "iterations": "loop.passes", "collect.frames": "loop.frames",
      "refinement.frames": "loop.laterFrames", "refinement.exploration": "collect.exploration",
      "refinement.visionSteps": "model.laterSteps",
      "refinement.memorySteps": "model.memory.laterSteps", "controller.world": "learner.in",
      "agent.reading": "model.reading", "agent.actionEncoding": "model.memory.actionEncoding",
      "vision.parts": "model.microbatches", "memory.parts": "model.memory.microbatches",
    ]
    if let now = keys[key] { return "it is called '\(now)' now" }
    for (old, now) in groups where key.hasPrefix(old) {
      return "it is called '\(now)\(key.dropFirst(old.count))' now"
    }
    for (old, now) in groups where key + "." == old {
      return "its settings stand under '\(now.dropLast())' now"
    }
    return nil
  }

  /// The kinds that the values name.
  private var namedKinds: Kinds {
    func name(_ group: String) -> String { Self.find([group, "kind"], in: tree)?.string ?? "" }
    return Kinds(
      models: kinds.model(name("model")).map { [$0] } ?? [],
      learners: kinds.learner(name("learner")).map { [$0] } ?? [])
  }

  private func decodingError(_ error: DecodingError, below prefix: String) -> ExperimentError {
    let context: DecodingError.Context
    switch error {
    case .typeMismatch(_, let given), .valueNotFound(_, let given), .keyNotFound(_, let given),
      .dataCorrupted(let given):
      context = given
    @unknown default:
      return ExperimentError(.usage, place: "configuration", cause: "\(error)", remedy: "")
    }
    let key = prefix + context.codingPath.map(\.stringValue).joined(separator: ".")
    if let names = RunConfiguration.choices(namedKinds)[key] {
      return ExperimentError(
        .usage, place: place(key), cause: "\(key): there is no such choice",
        remedy: "give one of: \(names.joined(separator: ", "))")
    }
    return ExperimentError(
      .usage, place: place(key), cause: "\(key): \(context.debugDescription)",
      remedy: "compare with what this prints: \(ShellCommand.text("describe", "--configuration"))")
  }
}
