import Environments
import Experiments
import Files
import FinishedRuns
import Foundation
import LongWork
import Pictures
import TestSupport
import Testing
import UmweltCommands
import Viewer

@Suite("umwelt embed", .serialized)
struct EmbedTests {
  private let folder: TemporaryFolder
  private static let side = 8

  /// Pictures of a bar at one of four places, and a run of V that has seen them.
  init() throws {
    folder = try TemporaryFolder()
    let frames = 240
    let bytes = (0..<frames).flatMap { frame in
      (0..<Self.side * Self.side).map { pixel -> UInt8 in
        pixel / Self.side / 2 == frame % 4 ? UInt8(200 + frame % 40) : UInt8((frame + pixel) % 30)
      }
    }
    try NpyWriter.write(bytes, shape: [frames, Self.side, Self.side], to: url("x.npy"))
    try NpyWriter.write(
      (0..<frames).map { Int64($0 % 4) }, shape: [frames], to: url("labels.npy"))
    // Where the tests read the run themselves, they work in another folder than the program.
    try train([
      "--frames", folder.path("x.npy"), "--labels", folder.path("labels.npy"), "--steps", "60",
    ])
  }

  private func train(_ arguments: [String]) throws {
    let made = try Program.run(
      [
        "train", "vision", "--preset", "tiny", "--run-dir", "run", "--set",
        "collect.heldOutEvery=2",
      ] + arguments, in: folder.url)
    try #require(made.code == 0, "\(made.errors)")
  }

  private func url(_ name: String) -> URL { folder.url.appending(path: name) }

  private func embed(_ arguments: [String]) throws -> Program.Outcome {
    try Program.run(["embed", "run"] + arguments, in: folder.url)
  }

  private func array<Element: NpyElement>(_ name: String) throws -> (shape: [Int], [Element]) {
    let file = try NpyFile<Element>(at: url("run/\(name).npy"))
    return withExtendedLifetime(file) { (file.shape, Array(file.elements)) }
  }

