import Datasets
import EnvironmentKit
import Files

/// Where frames come from when an autoencoder is trained on them alone.
public struct DataConfiguration: Codable, Hashable, Sendable {
  /// Files and folders of frames, or one world that is collected from; empty where a run has a world.
  public var frames: [String] = []
  /// A folder of recorded episodes that a run learns from in the place of a world; empty where it has one.
  public var episodes = ""
  /// A file with a label, or a column per fact, for each frame; empty for none.
  public var labels = ""
  /// Labels whose frames are left out of training.
  public var without: [Int] = []
  /// What a frame is.
  public var kind = FrameKind.pictures
  /// How many values a code of a cell may have; 0 lets it be found in files, and follows from what a world shows.
  public var classes = 0
  /// Words that are counted at most, where documents are.
  public var vocabulary = 2_000
  /// Pixels of a side that all frames are brought to; 0 leaves them.
  public var size = 0
  /// How a picture of other sides becomes a square.
  public var fit = FrameFit.crop
  /// The number that is black and the one that is white; empty lets them be found.
  public var range: [Double] = []

  /// The defaults.
  public init() {}
}

extension DataConfiguration: SettingGroup {
  private static let sides = 8...256

  /// Every setting with its meaning and range.
  public static var settings: [Setting<DataConfiguration>] {
    [
      Setting(
        "frames", \.frames, "a list of paths",
        "Files and folders of frames, or one world that is collected from."),
      Setting(
        "episodes", \.episodes, "a path, or nothing",
        "A folder of recorded episodes that a run learns from in the place of a world."),
      Setting(
        "labels", \.labels, "a path, or nothing",
        "A file with a label, or a column per fact, for each frame."),
      Setting(
        "without", \.without, "a list of whole numbers",
        "Labels, or values of the first fact, whose frames are left out of training."),
      Setting("kind", \.kind, "What a frame is."),
      Setting(
        "classes", \.classes, 0...256,
        "How many values a code of a cell may have; 0 lets it be found in files, and stands for 4 where a world shows bits, else for 16."
      ),
      Setting(
        "vocabulary", \.vocabulary, 2...100_000,
        "Words that are counted at most, where frames are documents: the most frequent ones."),
      Setting(
        "size", \.size, "0, or \(sides.lowerBound) to \(sides.upperBound)",
        "Pixels of a side that all frames are brought to; 0 leaves them."
      ) { $0.size == 0 || sides.contains($0.size) },
      Setting(
        "fit", \.fit,
        "How a picture of other sides becomes a square: the largest in its middle, or all of it stretched."
      ),
      Setting(
        "range", \.range, "a list of two rising numbers, or nothing",
        "The number that is black and the one that is white; empty lets them be found."
      ) { $0.range.isEmpty || $0.numbers != nil },
    ]
  }

  /// How many values a code may have of what a world shows.
  public func classes(of shown: ObservationKind) -> Int {
    classes == 0 ? shown.codeValues : classes
  }

  /// The stated range; nil where it is to be found.
  public var numbers: ClosedRange<Double>? {
    guard range.count == 2, range[0] < range[1], range.allSatisfy(\.isFinite) else { return nil }
    return range[0]...range[1]
  }
}

extension RunConfiguration {
  /// Whether only an autoencoder is trained, on frames from somewhere.
  public var isOfFrames: Bool { !data.frames.isEmpty }

  /// Whether model and policy learn from recorded episodes, without a world.
  public var isOfEpisodes: Bool { !isOfFrames && !data.episodes.isEmpty }

  /// Whether there is a world to act in.
  public var hasWorld: Bool { !isOfFrames && !isOfEpisodes }

  /// The files and folders that a run without a world learns from.
  public var dataPaths: [String] { isOfEpisodes ? [data.episodes] : data.frames }

  /// What frames of a world are, as the agent is shown it; of no world frames without extents.
  public func frames(of world: CatalogEntry?) -> FrameFormat {
    let shown = agent.observation
    let observation = world?.specification(shown).observation ?? ObservationSpace([])
    let (shape, grid) = (observation.frameShape, observation.grid)
    switch data.kind {
    case .vectors: return FrameFormat(.vectors, shape: shape)
    case .cells:
      return FrameFormat(
        .cells, shape: shape, classes: data.classes(of: shown), grid: grid,
        order: observation.order)
    case .pictures, .counts:
      guard takesPicture, grid.count == 3 else {
        return FrameFormat(shape: shape, grid: grid, order: observation.order)
      }
      return FrameFormat(shape: data.size > 0 ? [data.size, data.size, grid[2]] : grid)
    }
  }

  /// Whether pictures are taken out of what a world shows beside them: V alone has no use for the rest.
  package var takesPicture: Bool {
    isOfFrames && data.kind == .pictures && agent.observation.isPicture
  }

  /// What a run is about, as titles and names of folders have it: its world, or where its frames come from.
  public var subject: String {
    guard !hasWorld else { return world }
    let names = dataPaths.map { path in
      var parts = path.split(separator: "/")
      // Of a run's own data the run's name says more.
      if isOfEpisodes, parts.last == "data", parts.count > 1 { parts.removeLast() }
      let name = parts.last.map(String.init) ?? path
      return name.hasPrefix(".") ? name : String(name.prefix { $0 != "." })
    }
    return names.count > 3
      ? "\(names[0]) and \(names.count - 1) more" : names.joined(separator: "+")
  }
}
