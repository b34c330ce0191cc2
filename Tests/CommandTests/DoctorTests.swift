import Files
import Foundation
import Randomness
import TestSupport
import Testing

@Suite("umwelt doctor")
struct DoctorTests {
  private let folder: TemporaryFolder

  /// Pictures of a square at any of 64 places; and of a bar with a small dot in one of four corners.
  init() throws {
    folder = try TemporaryFolder()
    let places = (0..<800).map { ($0 * 29 + $0 / 64 * 11) % 64 }
    try write("x.npy", places) { place, x, y in
      let isInside =
        (place % 8..<place % 8 + 4).contains(x) && (place / 8..<place / 8 + 4).contains(y)
      return isInside ? 220 : 10
    }
    var stream = RandomStream(root: 1, name: "dots")
    let bars = (0..<1_200).map { _ in stream.integers(in: 0..<36) }
    try write("dots.npy", bars) { bar, x, y in
      let (row, corner) = (bar / 4, bar % 4)
      let (dotX, dotY) = (corner % 2 * 10, corner / 2 * 10)
      let isDot = (dotX..<dotX + 2).contains(x) && (dotY..<dotY + 2).contains(y)
      return isDot ? 130 : (row..<row + 3).contains(y) ? 220 : 0
    }
    try NpyWriter.write(
      bars.map { Int64($0 % 4) }, shape: [bars.count],
      to: folder.url.appending(path: "corners.npy"))
  }

  private func write(
    _ name: String, _ kinds: [Int], side: Int = 12,
    _ pixel: (_ kind: Int, _ x: Int, _ y: Int) -> UInt8
  ) throws {
    let bytes = kinds.flatMap { kind in
      (0..<side * side).map { pixel(kind, $0 % side, $0 / side) }
    }
    try NpyWriter.write(
      bytes, shape: [kinds.count, side, side], to: folder.url.appending(path: name))
  }

  private func train(
    _ name: String, _ settings: String..., frames: [String] = ["--frames", "x.npy"],
    hidden: String = "128, 64", steps: Int = 500
  ) throws -> Program.Outcome {
    try Program.run(
      [
        "train", "vision", "--preset", "quick", "--steps", "\(steps)", "--run-dir", name, "--set",
        "model.network=dense", "--set", "model.hiddenSizes=[\(hidden)]", "--set",
        "model.latentSize=6", "--set", "model.checkpointEvery=100", "--set", "model.batchSize=50",
      ] + frames + settings.flatMap { ["--set", $0] }, in: folder.url)
  }

  private func findings(_ name: String, _ arguments: String...) throws -> [String: JSONValue] {
    let outcome = try Program.run(["doctor", name, "--json"] + arguments, in: folder.url)
    try #require(outcome.code == 0, "\(outcome.errors)")
    let file = folder.url.appending(path: "\(name)/doctor.json")
    let json = try JSONValue(reading: [UInt8](Data(contentsOf: file)))
    let list = try #require(json["findings"]?.asArray)
    return Dictionary(uniqueKeysWithValues: list.map { ($0["id"]?.asString ?? "", $0) })
  }

  @Test("collapse is foretold, told of while it trains, found, and cured to the target")
  func collapse() throws {
    let made = try train("ill", "model.likelihood=sumOfSquares", "model.beta=50")
    try #require(made.code == 0, "\(made.errors)")
    #expect(made.errors.contains("latents are expected to say nothing"))
    #expect(made.errors.contains("after 300 steps latents carry"))
    let found = try findings("ill")
    #expect(found["posterior-collapse"]?["severity"]?.asString == "trouble")
    #expect(
      found["posterior-collapse"]?["remedy"]?["set"]?.asString
        == "model.objective.divergence=target")
    let picture = folder.url.appending(path: "ill/media/doctor.png").path
    #expect(FileManager.default.fileExists(atPath: picture))
    let report = try String(
      contentsOf: folder.url.appending(path: "ill/report.html"), encoding: .utf8)
    #expect(report.contains("posterior-collapse"))

    _ = try findings("ill", "--fix", "--run-dir", "well")
    let cured = try findings("well")["posterior-collapse"]
    let also = found["posterior-collapse"]?["remedy"]?["also"]?.asArray?.compactMap(\.asString)
    let target = also?.compactMap { setting in
      setting.split(separator: "=").last.flatMap {
        setting.contains("targetKL") ? Double($0) : nil
      }
    }.first
    let (nats, wanted) = (cured?["evidence"]?["kl"]?.asNumber, try #require(target))
    #expect(cured?["severity"]?.asString == "ok")
    #expect(abs((nats ?? 0) - wanted) <= 0.1 * wanted, "\(nats ?? 0) for \(wanted)")
  }

