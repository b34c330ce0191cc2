import EnvironmentKit
import Randomness
import Tensors
import WorldModels

extension FrozenMemory {
  /// A memory with every input and output, whose components differ.
  ///
  /// - Parameters:
  ///   - endLogit: what the termination head says in every state; nil for what fresh weights say.
  ///   - change: changes the configuration first.
  static func tested(
    latentSize: Int = 2, actionSize: Int = 2, endLogit: Float? = nil,
    _ change: (inout MemoryConfiguration) -> Void = { _ in }
  ) -> FrozenMemory {
    var configuration = MemoryConfiguration.full
    (configuration.latentSize, configuration.actionSize) = (latentSize, actionSize)
    change(&configuration)
    var stream = RandomStream(seed: 12)
    var memory = Memory(configuration, stream: &stream)
    let (inputs, outputs) = (configuration.hiddenSize, configuration.outputSize)
    var weight = memory.output.weight.scalars.map { 6 * $0 }
    var bias = memory.output.bias.scalars
    if let endLogit {
      for input in 0..<inputs { weight[(input + 1) * outputs - 1] = 0 }
      bias[outputs - 1] = endLogit
    }
    memory.output.weight = Tensor(weight, shape: [inputs, outputs])
    memory.output.bias = Tensor(bias, shape: [outputs])
    return FrozenMemory(memory)
  }

  /// M's state after it has consumed one latent and one encoded action.
  func state(after state: Snapshot?, latent: [Float], action: [Float]) -> Snapshot {
    let after = makeState(slots: 1)
    if let state { after.restore(state, to: 0) }
    latent.withUnsafeBufferPointer { latent in
      action.withUnsafeBufferPointer { advance(latents: latent, actions: $0, state: after) }
    }
    return after.snapshot(of: 0)
  }
}

/// What an agent is shown.
enum AgentInput: CaseIterable {
  case latent, latentHidden, latentCellHidden

  var names: [String] {
    switch self {
    case .latent: ["latent"]
    case .latentHidden: ["latent", "hidden"]
    case .latentCellHidden: ["latent", "cell", "hidden"]
    }
  }
}

/// Latents that dreams start from.
struct DreamStarts {
  let means: [Float]
  let logVariances: [Float]
  let latentSize: Int
  var reading = LatentReading.mean

  /// Seven starts of two numbers, far enough apart to tell.
  static func tested(_ reading: LatentReading = .mean) -> DreamStarts {
    DreamStarts(
      means: (0..<14).map { Float($0) / 7 - 1 },
      logVariances: (0..<14).map { $0 % 2 == 0 ? -2 : -20 }, latentSize: 2, reading: reading)
  }

  var starts: [any Sendable] {
    stride(from: 0, to: means.count, by: latentSize).map {
      GaussianLatent(
        mean: Array(means[$0..<$0 + latentSize]),
        logVariance: Array(logVariances[$0..<$0 + latentSize]))
    }
  }
}

/// An encoder of any size that is never asked.
struct NoEncoder: FrameEncoder {
  let frameShape = [4, 4, 3]
  let latentSize: Int
  func encodeSlots(
    _ frames: UnsafeBufferPointer<UInt8>, slots: [Int], mean: UnsafeMutableBufferPointer<Float>,
    logVariance: UnsafeMutableBufferPointer<Float>?
  ) {}
}

extension LatentEnvironments {
  /// Sees worlds through an encoder and, where one is given, a memory.
  convenience init(
    _ world: any EnvironmentBatch<UInt8>, encoder: any FrameEncoder,
    reading: LatentReading = .mean, memory: FrozenMemory? = nil,
    actionEncoding: ActionEncoding = .oneHot, input: AgentInput = .latent
  ) throws {
    let model: any WorldModel
    if let memory {
      model = try MixtureMemoryModel(
        encoder, memory, actions: world.actionSpace, actionEncoding: actionEncoding,
        reading: reading)
    } else {
      model = AutoencoderModel(encoder, reading: reading)
    }
    try self.init(world, through: model, input: input.names)
  }

  func latent(of slot: Int) -> [Float] { feature("latent", of: slot).map { Array($0) } ?? [] }

  func memorySnapshot(of slot: Int) -> FrozenMemory.Snapshot? {
    (modelSnapshot(of: slot) as? MixtureMemorySnapshot)?.memory
  }
}

