import EnvironmentKit
import Files

/// Evolves a small controller by CMA-ES, a generation per step.
final class EvolutionLearner: Learner {
  static let format = "umwelt-controller-2"

  private let settings: EvolutionSettings
  private let shape: ControllerShape
  private let room: LearnerRoom
  /// Nil until inputs are standardised, or a checkpoint is taken up.
  private var started: ControllerTrainer?

  init(_ settings: EvolutionSettings, in room: LearnerRoom) throws {
    (self.settings, self.room) = (settings, room)
    shape = try ControllerShape(
      settings.controller, observation: room.observation, actions: room.actions)
  }

  var step: Int { started?.generation ?? 0 }
  var environmentSteps: Int { started?.environmentSteps ?? 0 }
  var parameterCount: Int { shape.parameterCount }
  var unit: String { "generations" }

  /// The trainer; its inputs are standardised when it is first asked for.
  private func trainer() throws -> ControllerTrainer {
    if let started { return started }
    let samples = read(try room.samples())
    let scaling =
      samples.isEmpty
      ? nil
      : samples.withUnsafeBufferPointer {
        InputScaling(
          fitting: $0, count: shape.inputCount, limit: Float(settings.controller.inputLimit))
      }
    let fresh = ControllerTrainer(
      settings.controller, shape: shape, scaling: scaling, rootSeed: room.rootSeed)
    started = fresh
    return fresh
  }

  /// The numbers that the controller reads, out of whole observations.
  private func read(_ samples: [Float]) -> [Float] {
    let width = room.observation.count
    guard shape.inputRanges != [0..<width] else { return samples }
    return stride(from: 0, to: samples.count - width + 1, by: width).flatMap { first in
      shape.inputRanges.flatMap {
        samples[first + $0.lowerBound..<first + $0.upperBound]
      }
    }
  }

  /// A mean that did well in another dream must not be chosen over those of this one.
  func environmentsChange() { started?.forgetEvaluations() }

  func improve(on runner: EpisodeRunner<Float>, isLast: Bool) throws -> [Metric] {
    var trainer = try trainer()
    let report = try trainer.trainGeneration(on: runner, isLast: isLast)
    started = trainer
    return [
      Metric("controller/mean", report.mean, title: "mean"),
      Metric("controller/best", report.best, title: "best"),
      Metric("controller/deviation", report.standardDeviation),
      Metric("controller/evaluated", report.evaluation?.meanReturn ?? .nan, title: "evaluated"),
      Metric("controller/steps", Double(report.steps)),
      Metric("controller/sigma", report.sigma),
    ]
  }

  func policy() -> any Policy<Float> {
    started?.policy() ?? ControllerPolicy(shape)
  }

  func save() -> TensorFile {
    var file = TensorFile(format: Self.format)
    guard let state = started?.savedState else { return file }
    for array in state.arrays {
      file.entries[array.name] = TensorEntry(array.values, shape: array.shape)
    }
    for integer in state.integers {
      file.entries["integer/\(integer.name)"] = TensorEntry([Int64(integer.value)], shape: [1])
    }
    return file
  }

  func restore(_ file: TensorFile, place: String) throws {
    try file.check(format: Self.format)
    var state = SavedState()
    for name in file.names where !name.hasPrefix("series/") {
      if name.hasPrefix("integer/") {
        let value = try file.values(name, as: Int64.self, shape: [1])[0]
        state.integers.append(NamedInteger(String(name.dropFirst(8)), Int(value)))
      } else if let entry = file.entries[name], name != "open" {
        state.arrays.append(
          NamedArray(name, entry.shape, try file.values(name, as: Double.self)))
      }
    }
    guard !state.arrays.isEmpty else { return started = nil }
    do throws(ControllerError) {
      started = try ControllerTrainer(settings.controller, shape: shape, restoring: state)
    } catch {
      throw FileError(
        place: place, cause: "\(error.place): \(error.cause)", remedy: error.remedy)
    }
  }
}