  @Test("a small thing that vanishes from reconstructions is found, and the cure brings it back")
  func overRegularised() throws {
    let made = try train(
      "ill", "model.likelihood=sumOfSquares", "model.beta=2",
      frames: ["--frames", "dots.npy", "--labels", "corners.npy"], hidden: "256, 128",
      steps: 2_500)
    try #require(made.code == 0, "\(made.errors)")
    let found = try findings("ill")["over-regularised"]
    let (before, words) = (
      found?["evidence"]?["recall.label"]?.asNumber ?? 1, found?["words"]?.asString
    )
    #expect(found?["severity"]?.asString != "ok" && before < 0.5, "\(words ?? "")")
    _ = try findings("ill", "--fix", "--run-dir", "well")
    let cured = try findings("well")["over-regularised"]
    #expect(cured?["severity"]?.asString == "ok")
    #expect((cured?["evidence"]?["recall.label"]?.asNumber ?? 0) > 0.7)
  }

  @Test("draws that are like no frame are found, and a fitted prior cures them")
  func priorHole() throws {
    let side = 16
    var stream = RandomStream(root: 3, name: "squares")
    let count = side * 100
    let squares = (0..<count).map { _ in stream.integers(in: 0..<(side - 3) * (side - 3) * 25) }
    // A square at any place; one picture in 25 is a negative.
    try write("squares.npy", squares, side: side) { square, x, y in
      let (place, isNegative) = (square / 25, square % 25 == 0)
      let (left, top) = (place % (side - 3), place / (side - 3))
      let isInside = (left..<left + 4).contains(x) && (top..<top + 4).contains(y)
      return (isInside ? 200 : 0) ^ (isNegative ? 255 : 0)
    }
    let made = try train(
      "ill", "model.prior.kind=standardNormal", "model.sigma=0.005", "model.latentSize=8",
      frames: ["--frames", "squares.npy"], hidden: "64, 32", steps: 2_000)
    try #require(made.code == 0, "\(made.errors)")
    let found = try findings("ill")["prior-hole"]
    #expect(found?["severity"]?.asString != "ok", "\(found?.document ?? "")")
    #expect(found?["remedy"]?["set"]?.asString == "model.prior.kind=mixture")
    _ = try findings("ill", "--fix", "--run-dir", "well")
    let cured = try findings("well")["prior-hole"]
    #expect(cured?["severity"]?.asString == "ok", "\(cured?.document ?? "")")
  }

  @Test("states that draws leave out are found, and a fitted prior brings all of them back")
  func modeCollapse() throws {
    let side = 16
    var stream = RandomStream(root: 5, name: "cells")
    // A square in one of nine cells, somewhere within its cell; three in ten are in the first.
    let kinds = (0..<2_000).map { _ in
      (max(0, stream.integers(in: 0..<12) - 3), stream.integers(in: 0..<9))
    }
    try write("cells.npy", kinds.map { $0.0 * 9 + $0.1 }, side: side) { kind, x, y in
      let (cell, place) = (kind / 9, kind % 9)
      let (left, top) = (cell / 3 * 5 + place / 3, cell % 3 * 5 + place % 3)
      return (left..<left + 4).contains(x) && (top..<top + 4).contains(y) ? 200 : 0
    }
    try NpyWriter.write(
      kinds.map { Int64($0.0) }, shape: [kinds.count],
      to: folder.url.appending(path: "cells-labels.npy"))
    // Two numbers that need not be like the prior lie in islands far around it.
    let made = try train(
      "ill", "model.prior.kind=standardNormal", "model.sigma=0.01", "model.latentSize=2",
      frames: ["--frames", "cells.npy", "--labels", "cells-labels.npy"], steps: 3_000)
    try #require(made.code == 0, "\(made.errors)")
    let found = try findings("ill")["mode-collapse"]
    #expect(found?["severity"]?.asString == "trouble", "\(found?.document ?? "")")
    #expect((found?["evidence"]?["missing"]?.asNumber ?? 0) > 1)
    #expect(found?["remedy"]?["set"]?.asString == "model.prior.kind=mixture")
    _ = try findings("ill", "--fix", "--run-dir", "well")
    let cured = try findings("well")["mode-collapse"]
    #expect(cured?["severity"]?.asString == "ok", "\(cured?.document ?? "")")
    #expect(cured?["evidence"]?["missing"]?.asNumber == 0)
    #expect((cured?["evidence"]?["states"]?.asNumber ?? 0) >= 8)
  }

