import Datasets
public import EnvironmentKit
import Experiments
public import Pictures
import Randomness
import WorldModels

/// One point of a run's latent space to be moved about by hand, with what V decodes there.
///
/// Dimensions are ordered by their KL on held-out frames, most first, as the run's report measures it.
public final class LatentExplorer {
  /// One latent dimension.
  public struct Dimension: Hashable, Sendable {
    /// Its index in the latent, from 0.
    public let index: Int
    /// Mean KL divergence from the prior on held-out frames, in nats.
    public let divergence: Double
    /// Whether its mean varies from frame to frame: an active unit.
    public let isActive: Bool
  }

  /// Where the point came from.
  public enum Start: Hashable, Sendable {
    /// The middle of the prior; of codes the first of each.
    case zeros
    /// A draw from a prior, counted from 1, and what the prior is called.
    case prior(draw: Int, of: String)
    /// The encoding of a held-out frame, by its place among these.
    case frame(Int)
  }

  /// The world's id, or what frames are named by.
  public let worldID: String
  /// All dimensions, the most KL first.
  public let dimensions: [Dimension]
  /// Facts that are read of latents, after the dimensions in the order of sliders.
  private let facts: [ExploredFact]
  /// How many facts have sliders; none where nothing is known of frames, or little of it is read.
  public var factCount: Int { facts.count }
  /// Where a dimension can be moved: about 0, of codes from the first to the last.
  public let bounds: ClosedRange<Float>
  /// Whether dimensions are codes, which have whole values.
  public let isCoded: Bool
  /// How many held-out frames there are to start from.
  public var frameCount: Int { explored.heldOut.count }
  /// Where the point came from.
  public private(set) var start = Start.zeros
  /// The point: the latent's numbers, or its codes.
  public private(set) var latents: [Float]
  /// The point as it was before any dimension was moved.
  public private(set) var startLatents: [Float]
  /// The held-out frame that the point came from.
  public private(set) var original: Frame?

  /// What is wrong with the frame that was asked for last; empty where nothing is.
  public private(set) var problem = ""

  private let explored: ExploredFrames
  private var pictures: RunPictures { explored.pictures }
  /// What is known of the frame that the point came from.
  private var label = ""
  private var priorDraws = 0
  private var stream: RandomStream
  private var framePlace: Int
  private var visited: [Int] = []
  private var sweep: LatentSweep
  private var seen: (latents: [Float], picture: Frame)?
  private var startPicture: Frame

  /// Frames whose KL is measured, spread over all held-out ones.
  private static let measuredFrames = 4_000

  /// Encodes held-out frames and stands in the middle of the prior.
  ///
  /// - Parameters:
  ///   - explored: frames, and the autoencoder that sees them.
  ///   - seed: what draws from the prior, and the first frame to start from, depend on.
  init(_ explored: ExploredFrames, seed: UInt64) throws {
    self.explored = explored
    worldID = explored.pictures.subject
    let source = explored.source
    let frames = FrameSelection.spread(explored.heldOut, Self.measuredFrames)
    let table = try LatentTable(explored.pictures.vision, source, frames: frames)
    facts = try ExploredFact.all(source, frames, table)
    let (divergences, areActive) = (table.divergences, table.areActive)
    dimensions = divergences.indices
      .sorted { (divergences[$0], $1) > (divergences[$1], $0) }
      .map { Dimension(index: $0, divergence: divergences[$0], isActive: areActive[$0]) }
    bounds = table.bounds
    isCoded = table.form is any CodedForm
    sweep = Self.sweep(of: table.form)
    latents = [Float](repeating: 0, count: dimensions.count)
    startLatents = latents
    startPicture =
      explored.pictures.decode(
        explored.pictures.vision.form.latent(at: latents))[0]
    stream = RandomStream(root: seed, name: "explore/prior")
    framePlace = try explored.firstPlace(seed: seed)
  }
}

// What moves the point.
extension LatentExplorer {
  /// The value of a dimension, by its place in the order; of a fact, after them, what is told of the point, in
  /// deviations from its mean over frames.
  public func value(at place: Int) -> Float {
    place < dimensions.count
      ? latents[dimensions[place].index] : Float(fact(at: place).value(of: latents))
  }

  /// Moves a dimension to a value, within bounds, by its place in the order; of a fact all dimensions, the shortest
  /// way to where the value is told of them.
  public func set(_ value: Float, at place: Int) {
    let bounded = min(bounds.upperBound, max(bounds.lowerBound, value))
    let value = isCoded ? bounded.rounded() : bounded
    if place < dimensions.count {
      latents[dimensions[place].index] = value
    } else {
      latents = fact(at: place).moved(latents, to: Double(value))
    }
  }

  /// Puts a dimension back to where it started, by its place in the order; a fact to what was told there.
  public func restore(_ place: Int) {
    guard place < dimensions.count else {
      let fact = fact(at: place)
      latents = fact.moved(latents, to: fact.value(of: startLatents))
      return
    }
    let index = dimensions[place].index
    latents[index] = startLatents[index]
  }

