import Benchmarking
import Environments
import Experiments
import Foundation
import Randomness
import Settings
import Testing
import Threads
import WorldModels

@Suite("Benchmarks")
struct BenchmarkTests {
  private let suite = BenchmarkSuite(worlds: Catalog.entries)

  private func benchmark(_ name: String, _ rate: Int = 1) -> Benchmark {
    Benchmark(name, unit: "steps/s", summary: "nothing") { _ in BenchmarkWork { Double(rate) } }
  }

  @Test("a name selects itself and all below its dot, each once, in the suite's order")
  func selection() throws {
    #expect(
      try suite.selected(["vision.encode", "vision.encode.16", "matrix"]).map(\.name)
        == ["matrix.sgemm", "vision.encode.1", "vision.encode.16", "vision.encode.64"])
    #expect(try suite.selected(["vision.encode.1"]).map(\.name) == ["vision.encode.1"])
    #expect(try suite.selected(["world.TakeCover"]).map(\.name) == ["world.TakeCover.pixels64"])
    let usual = try suite.selected([])
    #expect(usual.contains { $0.name == "vision.train" })
    let families = Set(Catalog.entries.map(\.family))
    let worlds = Set(
      usual.map(\.name).filter { $0.hasPrefix("world.") }.map { $0.split(separator: ".")[1] })
    #expect(worlds.count == families.count && worlds.count < Catalog.entries.count)
  }

  @Test(
    "an unknown name is an error that names the nearest",
    arguments: [
      ("vision.encode.2", "vision.encode.1"), ("visoin", "vision"), ("worlds", "world"),
      ("world.TakeCovr.pixels64", "world.TakeCover.pixels64"),
    ])
  func unknown(name: String, nearest: String) {
    #expect {
      try suite.run([name], progress: .silent) { _ in }
    } throws: { error in
      let error = error as? ExperimentError
      return error?.kind == .usage && error?.description.contains("'\(nearest)'") == true
    }
  }

  @Test("a result's line has the documented members and rates in order")
  func line() throws {
    var lines: [String] = []
    let suite = BenchmarkSuite([benchmark("a.b", 7), benchmark("a.c")])
    try suite.run(["a"], effort: .trial, progress: .silent) { lines.append($0.json) }
    #expect(lines.count == 2)
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
    #expect(
      object.keys.sorted() == [
        "allocationsPerStep", "max", "median", "min", "name", "peakShare", "threads", "unit",
      ])
    #expect(object["name"] as? String == "a.b")
    #expect(object["peakShare"] is NSNull)
    let rates = ["min", "median", "max"].compactMap { object[$0] as? Double }
    #expect(rates.count == 3 && rates == rates.sorted() && rates[0] > 0)
  }

  @Test("work is measured in items a second, and its share against the peak")
  func rate() throws {
    let sleeping = Benchmark("sleep", unit: "steps/s", summary: "waits") { _ in
      BenchmarkWork(operationsPerItem: 1e6) {
        Thread.sleep(forTimeInterval: 0.01)
        return 5
      }
    }
    var result: BenchmarkResult?
    try BenchmarkSuite([sleeping]).run([], effort: .trial, progress: .silent) { result = $0 }
    let found = try #require(result)
    // 5 items in 10 ms or, on a busy machine, in more.
    #expect(found.max <= 500 && found.median > 5)
    // 500 million operations a second at most; any machine multiplies ten times as fast.
    #expect(try #require(found.peakShare) < 0.1)
  }

  @Test("a long measurement says so; a short one only names itself")
  func progress() throws {
    var lines: [String] = []
    let progress = BenchmarkProgress { lines.append($0) }
    try BenchmarkSuite([benchmark("a")]).run([], effort: .trial, progress: progress) { _ in }
    #expect(lines == ["a"])
  }

  @Test("useful operations are counted from the layers")
  func operations() {
    var stream = RandomStream(seed: 0)
    let vision = Vision(VisionConfiguration(), stream: &stream)
    // Kernel² · inputs · outputs at every place: of the output, or of a transposed one's input.
    let first = 48 * 32 * 31 * 31
    let encoder = first + 512 * 64 * 14 * 14 + 1024 * 128 * 6 * 6 + 2048 * 256 * 2 * 2
    let decoder =
      25 * 1024 * 128 + 25 * 128 * 64 * 5 * 5 + 36 * 64 * 32 * 13 * 13 + 36 * 32 * 3 * 30 * 30
    let dense = 1024 * 32
    #expect(MatrixWork.encode(vision) == Double(2 * (encoder + dense)))
    #expect(MatrixWork.decode(vision) == Double(2 * (decoder + dense)))
    #expect(
      MatrixWork.train(vision) == Double(6 * (encoder + decoder + 3 * dense) - 2 * first))
    let memory = Memory(MemoryConfiguration(), stream: &stream)
    #expect(MatrixWork.step(memory) == Double(2 * ((35 + 256) * 1024 + 256 * 480)))
    #expect(
      MatrixWork.train(memory) == Double(6 * ((35 + 256) * 1024 + 256 * 480) - 2 * 35 * 1024))
  }

  @Test("twenty steps of V lead to PyTorch's loss, and a steady step allocates nothing")
  func visionTraining() throws {
    var results: [BenchmarkResult] = []
    let suite = BenchmarkSuite([.visionTraining(.smallBenchmark, golden: .smallVision)])
    try suite.run([], effort: .trial, progress: .silent) { results.append($0) }
    #expect(results.map(\.name) == ["vision.train"])
    #expect(results.allSatisfy { ($0.peakShare ?? -1) > 0 })
    #expect(try fewestAllocations(suite, "vision.train") == 0)
  }

  @Test("twenty steps of M lead to PyTorch's loss, and a steady step allocates nothing")
  func memoryTraining() throws {
    let suite = BenchmarkSuite([.memoryTraining(.smallBenchmark, golden: .smallMemory)])
    #expect(try fewestAllocations(suite, "memory.train") == 0)
  }

  @Test("another loss than the golden one is an error and no measurement")
  func wrongLoss() {
    // Off by twice the tolerance.
    let golden = GoldenLoss(
      first: GoldenLoss.smallVision.first, last: GoldenLoss.smallVision.last * 1.0002)
    let suite = BenchmarkSuite([.visionTraining(.smallBenchmark, golden: golden)])
    #expect {
      try suite.run([], effort: .trial, progress: .silent) { _ in Issue.record("measured") }
    } throws: { error in
      "\(error)".contains("vision.train: after 20 steps the loss is")
    }
  }

  @Test(
    "encoding, decoding and dreaming allocate nothing in a steady step",
    arguments: ["vision.encode.16", "vision.decode.1", "dream.step.64"])
  func steadyRollouts(name: String) throws {
    #expect(try fewestAllocations(suite, name) == 0)
  }

  /// The least of some measurements: counts are the process's, and other tests run beside.
  private func fewestAllocations(_ suite: BenchmarkSuite, _ name: String) throws -> Double {
    var fewest = Double.infinity
    for _ in 0..<10 where fewest > 0 {
      try suite.run([name], effort: .trial, progress: .silent) {
        fewest = min(fewest, $0.allocationsPerStep)
      }
    }
    return fewest
  }

  @Test("every kind of observation of a family's first world is measured")
  func worlds() throws {
    var found: [BenchmarkResult] = []
    try suite.run(["world.MiniGrid-DoorKey-5x5-v0"], effort: .trial, progress: .silent) {
      found.append($0)
    }
    let entry = try #require(Catalog.entry("MiniGrid-DoorKey-5x5-v0"))
    #expect(
      found.map(\.name) == entry.observations.map { "world.\(entry.id).\($0.rawValue)" })
    #expect(found.allSatisfy { $0.median > 0 && $0.peakShare == nil })
  }

  @Test("training from a file tells the most memory, in the table and as a member of its line")
  func largeData() throws {
    // 37 MB, of which a step reads 100 frames.
    let suite = BenchmarkSuite([.largeData(frames: 3_000, preset: .tiny), benchmark("a")])
    var results: [BenchmarkResult] = []
    try suite.run([], effort: .trial, progress: .silent) { results.append($0) }
    // No usual one: it takes a file.
    #expect(results.map(\.name) == ["a"] && !results[0].json.contains("peakMemoryBytes"))
    try suite.run(["data.large"], effort: .trial, progress: .silent) { results.append($0) }
    let found = try #require(results.last)
    #expect(found.name == "data.large" && found.median > 0 && found.unit == "frames/s")
    #expect(found.json.contains("\"peakMemoryBytes\":\(try #require(found.peakMemoryBytes))"))
    let table = BenchmarkResult.table(results)
    #expect(table[0].hasSuffix("most memory") && table[3].hasSuffix("MiB"))
  }

  @Test("a file that the disk has no room for is one error")
  func noRoom() {
    // Sixty petabytes.
    let suite = BenchmarkSuite([.largeData(frames: 5_000_000_000_000)])
    #expect {
      try suite.run(["data"], effort: .trial, progress: .silent) { _ in Issue.record("measured") }
    } throws: { error in
      "\(error)".contains("are free; free space there, or set TMPDIR")
    }
  }
}
