import EnvironmentKit
import Pictures
import Viewer

/// A person plays a world.
struct PlayScene: Scene {
  private static let side = 512

  let keys: KeyMap
  let waitsForKey: Bool
  let stepsPerSecond: Double

  private let entry: CatalogEntry
  private let batch: any EnvironmentBatch<UInt8>
  private let buffers: BatchBuffers<UInt8>
  private let actionByKey: [(key: Key, action: Int32)]
  private var seed: UInt64
  private var step = 0
  private var total = 0.0
  private var notice = ""

  /// Sets a world up and starts the first episode.
  init(_ entry: CatalogEntry, seed: UInt64) throws {
    self.entry = entry
    self.seed = seed
    batch = entry.batch(.pixels64, count: 1)
    buffers = batch.makeBuffers()
    stepsPerSecond = batch.specification.stepsPerSecond
    waitsForKey = entry.idleAction == nil
    actionByKey = entry.keys.compactMap { name, action in
      Key(name: name).map { ($0, action) }
    }
    var names: [String] = []
    if case .discrete(let actions) = entry.actions { names = actions }
    keys = KeyMap(
      actionByKey.map { key, action in KeyMap.Binding(key, meaning: names[Int(action)]) })
    try start()
  }

  private mutating func start() throws {
    try batch.reset(seeds: [seed], mask: nil, into: buffers)
    (step, total, notice) = (0, 0, "")
  }

  mutating func advance(_ input: SceneInput) throws {
    guard notice.isEmpty else { return }
    let chosen = actionByKey.first { input.isDown($0.key) }?.action ?? entry.idleAction
    guard let chosen else { return }
    let actions = [chosen]
    try actions.withUnsafeBufferPointer {
      try batch.step(.indices($0), active: nil, into: buffers)
    }
    step += 1
    total += Double(buffers.rewards[0])
    if buffers.terminated[0] || buffers.truncated[0] {
      let end = buffers.truncated[0] ? "time is up" : "the episode has ended"
      notice = "\(end): return \(NumberText.short(total)). Enter starts anew"
    }
  }

  mutating func perform(_ command: SceneCommand) throws {
    switch command {
    case .reset:
      seed += 1
      try start()
    case .resetSameSeed: try start()
    case .switchPlayer, .overlay: break
    }
  }

  mutating func frame() -> Frame {
    let aspect = batch.specification.aspectRatio
    var world = Frame(
      width: aspect >= 1 ? Self.side : Int(Double(Self.side) * aspect),
      height: aspect >= 1 ? Int(Double(Self.side) / aspect) : Self.side)
    batch.draw(0, into: &world)
    return PlayPanel(
      world: world, header: "\(entry.id), seed \(seed)", step: step, totalReward: total,
      mission: batch.mission(of: 0), notice: notice
    ).frame()
  }
}