  private func fact(at place: Int) -> ExploredFact { facts[place - dimensions.count] }

  /// Starts from the middle of the prior.
  public func startFromZeros() {
    begin([Float](repeating: 0, count: latents.count), .zeros)
  }

  /// Starts from the next draw from the prior, or, beside a fitted one, from that which V was trained towards.
  public func startFromPrior(isStandard: Bool = false) {
    priorDraws += 1
    let vision = pictures.vision
    let prior = isStandard ? vision.plainPrior : vision.prior
    begin(
      vision.form.places(of: prior.samples(1, stream: &stream)),
      .prior(draw: priorDraws, of: prior.title))
  }

  /// Starts from a held-out frame: the one some places after the last, or the first one at that.
  ///
  /// - Parameter offset: places to go; 0 for the same again. After the last comes the first.
  public func startFromFrame(movingBy offset: Int) {
    telling {
      let place = explored.place(framePlace, movedBy: offset)
      let (frame, label) = try explored.frame(place)
      framePlace = place
      begin(
        pictures.vision.form.places(of: pictures.encode([frame]).means), .frame(place),
        original: pictures.picture(frame))
      self.label = label
    }
  }

  /// Starts from the next held-out frame that looks clearly different from the last one.
  public func startFromUnlikeFrame() {
    telling {
      let offset = try UnlikeFrames(explored.source, explored.heldOut).offset(after: framePlace)
      visited.append(framePlace)
      startFromFrame(movingBy: offset)
    }
  }

  /// Keeps the point where it is, and says why, where a frame can no longer be read.
  private func telling(_ work: () throws -> Void) {
    problem = ""
    do { try work() } catch { problem = "\(error)" }
  }

  /// Starts from the frame that was left last, or from the one before where none was.
  public func startFromFrameBefore() {
    let before = visited.popLast()
    startFromFrame(movingBy: before.map { $0 - framePlace } ?? -1)
  }

  private func begin(_ latents: [Float], _ start: Start, original: Frame? = nil) {
    (self.latents, startLatents) = (latents, latents)
    (self.start, self.original, label) = (start, original, "")
    startPicture = decoded(latents)
    sweep = Self.sweep(of: pictures.vision.form)
  }

  /// The way of every dimension: codes go through all of their values.
  private static func sweep(of form: any LatentForm) -> LatentSweep {
    guard let form = form as? any CodedForm else { return LatentSweep() }
    return LatentSweep(within: 0...Float(form.classes - 1))
  }

  private func decoded(_ places: [Float]) -> Frame {
    pictures.decode(pictures.vision.form.latent(at: places))[0]
  }

  /// Lets the sweep begin again with the first dimension, every dimension being where it started.
  public func restartSweep() {
    latents = startLatents
    sweep = Self.sweep(of: pictures.vision.form)
  }

  /// Takes one step of a tour that moves each dimension through its range, in order.
  ///
  /// - Returns: the place of the dimension that moves.
  public func advanceSweep() -> Int {
    let next = sweep.next(of: dimensions.count) { startLatents[dimensions[$0].index] }
    latents[dimensions[next.place].index] = isCoded ? next.value.rounded() : next.value
    return next.place
  }
}

// What is seen.
extension LatentExplorer {
  /// What V decodes from the point.
  public var picture: Frame {
    if let seen, seen.latents == latents { return seen.picture }
    let picture = decoded(latents)
    seen = (latents, picture)
    return picture
  }

  /// The panel of this moment.
  ///
  /// - Parameters:
  ///   - chosen: the place of the chosen slider in the order: the dimensions, then the facts.
  ///   - notice: a remark; empty for none.
  public func panel(chosen: Int, notice: String = "") -> ExplorePanel {
    let total = dimensions.reduce(0) { $0 + $1.divergence }
    return ExplorePanel(
      header:
        "\(worldID): \(dimensions.count) latent\(dimensions.count == 1 ? "" : "s"), \(dimensions.count { $0.isActive }) active, "
        + "KL \(NumberText.fixed(total, 1)) nats",
      origin: originText, picture: picture, start: startPicture, original: original,
      sliders: dimensions.map {
        ExplorePanel.Slider(
          dimension: $0.index, value: Double(latents[$0.index]),
          start: Double(startLatents[$0.index]), divergence: $0.divergence, isActive: $0.isActive)
      },
      facts: facts.map {
        ExplorePanel.Fact(
          name: $0.name, value: $0.value(of: latents), start: $0.value(of: startLatents),
          text: $0.text(of: latents), quality: $0.quality)
      }, chosen: chosen, bounds: Double(bounds.lowerBound)...Double(bounds.upperBound),
      isCoded: isCoded, notice: problem.isEmpty ? notice : problem)
  }

  private var originText: String {
    switch start {
    case .zeros: "from zeros"
    case .prior(let draw, let prior): "from draw \(draw) of the \(prior)"
    case .frame(let place): "from held-out frame \(place + 1) of \(frameCount)\(label)"
    }
  }
}