  @Test(
    "writes latents, facts and maps, and how far maps keep neighbours; the same bytes again on one thread"
  )
  func maps() throws {
    let outcome = try embed(["--method", "all", "--steps", "60", "--json"])
    try #require(outcome.code == 0, "\(outcome.errors)")
    let json = try JSONValue(reading: [UInt8](outcome.output.utf8))
    #expect(json["frames"]?.asInteger == 120 && json["color"]?.asString == "label")
    #expect(json["facts"]?.asArray?.compactMap(\.asString) == ["label", "density"])
    for method in ["pca", "tsne", "umap"] {
      for name in ["trustworthiness", "continuity", "sameLabel"] {
        let value = json["methods"]?[method]?[name]
        func number(_ key: String) -> Double { value?[key]?.asNumber ?? .nan }
        #expect(
          number("low") <= number("value") && number("value") <= number("high")
            && (0...1).contains(number("value")), "\(method) \(name)")
      }
      // Four kinds of pictures: a guess would be right for a quarter.
      #expect(json["methods"]?[method]?["sameLabel"]?["value"]?.asNumber ?? 0 > 0.6, "\(method)")
      let picture = try PNG.read(folder.path("run/media/map-\(method).png"))
      #expect(Set(picture.pixels).count > 50)
    }
    let latents: (shape: [Int], [Float]) = try array("embedding")
    #expect(latents.shape == [120, json["latents"]?.asInteger ?? 0])
    let frames: (shape: [Int], [Int64]) = try array("embedding-frames")
    #expect(frames.1 == (0..<120).map { Int64(2 * $0) })
    let facts: (shape: [Int], [Float]) = try array("embedding-facts")
    #expect(facts.shape == [120, 2])
    #expect((0..<120).allSatisfy { facts.1[2 * $0] == Float(2 * $0 % 4) })
    let map: (shape: [Int], [Float]) = try array("map-tsne")
    #expect(map.shape == [120, 2] && Set(map.1).count > 200)
    let names = [
      "embed.json", "embedding.npy", "embedding-facts.npy", "map-pca.npy", "map-tsne.npy",
      "map-umap.npy", "media/map-pca.png", "media/map-tsne.png", "media/map-umap.png",
    ]
    func contents() throws -> [Data] {
      try names.map { name in
        let data = try Data(contentsOf: url("run/\(name)"))
        guard name == "embed.json" else { return data }
        let text = String(decoding: data, as: UTF8.self)
        return Data(text[..<(text.range(of: "\"timing\"")?.lowerBound ?? text.endIndex)].utf8)
      }
    }
    let before = try contents()
    // Nothing is taken up where nothing is said of what was made.
    try FileManager.default.removeItem(at: url("run/embed.json"))
    let again = try embed(["--method", "umap", "tsne", "pca", "--steps", "60", "--threads", "1"])
    #expect(again.code == 0 && again.output.contains("t-SNE"), "\(again.errors)")
    #expect(try contents() == before)
    let other = try embed(["--method", "tsne", "--steps", "60", "--seed", "9"])
    #expect(other.code == 0)
    #expect(try contents()[4] != before[4])
  }

  /// What an outcome says it took up, and what it made anew; and whether it worked on t-SNE.
  private func story(_ outcome: Program.Outcome) -> (taken: String, anew: String, works: Bool) {
    func line(_ start: String) -> String {
      outcome.errors.split(separator: "\n").first { $0.hasPrefix(start) }.map(String.init) ?? ""
    }
    return (line("taken up"), line("made anew"), !line("tsne:").isEmpty)
  }

  @Test("what lies there is taken up where it was made of the same, else made anew, and said so")
  func takenUp() throws {
    let options = ["--method", "tsne", "umap", "--steps", "60", "--json"]
    func document(_ outcome: Program.Outcome) -> String {
      outcome.output.components(separatedBy: "\"timing\"")[0]
    }
    let first = try embed(options)
    try #require(first.code == 0, "\(first.errors)")
    #expect(story(first) == ("", "", true))
    let second = try embed(options)
    #expect(second.code == 0 && document(second) == document(first))
    #expect(story(second).taken.hasSuffix("latents, t-SNE, UMAP") && story(second).anew.isEmpty)
    for work in ["encode:", "neighbours:", "tsne:", "umap:", "judge"] {
      #expect(!second.errors.contains(work), "\(second.errors)")
    }
    // Other colours are other labels to judge by, and no other map.
    let coloured = try embed(options + ["--color", "density"])
    #expect(!story(coloured).works && coloured.errors.contains("judge tsne"), "\(coloured.errors)")
    // One map alone: what was made of the other is not forgotten.
    let alone = try embed(["--method", "tsne", "--steps", "60"])
    #expect(!story(alone).works && story(alone).taken.hasSuffix("latents, t-SNE"))
    let both = try embed(options)
    #expect(story(both).taken.hasSuffix("UMAP") && document(both) == document(first))

    let seeded = try embed(["--method", "tsne", "--steps", "60", "--seed", "9"])
    #expect(story(seeded).works && story(seeded).anew.contains("seed 1; asked is perplexity"))
    let other = try embed(["--steps", "60", "--seed", "9", "--perplexity", "7"])
    #expect(story(other).works && story(other).taken.hasSuffix(": latents"))
    #expect(story(other).anew.contains("asked is perplexity 7.0"), "\(other.errors)")
    let frames = try embed(["--steps", "60", "--frames", "x.npy", "--seed", "9"])
    #expect(story(frames).works && story(frames).anew.contains("latents (of other frames); t-SNE"))

    let map = url("run/map-tsne.npy")
    var bytes = try Data(contentsOf: map)
    bytes[bytes.count - 2] ^= 1
    try bytes.write(to: map)
    let damaged = try embed(["--steps", "60", "--frames", "x.npy", "--seed", "9"])
    #expect(story(damaged).works && story(damaged).anew.contains("map-tsne.npy is not what was"))
    for name in ["embed.json", "embedding.npy", "embedding-facts.npy", "map-tsne.npy"] {
      try FileManager.default.moveItem(at: url("run/\(name)"), to: url(name))
    }
    try FileManager.default.removeItem(at: url("run"))
    try train(["--frames", "x.npy", "--steps", "50"])
    for name in ["embed.json", "embedding.npy", "embedding-facts.npy", "map-tsne.npy"] {
      try FileManager.default.moveItem(at: url(name), to: url("run/\(name)"))
    }
    let trained = try embed(["--steps", "60", "--frames", "x.npy", "--seed", "9"])
    #expect(story(trained).works && story(trained).anew.contains("latents (of another V)"))
    try Data("{\"kept\": 3}".utf8).write(to: url("run/embed.json"))
    let foreign = try embed(["--steps", "60", "--frames", "x.npy", "--seed", "9"])
    #expect(foreign.code == 0 && story(foreign) == ("", "", true), "\(foreign.errors)")
  }

  @Test("of many frames a seeded choice is taken, coloured by what is asked")
  func chosen() throws {
    let arguments = [
      "--frames", "x.npy", "--limit", "40", "--method", "pca", "--color", "density", "--seed", "3",
      "--json",
    ]
    let made = try embed(arguments)
    try #require(made.code == 0, "\(made.errors)")
    let frames: (shape: [Int], [Int64]) = try array("embedding-frames")
    #expect(frames.shape == [40] && frames.1 == Set(frames.1).sorted())
    // Not the first forty, and not every sixth.
    #expect(
      frames.1.contains { $0 >= 120 }
        && Set(zip(frames.1, frames.1.dropFirst()).map { $1 - $0 }).count > 2)
    let listed = try embed(arguments + ["--nearest", "\(frames.1[7])"])
    let json = try JSONValue(reading: [UInt8](listed.output.utf8))
    #expect(json["frames"]?.asInteger == 40 && json["color"]?.asString == "density")
    let nearest = try #require(json["nearest"]?.asArray?.first)
    #expect(nearest["frame"]?.asInteger == Int(frames.1[7]))
    let others = try #require(nearest["nearest"]?.asArray)
    let distances = others.compactMap { $0["distance"]?.asNumber }
    #expect(distances.count == 5 && distances == distances.sorted())
    // The four kinds of bars come in turn.
    #expect(others.allSatisfy { (($0["frame"]?.asInteger ?? 0) - Int(frames.1[7])) % 4 == 0 })
  }

  @Test("documents: the nearest of some, and each latent's words")
  func documents() throws {
    let topics = [["storm", "sails", "harbour", "anchor"], ["bread", "oven", "flour", "yeast"]]
    for (part, count) in [("texts", 80), ("more", 12)] {
      try FileManager.default.createDirectory(at: url(part), withIntermediateDirectories: true)
      for document in 0..<count {
        let words = (0..<24).map { topics[document % 2][$0 * (document + 3) % 7 % 4] }
        try Data((words + ["other"]).joined(separator: " ").utf8)
          .write(to: url("\(part)/d\(100 + document).txt"))
      }
    }
    try FileManager.default.removeItem(at: url("run"))
    let made = try Program.run(
      [
        "train", "vision", "--frames", "texts", "--kind", "counts", "--steps", "300",
        "--run-dir", "run", "--set", "model.latentSize=2", "--set", "model.batchSize=16",
      ], in: folder.url)
    try #require(made.code == 0, "\(made.errors)")
    let outcome = try embed(["--frames", "more", "--nearest", "d103.txt", "--json"])
    try #require(outcome.code == 0, "\(outcome.errors)")
    let json = try JSONValue(reading: [UInt8](outcome.output.utf8))
    let near = try #require(json["nearest"]?.asArray?.first)
    #expect(near["name"]?.asString == "d103.txt")
    let names = try #require(near["nearest"]?.asArray).compactMap { $0["name"]?.asString }
    // Documents of odd numbers are of the same topic: five others.
    #expect(names.count == 5 && names.allSatisfy { "13579".contains($0.dropLast(4).last ?? " ") })
    let latents = try #require(json["words"]?.asArray)
    func words(_ latent: JSONValue, _ key: String) -> Set<String> {
      Set(latent[key]?.asArray?.compactMap { $0["word"]?.asString } ?? [])
    }
    let ends = latents.map { (words($0, "growing"), words($0, "falling")) }
    // Some latent tells the topics apart: one's words grow, the other's fall.
    #expect(
      ends.contains { growing, falling in
        topics.contains { growing.intersection($0).count >= 3 && falling.isDisjoint(with: $0) }
      }, "\(ends)")
    let own = try embed(["--method", "pca"])
    #expect(own.code == 0 && own.output.contains("nearest to d100.txt: "), "\(own.errors)")
    #expect(own.output.contains("latent 0: more ") || own.output.contains("latent 1: more "))
    let unknown = try embed(["--frames", "more", "--nearest", "d13.txt"])
    #expect(unknown.code == 2 && unknown.errors.contains("did you mean 'd10"), "\(unknown.errors)")
  }

  private func mapped(_ arguments: EmbeddingRequest = EmbeddingRequest()) throws -> MappedFrames {
    let vision = try FinishedVision(
      RunFolder(url("run")), .standard(worlds: Catalog.entries))
    var request = arguments
    (request.methods, request.steps) = ([.pca, .tsne], 60)
    return vision.mapped(try vision.embed(request, progress: .silent))
  }

  @Test("the mouse shows the frame of a dot, a drag selects, and E saves what is selected")
  func mouse() throws {
    let maps = try mapped()
    var scene = MapScene(maps)
    let room = MapPanel.ownRoom
    let projection = MapPanel(plot: maps.plot(map: 0, color: 0)).projection(in: room)
    let empty = scene.frame()
    let place = try #require(projection.place(of: 17))
    let dot = PointerPlace(x: Int(place.x), y: Int(place.y))
    let under = projection.point(atX: dot.x, y: dot.y, within: 8)
    let isNew = scene.hover(at: dot)
    #expect(isNew && scene.pointed == under)
    let shown = scene.frame()
    #expect(shown != empty)
    let isSame = scene.hover(at: dot)
    #expect(!isSame)
    let nothing = scene.press(KeyPress(.e))
    #expect(nothing && scene.selected.isEmpty && scene.notice.contains("nothing is selected"))
    let corners = [
      PointerPlace(x: projection.area.x, y: projection.area.y),
      PointerPlace(x: projection.area.right / 2, y: projection.area.bottom),
    ]
    for corner in corners { _ = scene.point(at: corner) }
    _ = scene.frame()
    _ = scene.point(at: nil)
    let wanted = projection.points(
      in: Area(
        x: corners[0].x, y: corners[0].y, width: corners[1].x - corners[0].x + 1,
        height: corners[1].y - corners[0].y + 1))
    #expect(scene.selected == wanted && wanted.count > 10 && wanted.count < 120)
    #expect(scene.frame() != shown)
    for _ in 0..<2 { _ = scene.press(KeyPress(.e)) }
    #expect(scene.notice.contains("selection-2.npy"))
    for number in 1...2 {
      let saved: (shape: [Int], [Int64]) = try array("selection-\(number)")
      #expect(saved.1 == wanted.map { Int64(maps.embedding.frames[$0]) })
      _ = try PNG.read(folder.path("run/media/selection-\(number).png"))
    }
    _ = scene.press(KeyPress(.backspace))
    #expect(scene.selected.isEmpty)
  }

  @Test("keys change the map and its colours, and go from frame to frame")
  func keys() throws {
    var scene = MapScene(try mapped())
    let first = scene.frame()
    _ = scene.press(KeyPress(.m))
    let other = scene.frame()
    _ = scene.press(KeyPress(.c))
    let coloured = scene.frame()
    #expect(first != other && other != coloured)
    _ = scene.press(KeyPress(.c, isShifted: true))
    _ = scene.press(KeyPress(.m))
    #expect(scene.frame() == first)
    _ = scene.press(KeyPress(.right))
    #expect(scene.pointed == 0)
    _ = scene.press(KeyPress(.left))
    #expect(scene.pointed == 119)
    let isTaken = scene.press(KeyPress(.q))
    #expect(!isTaken)
  }

  @Test("a window under SDL's dummy driver shows the map")
  func window() throws {
    setenv("SDL_VIDEODRIVER", "dummy", 1)
    var settings = LoopSettings()
    settings.maximumSteps = 2
    settings.savePrefix = folder.path("shot")
    var loop = InteractiveLoop(MapScene(try mapped()), settings: settings)
    try loop.run()
    #expect(loop.steps == 2)
    let closed = try Program.run(
      ["embed", "run", "--window"],
      environment: ["DISPLAY": nil, "WAYLAND_DISPLAY": nil, "SDL_VIDEODRIVER": nil],
      in: folder.url)
    #expect(closed.code == 1 && closed.errors.contains("leave --window out"), "\(closed.errors)")
  }

  @Test("what does not fit is one clear error, and nothing is written")
  func badInput() throws {
    try NpyWriter.write([UInt8](repeating: 1, count: 448), shape: [7, 8, 8], to: url("few.npy"))
    let cases: [([String], Int32, String)] = [
      (["run", "--perplexity", "41"], 2, "--perplexity 41.0: too large for 120 frames"),
      (["run", "--perplexity", "0.5"], 2, "--perplexity 0.5: out of range"),
      (["run", "--neighbours", "120"], 2, "there are only 120 frames; give at most 119"),
      (["run", "--minimum-distance", "2"], 2, "--minimum-distance 2.0: out of range"),
      (["run", "--steps", "0"], 2, "--steps 0: out of range"),
      (["run", "--limit", "3"], 2, "--limit 3: out of range"),
      (["run", "--frames", "few.npy"], 2, "few.npy: there are 7 frames, too few for a map"),
      (["run", "--color", "labl"], 2, "did you mean 'label'?"),
      (["run", "--method", "tnse"], 2, "did you mean 'tsne'?"),
      (["run", "--nearest", "1"], 2, "no frame that is mapped has this number"),
      (["run", "--labels", "labels.npy"], 2, "name them with --frames PATH"),
      (["nowhere"], 2, "nowhere: there is no such folder"),
    ]
    for (arguments, code, words) in cases {
      let outcome = try Program.run(["embed"] + arguments, in: folder.url)
      #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.components(separatedBy: "error:").count == 2, "\(outcome.errors)")
    }
    for name in ["embed.json", "embedding.npy", "media/map-tsne.png"] {
      #expect(!FileManager.default.fileExists(atPath: url("run/\(name)").path), "\(name)")
    }
  }
}
