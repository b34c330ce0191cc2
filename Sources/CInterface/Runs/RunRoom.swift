import Datasets
import EnvironmentKit
import Experiments
import FinishedRuns
import Foundation
import Settings
import Threads
import WorldModels

/// A run read back from its folder: a world model with its agent, or an autoencoder alone.
///
/// Nothing in it changes once it is read, so that what is made of it may live on any thread.
final class RunRoom: Held, @unchecked Sendable {
  /// The run, where it is one in a world; nil for one of an autoencoder alone.
  let run: FinishedRun?
  /// Its autoencoder; nil where it has none.
  let vision: FrozenVision?
  /// What its model looks at.
  let frames: FrameFormat
  let configuration: RunConfiguration
  /// Threads that its models use.
  let threads: Int

  /// Reads a run.
  ///
  /// - Parameters:
  ///   - path: its folder.
  ///   - threads: of its models; 0 for as many as there are processors.
  /// - Throws: where the folder is no run, or a checkpoint is missing, damaged or foreign.
  init(path: String, threads: Int) throws {
    let folder = RunFolder(URL(fileURLWithPath: path))
    let toolkit = Worlds.toolkit
    self.threads = threads > 0 ? threads : ThreadCount.available
    configuration = try folder.configuration(toolkit.kinds)
    if configuration.isOfFrames {
      let frozen = try FinishedVision(folder, toolkit).reading.frozen
      (run, vision, frames) = (nil, frozen, frozen.format)
    } else {
      let found = try FinishedRun(folder, toolkit)
      run = found
      vision = (found.model as? any SeesThroughAutoencoder)?.vision
      frames = configuration.modelRoom(in: found.entry).frames
    }
  }

  /// The run where it has an agent in a world.
  func agentRun() throws -> FinishedRun {
    guard let run else {
      throw CallError.invalid(
        "this run is one of an autoencoder alone: there is no agent and no world in it; give the "
          + "folder of: umwelt run")
    }
    return run
  }

  /// The autoencoder.
  func autoencoder() throws -> FrozenVision {
    guard let vision else {
      throw CallError.invalid(
        "the model of this run is of kind '\(configuration.model.kind)', which has no autoencoder")
    }
    return vision
  }

  /// Works with the run's number of threads.
  func working<Result>(_ work: () throws -> Result) rethrows -> Result {
    ThreadCount.current = threads
    return try asInProgram(work)
  }

  /// Refuses frames that the model cannot look at.
  ///
  /// - Parameter bytes: of whole frames.
  func check(_ bytes: UnsafeRawBufferPointer) throws {
    switch frames.kind {
    case .pictures: return
    case .cells:
      guard let place = bytes.firstIndex(where: { Int($0) >= frames.classes }) else { return }
      throw CallError.invalid(
        "frames: code \(bytes[place]) at place \(place % frames.size) of frame "
          + "\(place / frames.size); give codes below \(frames.classes)")
    case .vectors, .counts:
      let floats = bytes.bindMemory(to: Float.self)
      let least: Float = frames.kind == .counts ? 0 : -.greatestFiniteMagnitude
      guard let place = floats.firstIndex(where: { !$0.isFinite || $0 < least }) else { return }
      throw CallError.invalid(
        "frames: \(floats[place]) at place \(place % frames.count) of frame "
          + "\(place / frames.count); give finite numbers\(least == 0 ? " of 0 or more" : "")")
    }
  }
}

/// What a run is, for those who make arrays for it.
struct RunDescription: Encodable {
  let world, preset, model, observation, frameKind: String
  let frameShape: [Int]
  let hasAgent: Bool
  let latentSize: Int?
  let latentKind: String?
  let features: [ObservationField]
  let agentInput: [String]
  let actions: ActionSpace?
  let imagination: Heads?
  /// Every value of the configuration in words, by dotted key; lists in brackets.
  let settings: [String: String]

  /// What the model imagines beside its features.
  struct Heads: Encodable {
    let reward, end: Bool
    let endWeight: Float
  }

  init(_ room: RunRoom) throws {
    let configuration = room.configuration
    settings = Dictionary(try configuration.settingValues.map { ($0.name, $0.value) }) { $1 }
    world = configuration.isOfFrames ? "" : configuration.world
    preset = configuration.preset
    model = configuration.model.kind
    observation = configuration.agent.observation.rawValue
    frameKind = room.frames.kind.rawValue
    frameShape = room.frames.shape
    hasAgent = room.run != nil
    latentSize = room.vision?.latentSize
    latentKind = room.vision?.configuration.latent.kind.rawValue
    features = room.run?.model.features ?? []
    agentInput = room.run == nil ? [] : configuration.agent.input
    actions = room.run?.entry.actions
    imagination = room.run?.model.imagination.map {
      Heads(reward: $0.predictsReward, end: $0.predictsEnd, endWeight: $0.endWeight)
    }
  }
}
