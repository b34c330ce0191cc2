/// A wrapper as a value, for worlds whose type is not known, such as those of the catalogue.
public enum WorldWrapping: Hashable, Sendable {
  /// See `TimeLimit`.
  case timeLimit(Int)
  /// See `ActionRepeat`.
  case actionRepeat(Int)
  /// See `StickyActions`.
  case stickyActions(Double)
  /// See `RandomActions`.
  case randomActions(Double)
  /// See `ClipReward`.
  case clipReward(ClosedRange<Float>)
  /// See `NormalizeReward`.
  case normalizeReward(discount: Double = 0.99)
  /// See `Grayscale`.
  case grayscale
  /// See `Resize`.
  case resize(width: Int, height: Int)
  /// See `OneHot`.
  case oneHot([Int])
  /// See `ImageOnly`.
  case imageOnly
  /// See `FrameStack`.
  case frameStack(Int)

  /// Wraps a world.
  public func wrap<W: World>(_ world: W) -> any World {
    switch self {
    case .timeLimit(let steps): world.timeLimit(steps)
    case .actionRepeat(let count): world.actionRepeat(count)
    case .stickyActions(let probability): world.stickyActions(probability)
    case .randomActions(let probability): world.randomActions(probability)
    case .clipReward(let range): world.clipReward(to: range)
    case .normalizeReward(let discount): world.normalizeReward(discount: discount)
    case .grayscale: world.grayscale()
    case .resize(let width, let height): world.resize(width: width, height: height)
    case .oneHot(let values): world.oneHot(values)
    case .imageOnly: world.imageOnly()
    case .frameStack(let count): world.frameStack(count)
    }
  }

  /// Whether the observation stays as it is.
  var keepsObservation: Bool {
    switch self {
    case .grayscale, .resize, .oneHot, .imageOnly, .frameStack: false
    default: true
    }
  }
}

extension CatalogEntry {
  /// This world in wrappers, the last one outermost.
  ///
  /// Its policies stay; its regions do only where no wrapper changes the observation.
  ///
  /// - Precondition: it has worlds of its own, see `world(_:)`: one of another process is wrapped there.
  public func wrapped(by wrappings: [WorldWrapping]) -> CatalogEntry {
    guard let makeWorld else {
      preconditionFailure("wrapped(by:): \(id) is of another process; wrap it there")
    }
    let make: @Sendable (ObservationKind) -> any World = { kind in
      var world = makeWorld(kind)
      for wrapping in wrappings { world = wrapping.wrap(world) }
      return world
    }
    var entry = self
    entry.makeWorld = make
    entry.makeSpecification = { make($0).specification }
    entry.makeBatch = { Self.batch(make($0), $1, $2, $3) }
    if !wrappings.allSatisfy(\.keepsObservation) { entry.imageRegions = nil }
    return entry
  }

  private static func batch<W: World>(
    _ world: W, _ count: Int, _ autoreset: AutoresetMode, _ observes: Bool
  ) -> any EnvironmentBatch<UInt8> {
    WorldBatch(world, count: count, autoreset: autoreset, observes: observes)
  }
}
