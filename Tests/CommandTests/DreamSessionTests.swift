import Controllers
import EnvironmentKit
import Environments
import Experiments
import Randomness
import Testing
import WorldModels

@Suite("A dream beside its world")
struct DreamSessionTests {
  /// Networks that were never trained, the same ones each time.
  struct Networks {
    let entry: CatalogEntry
    let vision: FrozenVision
    let memory: FrozenMemory

    init(_ world: String) throws {
      entry = try #require(Catalog.entry(world))
      var stream = RandomStream(root: 1, name: "test/weights")
      var sizes = VisionConfiguration()
      (sizes.width, sizes.latentSize) = (4, 6)
      vision = FrozenVision(Vision(sizes, stream: &stream))
      var shape = MemoryConfiguration()
      (shape.latentSize, shape.actionSize, shape.hiddenSize) = (6, entry.actions.count, 12)
      memory = FrozenMemory(Memory(shape, stream: &stream))
    }

    func real() throws -> LatentEnvironments {
      try LatentEnvironments(
        entry.batch(.pixels64, count: 1), through: model(), input: ["latent", "hidden"])
    }

    func model() throws -> MixtureMemoryModel {
      try MixtureMemoryModel(vision, memory, actions: entry.actions)
    }

    func dream() throws -> DreamEnvironments {
      let zeros = [Float](repeating: 0, count: 6)
      return try DreamEnvironments(
        model(), starts: [GaussianLatent(mean: zeros, logVariance: zeros)],
        world: entry.specification(.pixels64), actions: entry.actions,
        input: ["latent", "hidden"], count: 1)
    }

    func policy() throws -> ControllerPolicy {
      let batch = try real()
      let shape = try ControllerShape(
        ControllerConfiguration(), observation: batch.observationSpace, actions: batch.actionSpace)
      var stream = RandomStream(root: 1, name: "test/policy")
      let policy = ControllerPolicy(shape)
      policy.load((0..<shape.parameterCount).map { _ in stream.standardNormal() })
      return policy
    }
  }

  /// A dream by untrained networks, beside its world.
  static func session(_ world: String = "TakeCover") throws -> DreamSession {
    let networks = try Networks(world)
    return try DreamSession(
      real: networks.real(), dream: networks.dream(), policy: networks.policy(),
      worldID: networks.entry.id)
  }

  @Test("the dream begins at the world's first latent, in its picture")
  func start() throws {
    let session = try Self.session()
    try session.reset(seed: 3)
    #expect(session.step == 0 && session.action == nil)
    #expect(session.dreamLatent == session.realLatent)
    let first = session.panel(player: "agent")
    try session.reset(seed: 4)
    #expect(session.panel(player: "agent").real.picture != first.real.picture)
    try session.reset(seed: 3)
    #expect(session.panel(player: "agent") == first)
  }

  @Test("both go on with the same action, and no longer agree")
  func goingOn() throws {
    let session = try Self.session()
    try session.reset(seed: 3)
    for step in 1...5 {
      try session.advance(person: 2)
      #expect(session.step == step && session.action == 2)
    }
    let panel = session.panel(player: "person")
    #expect(panel.real.returns == [1, 2, 3, 4, 5] && panel.dream.returns == [1, 2, 3, 4, 5])
    #expect(panel.errors.count == 5 && panel.endProbabilities.count == 5)
    #expect(session.dreamLatent != session.realLatent)
  }

  @Test("going back to a branch and playing on gives the same moments, chance included")
  func rewind() throws {
    let session = try Self.session()
    try session.reset(seed: 3)
    for _ in 0..<3 { try session.advance(person: 2) }
    session.branch()
    for _ in 0..<4 { try session.advance(person: 0) }
    session.branch()
    session.branch()
    let branch = session.panel(player: "person")
    #expect(branch.branches == [3, 7])
    for _ in 0..<6 { try session.advance(person: 1) }
    let later = session.panel(player: "person")
    session.branch()
    try session.rewind()
    #expect(session.panel(player: "person") == branch)
    for _ in 0..<6 { try session.advance(person: 1) }
    #expect(session.panel(player: "person") == later)
    for step in [7, 3, 0] {
      try session.rewind()
      #expect(session.step == step)
    }
    #expect(session.panel(player: "person").branches.isEmpty)
    try session.rewind()
    #expect(session.step == 0)
  }

  @Test("the agent sees what it looks at: of the world what it would see without a dream")
  func looking() throws {
    func actions(dream: Bool) throws -> [ActionValue?] {
      let session = try Self.session()
      try session.reset(seed: 5)
      session.looksAtDream = dream
      return try (0..<30).map { _ in
        try session.advance()
        return session.action
      }
    }
    let (networks, policy) = (try Networks("TakeCover"), try Networks("TakeCover").policy())
    let (world, seed) = (try networks.real(), UInt64(5))
    let buffers = world.makeBuffers()
    try world.reset(seeds: [seed], mask: nil, into: buffers)
    policy.prepare(for: world)
    policy.begin(EpisodeRequest(seed: seed), in: 0)
    let chosen = world.makeActions()
    var expected: [ActionValue?] = []
    for _ in 0..<30 {
      [true].withUnsafeBufferPointer {
        policy.act(
          in: world, seeing: UnsafeBufferPointer(buffers.observations), active: $0, into: chosen)
      }
      expected.append(chosen.value(of: 0))
      try world.step(chosen.buffer, active: nil, into: buffers)
    }
    #expect(try actions(dream: false) == expected)
    #expect(try actions(dream: true) == actions(dream: true))
    #expect(try actions(dream: true) != expected)
  }

  @Test("the dream can leave the world anew at any moment")
  func dreamFromHere() throws {
    let session = try Self.session()
    try session.reset(seed: 3)
    for _ in 0..<9 { try session.advance(person: 0) }
    #expect(session.dreamLatent != session.realLatent)
    #expect(try session.dreamFromHere())
    #expect(session.dreamLatent == session.realLatent)
    let panel = session.panel(player: "person")
    #expect(panel.dreamsSince == 9 && panel.step == 9)
    try session.advance(person: 0)
    #expect(session.step == 10)
  }

  @Test("play ends with the one looked at, and the other can be looked at then")
  func ending() throws {
    let session = try Self.session()
    try session.reset(seed: 3)
    session.looksAtDream = false
    while !session.hasEnded { try session.advance(person: 0) }
    let last = session.step
    try session.advance(person: 0)
    #expect(session.step == last)
    #expect(session.panel(player: "person").real.end == "ended at step \(last)")
    session.looksAtDream = true
    #expect(!session.hasEnded)
    try session.advance(person: 0)
    let panel = session.panel(player: "person")
    #expect(session.step == last + 1)
    #expect(panel.errors.last?.isNaN == true && panel.real.returns.last?.isNaN == true)
    #expect(try !session.dreamFromHere())
  }
}