  @Test("frames learned by heart are found; fewer steps shrink the gap, more frames close it")
  func overfit() throws {
    let side = 16
    var stream = RandomStream(root: 7, name: "squares")
    let places = (0..<2_000).map { _ in stream.integers(in: 0..<169) }
    for (name, count) in [("few.npy", 120), ("many.npy", 2_000)] {
      try write(name, Array(places.prefix(count)), side: side) { place, x, y in
        let (left, top) = (place / 13, place % 13)
        return (left..<left + 4).contains(x) && (top..<top + 4).contains(y) ? 200 : 0
      }
    }
    func gapShare(_ name: String, _ frames: String, steps: Int) throws -> (Double, String) {
      let made = try train(
        name, "model.sigma=0.05", "collect.heldOutEvery=2", frames: ["--frames", frames],
        steps: steps)
      try #require(made.code == 0, "\(made.errors)")
      let found = try findings(name)["overfit"]
      return (
        found?["evidence"]?["gapShare"]?.asNumber ?? .nan, found?["severity"]?.asString ?? ""
      )
    }
    let (ill, severity) = try gapShare("ill", "few.npy", steps: 3_000)
    #expect(ill > 0.25 && severity != "ok", "\(ill)")
    let (well, health) = try gapShare("well", "many.npy", steps: 3_000)
    #expect(well < 0.05 && health == "ok", "\(well)")
  }

  @Test("a distance that no linear map reads from latents is found, and a network reads it")
  func unreadLatent() throws {
    let side = 16
    var stream = RandomStream(root: 7, name: "blobs")
    let places = (0..<2_000).map { _ in stream.integers(in: 0..<110 * 110) }
    try write("blobs.npy", places, side: side) { place, x, y in
      let (column, row) = (2 + Double(place / 110) / 10, 2 + Double(place % 110) / 10)
      let squared =
        (Double(x) - column) * (Double(x) - column) + (Double(y) - row) * (Double(y) - row)
      return UInt8(220 * exp(-squared / 6))
    }
    try NpyWriter.write(
      places.map { abs(Float(2) + Float($0 / 110) / 10 - 7.45) }, shape: [places.count],
      to: folder.url.appending(path: "distances.npy"))
    let made = try train(
      "ill", "model.sigma=0.05", "model.latentSize=2",
      frames: ["--frames", "blobs.npy", "--labels", "distances.npy"], steps: 3_000)
    try #require(made.code == 0, "\(made.errors)")
    let found = try findings("ill")["unread-latent"]
    #expect(found?["severity"]?.asString == "warning", "\(found?.document ?? "")")
    #expect(found?["remedy"]?["words"]?.asString?.contains("hidden layer") == true)
    // The cure: what no linear map reads, a network does.
    let evaluated = try Program.run(
      ["evaluate", "vision", "ill", "--samples", "1"], in: folder.url)
    try #require(evaluated.code == 0, "\(evaluated.errors)")
    let file = folder.url.appending(path: "ill/vision.json")
    let numbers = try JSONValue(reading: [UInt8](Data(contentsOf: file)))
    func value(_ name: String) -> Double { numbers[name]?["value"]?.asNumber ?? .nan }
    #expect(value("probe.label.latent") < 0.3, "\(numbers.document)")
    #expect(value("probe.label.latent.network") > 0.8)
    #expect(value("probe.label.latent.network") > value("probe.label.untrained.network"))
  }

  @Test("a healthy run has a clean bill, the same bytes again on one thread")
  func clean() throws {
    let made = try train("run", steps: 2_000)
    try #require(made.code == 0, "\(made.errors)")
    #expect(made.output.contains("doctor: nothing is wrong with V"))
    let found = try findings("run")
    #expect(found.count == 7)
    #expect(found.values.allSatisfy { $0["severity"]?.asString == "ok" }, "\(found)")
    let file = folder.url.appending(path: "run/doctor.json")
    let before = try Data(contentsOf: file)
    _ = try findings("run", "--threads", "1")
    #expect(try Data(contentsOf: file) == before)
  }

  @Test(
    "a training that breaks down goes back to go on in shorter steps, or ends with one error",
    arguments: [(1e18, true), (1e30, false)])
  func breakdown(learningRate: Double, recovers: Bool) throws {
    let made = try train(
      "run", "model.learningRate=\(learningRate)", "model.gradientSkipMultiple=0")
    #expect(made.errors.contains("from step 0 with a quarter of the learning rate"))
    #expect((made.code == 0) == recovers, "\(made.errors)")
    #expect(made.errors.contains("lower model.learningRate") != recovers)
    guard recovers else { return }
    #expect(made.output.contains("trouble: unstable"), "\(made.output)")
    // What was kept is finite: it can be read again.
    #expect(try findings("run")["unstable"]?["severity"]?.asString == "trouble")
  }

  @Test("a run without frames to judge by, and options without their sense, are refused")
  func badInput() throws {
    for (arguments, words) in [
      (["doctor", "nowhere"], "nowhere"), (["doctor", "x.npy"], "x.npy"),
      (["doctor", "run", "--run-dir", "y"], "--fix"), (["doctor"], "run"),
    ] {
      let outcome = try Program.run(arguments, in: folder.url)
      #expect(outcome.code != 0 && outcome.errors.contains(words), "\(arguments)")
    }
  }
}
