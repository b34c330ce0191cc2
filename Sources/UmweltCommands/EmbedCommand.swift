import ArgumentParser
import Evaluation
import Experiments
import Files
import FinishedRuns
import LongWork
import Settings

/// Maps the latents of frames.
struct EmbedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed",
    abstract: "Write the latents of frames, and bring them onto a map by PCA, t-SNE or UMAP.",
    discussion: """
      Writes RUN/embedding.npy (a row per frame, a column per latent), embedding-frames.npy (which \
      frames they are), embedding-facts.npy (what is known of them), RUN/map-METHOD.npy, \
      RUN/media/map-METHOD.png and RUN/embed.json. Of documents it lists the nearest ones and \
      the words of each latent.
      """)

  @OptionGroup var seen: SeenFramesOptions

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Maps to make: pca, tsne, umap, or all. Default: tsne.", valueName: "method"))
  var method: [String] = []

  @Option(
    help: "Of t-SNE: about how many neighbours a frame has. Default: 30, or a third of the frames.")
  var perplexity: Double?

  @Option(help: "Of UMAP: how many neighbours a frame has. Default: 15.")
  var neighbours: Int?

  @Option(
    help: ArgumentHelp("Of UMAP: how close points may lie, 0 to 1.", valueName: "distance"))
  var minimumDistance = 0.1

  @Option(
    help:
      "Steps of t-SNE, a third of them exaggerated, and epochs of UMAP. Default: 750; 200, or 500 for up to 10000 frames."
  )
  var steps: Int?

  @Option(
    help: ArgumentHelp(
      "The fact or label that colours the maps; also time (within the episode) and density (of latents). Default: the first.",
      valueName: "fact"))
  var color: String?

  @Option(help: "Frames at most; of more a seeded choice is taken.")
  var limit = 60_000

  @Option(
    help: "Seed of the choice of frames and of the maps. Default: the run's.",
    transform: seedNumber)
  var seed: UInt64?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Frames, by number or by a document's file name, whose nearest others are listed.",
      valueName: "frame"))
  var nearest: [String] = []

  @Flag(help: "Look at the maps in a window: point at dots, drag to select them.")
  var window = false

  func run() throws {
    try seen.apply()
    let request = try request()
    try request.check()
    let command = ["embed", seen.folder]
    if window {
      try SceneWindow.requireDisplay(
        command: command + ["--window"], otherwise: "leave --window out, and look at the pictures")
    }
    let vision = try seen.open()
    let embedding = try vision.embed(request, progress: ProgressReporter.standardError())
    tell(embedding)
    guard window else { return }
    var loop = SceneWindow.loop(
      MapScene(vision.mapped(embedding)), command: command,
      savePrefix: runFolder(seen.folder).picture("map").path)
    try loop.run()
  }

  private func tell(_ embedding: Embedding) {
    if seen.json {
      print(embedding.json.document, terminator: "")
    } else {
      for line in embedding.lines { print(line) }
    }
  }

  private func request() throws -> EmbeddingRequest {
    var request = EmbeddingRequest()
    (request.frames, request.labels) = (seen.frames, seen.labels)
    if !method.isEmpty { request.methods = try methods() }
    (request.perplexity, request.neighbours) = (perplexity, neighbours)
    (request.minimumDistance, request.steps) = (minimumDistance, steps)
    (request.color, request.limit, request.seed) = (color, limit, seed)
    request.nearest = nearest
    return request
  }

  private func methods() throws -> [MapMethod] {
    let known = MapMethod.allCases
    if method == ["all"] { return known }
    let asked = try method.map { name in
      guard let found = MapMethod(rawValue: name) else {
        throw ExperimentError(
          .usage, place: "--method \(name)", cause: "there is no such map",
          remedy: NearestName.hint(name, among: known.map(\.rawValue) + ["all"]))
      }
      return found
    }
    return known.filter(asked.contains)
  }
}