extension DreamEnvironments {
  /// Dreams of a memory without eyes.
  convenience init(
    memory: FrozenMemory, starts: DreamStarts, world: WorldSpecification, actions: ActionSpace,
    actionEncoding: ActionEncoding = .oneHot, input: AgentInput, settings: DreamSettings = .init(),
    count: Int, autoreset: AutoresetMode = .disabled, decoder: FrozenVision? = nil
  ) throws {
    let model = try MixtureMemoryModel(
      decoder ?? NoEncoder(latentSize: starts.latentSize) as any FrameEncoder, memory,
      actions: actions,
      actionEncoding: actionEncoding, reading: starts.reading)
    try self.init(
      model, starts: starts.starts, world: world, actions: actions, input: input.names,
      settings: settings, count: count, autoreset: autoreset)
  }

  func latent(of slot: Int) -> [Float] { feature("latent", of: slot).map { Array($0) } ?? [] }

  func memorySnapshot(of slot: Int) -> FrozenMemory.Snapshot? {
    (modelSnapshot(of: slot) as? MixtureMemorySnapshot)?.memory
  }

  func begin(slot: Int, latent: [Float], memoryState: FrozenMemory.Snapshot) throws {
    try begin(
      slot: slot,
      at: MixtureMemorySnapshot(
        seen: LatentSnapshot(latent: latent, stream: RandomStream(seed: 0), isFresh: false),
        memory: memoryState))
  }
}

extension WorldSpecification {
  /// A world of thirty steps with a fact and a mission of no dream.
  static var dreamt: WorldSpecification { ColorWorld().specification }
}

extension ActionSpace {
  static let keepOrBrighten = ActionSpace.discrete(["keep", "brighten"])
}

extension DreamEnvironments {
  /// Dreams of `ColorWorld` with a memory that says everything.
  static func tested(
    _ memory: FrozenMemory = .tested(), _ count: Int = 1, mode: AutoresetMode = .disabled,
    reading: LatentReading = .mean, input: AgentInput = .latentHidden,
    _ change: (inout DreamSettings) -> Void = { _ in }
  ) throws -> DreamEnvironments {
    var settings = DreamSettings()
    change(&settings)
    return try DreamEnvironments(
      memory: memory, starts: .tested(reading), world: .dreamt, actions: .keepOrBrighten,
      input: input, settings: settings, count: count, autoreset: mode)
  }
}

extension EnvironmentBatch {
  /// Steps all slots, or the active ones, with one action each.
  func act(_ actions: [Int32], active: [Bool]? = nil, _ buffers: BatchBuffers<Element>) throws {
    let everyone = [Bool](repeating: true, count: count)
    try actions.withUnsafeBufferPointer { actions in
      try (active ?? everyone).withUnsafeBufferPointer {
        try step(.indices(actions), active: $0, into: buffers)
      }
    }
  }
}

/// One moment of a slot: all that an agent and its trainer get.
struct Moment: Equatable {
  var observation: [Float]
  var final: [Float]?
  var reward: Float
  var terminated: Bool
  var truncated: Bool

  var ended: Bool { terminated || truncated }

  init(_ slot: Int, _ buffers: BatchBuffers<Float>) {
    observation = Array(buffers.observation(slot))
    reward = buffers.rewards[slot]
    (terminated, truncated) = (buffers.terminated[slot], buffers.truncated[slot])
    final = terminated || truncated ? Array(buffers.finalObservation(slot)) : nil
  }
}

/// Plays some steps in one slot, the action of a step being its number's remainder by two.
func moments(
  _ batch: any EnvironmentBatch<Float>, slot: Int = 0, seed: UInt64, steps: Int,
  neighbours: Bool = true
) throws -> [Moment] {
  let buffers = batch.makeBuffers()
  try batch.reset(
    seeds: (0..<batch.count).map { $0 == slot ? seed : 900 + UInt64($0) }, mask: nil, into: buffers)
  var moments = [Moment(slot, buffers)]
  var active = (0..<batch.count).map { neighbours || $0 == slot }
  for step in 0..<steps {
    let actions = (0..<batch.count).map { $0 == slot ? Int32(step % 2) : Int32($0 % 2) }
    try batch.act(actions, active: active, buffers)
    moments.append(Moment(slot, buffers))
    guard batch.autoreset == .disabled else { continue }
    for slot in active.indices where buffers.terminated[slot] || buffers.truncated[slot] {
      active[slot] = false
    }
    if !active[slot] { break }
  }
  return moments
}
