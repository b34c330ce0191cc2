/// A disc of the 64×64 observation in which something that matters is seen.
public struct ImageRegion: Hashable, Sendable {
  /// Its middle, in pixels from the left edge.
  public var centerX: Float
  /// Its middle, in pixels from the top edge.
  public var centerY: Float
  /// Its radius in pixels.
  public var radius: Float

  /// Creates a disc.
  public init(centerX: Float, centerY: Float, radius: Float) {
    self.centerX = centerX
    self.centerY = centerY
    self.radius = radius
  }
}

/// Where the moving objects are seen in the 64×64 observation, given the facts.
public typealias FactsRegions = @Sendable (UnsafeBufferPointer<Float>) -> [ImageRegion]

/// How a world is written.
public enum WorldSource: String, Hashable, Sendable, Codable {
  /// In Swift.
  case native
  /// As a file of data.
  case data
  /// In Python, behind Gymnasium's interface, in processes of its own.
  case gymnasium
  /// As episodes that were recorded elsewhere: it shows them, and nothing that is done changes what comes.
  case recorded

  /// What names of environments of Gymnasium's begin with.
  public static let gymnasiumPrefix = "gym:"
}

/// One world of the catalogue: what is known of it, and how to make it.
public struct CatalogEntry: Sendable {
  /// The id, such as `MiniGrid-Empty-5x5-v0`.
  public let id: String
  /// The family it belongs to, such as `MiniGrid-Empty`.
  public let family: String
  /// Whether it is written in Swift or as data.
  public let source: WorldSource
  /// Where it is defined, from the top of the project.
  public let file: String
  /// The text of the user's file that describes it, of recorded episodes of their index; nil for a world of a catalogue.
  public var text: String?
  /// The rules it follows: a paper, a library with its version.
  public let reference: String
  /// What an agent may do.
  public let actions: ActionSpace
  /// Keys for people: action by key name (`left`, `right`, `space`, `a` …).
  public let keys: [(key: String, action: ActionValue)]
  /// What a person's world does when no key is held; nil waits for a key.
  public let idleAction: ActionValue?
  /// Ways to observe it, the first being the default.
  public let observations: [ObservationKind]
  /// The action of doing nothing, where there is one: the `stay` baseline.
  public let stayAction: ActionValue?
  /// The actions from one end to the other where they lie on a line, such as left, stay, right; else empty.
  ///
  /// A controller of a single output, cut into as many parts, can then steer.
  public let actionLine: [Int32]
  /// Policies without eyes to compare with.
  public let blindPolicies: [BlindPolicy]
  /// A rule on the facts, where one is known.
  public let factsPolicy: FactsPolicy?
  /// What a linear controller could be shown of the facts: yardsticks of what seeing and knowing are worth.
  public let factsViews: [FactsView]
  /// Where the small things that matter are seen, so that errors can be measured inside them.
  public var regions: FactsRegions? { imageRegions }
  /// Why it cannot be observed in a way that one might expect, such as pictures; nil where nothing is lacking.
  public var lacking: String?
  /// Whether an episode's success is a positive return (success rate), rather than its length.
  public let countsSuccess: Bool

  @usableFromInline var imageRegions: FactsRegions?
  @usableFromInline var makeWorld: (@Sendable (ObservationKind) -> any World)?
  @usableFromInline var makeSpecification: @Sendable (ObservationKind) -> WorldSpecification
  @usableFromInline var makeBatch:
    @Sendable (ObservationKind, Int, AutoresetMode, Bool) -> any EnvironmentBatch<UInt8>

  /// Enters a world.
  ///
  /// - Parameters:
  ///   - actions: what an agent may do, where the type of action does not say it.
  ///   - make: makes the world; called anew for every specification, batch and check.
  @inlinable
  public init<W: World>(
    id: String, family: String, file: String, reference: String,
    observations: [ObservationKind], keys: [(key: String, action: ActionValue)],
    idleAction: ActionValue? = nil, stayAction: ActionValue? = nil, actionLine: [Int32] = [],
    blindPolicies: [BlindPolicy] = [],
    factsPolicy: FactsPolicy? = nil, factsViews: [FactsView] = [], regions: FactsRegions? = nil,
    countsSuccess: Bool = false, source: WorldSource = .native, actions: ActionSpace? = nil,
    make: @escaping @Sendable (ObservationKind) -> W
  ) {
    self.id = id
    self.family = family
    self.file = file
    self.reference = reference
    self.source = source
    self.actions = actions ?? W.Action.space
    self.keys = keys
    self.idleAction = idleAction
    self.observations = observations
    self.stayAction = stayAction
    self.actionLine = actionLine
    self.blindPolicies = blindPolicies
    self.factsPolicy = factsPolicy
    self.factsViews = factsViews
    imageRegions = regions
    self.countsSuccess = countsSuccess
    makeWorld = { make($0) }
    makeSpecification = { make($0).specification }
    makeBatch = { WorldBatch(make($0), count: $1, autoreset: $2, observes: $3) }
  }

  /// Enters a world that is stepped in batches alone, such as one of another process.
  ///
  /// - Parameters:
  ///   - actions: what an agent may do.
  ///   - specification: what the world is, observed in a given way.
  ///   - batch: makes a batch of so many, see `batch(_:count:autoreset:observes:)`.
  package init(
    id: String, family: String, file: String, reference: String, source: WorldSource,
    observations: [ObservationKind], actions: ActionSpace,
    keys: [(key: String, action: ActionValue)],
    specification: @escaping @Sendable (ObservationKind) -> WorldSpecification,
    batch:
      @escaping @Sendable (ObservationKind, Int, AutoresetMode, Bool)
      -> any EnvironmentBatch<UInt8>
  ) {
    (self.id, self.family, self.file, self.reference) = (id, family, file, reference)
    (self.source, self.observations, self.actions, self.keys) = (
      source, observations, actions, keys
    )
    (idleAction, stayAction, actionLine) = (nil, nil, [])
    (blindPolicies, factsPolicy, factsViews) = ([], nil, [])
    countsSuccess = false
    (makeSpecification, makeBatch) = (specification, batch)
  }

  /// Whether it can be played: recorded episodes only look like a world.
  public var canBePlayed: Bool { source != .recorded }

  /// The world's regions where frames have the size that they are stated for; else nil.
  ///
  /// - Parameter shape: of a frame.
  public func regions(inFramesOf shape: [Int]) -> FactsRegions? {
    shape.count == 3 && shape[0] == 64 && shape[1] == 64 ? imageRegions : nil
  }

  /// The way to observe it where none is named: the first of its `observations`.
  public var defaultObservation: ObservationKind { observations.first ?? .pixels64 }

  /// What the world is, observed in a given way.
  public func specification(_ observation: ObservationKind) -> WorldSpecification {
    makeSpecification(observation)
  }

  /// Makes a batch of the world.
  ///
  /// - Parameter observes: false leaves observation buffers as they are, see `WorldBatch`.
  public func batch(
    _ observation: ObservationKind, count: Int, autoreset: AutoresetMode = .disabled,
    observes: Bool = true
  ) -> any EnvironmentBatch<UInt8> {
    makeBatch(observation, count, autoreset, observes)
  }

  /// Makes one world; nil where the world is stepped in batches alone.
  public func world(_ observation: ObservationKind) -> (any World)? { makeWorld?(observation) }
}
