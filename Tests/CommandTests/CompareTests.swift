import Files
import Foundation
import Pictures
import Randomness
import TestSupport
import Testing

@Suite("umwelt compare")
struct CompareTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func url(_ name: String) -> URL { folder.url.appending(path: name) }

  private func writeNormal(
    _ name: String, rows: Int, width: Int = 3, seed: UInt64, shift: Float = 0
  ) throws {
    var stream = RandomStream(seed: seed)
    try NpyWriter.write(
      (0..<rows * width).map { _ in Float(stream.standardNormal()) + shift },
      shape: [rows, width], to: url(name))
  }

  private func compare(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(["compare"] + arguments, in: folder.url)
  }

  /// The numbers of an outcome of `--json`.
  private func numbers(_ outcome: Program.Outcome) throws -> [String: [String: Double]] {
    try #require(outcome.code == 0, "\(outcome.errors)")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        as? [String: [String: Double]])
  }

  @Test("tells one law from two, under the names that programs read, the same bytes each time")
  func laws() throws {
    try writeNormal("a.npy", rows: 600, seed: 1)
    try writeNormal("b.npy", rows: 500, seed: 2)
    try writeNormal("far.npy", rows: 500, seed: 3, shift: 4)
    let outcome = try compare("a.npy", "b.npy", "--json")
    let same = try numbers(outcome)
    #expect(
      same.keys.sorted() == ["coverage", "density", "frechet", "kid", "mmd", "precision", "recall"])
    #expect(same.values.allSatisfy { $0.keys.sorted() == ["high", "low", "value"] })
    #expect(same.values.allSatisfy { ($0["low"] ?? 1) <= ($0["high"] ?? 0) })
    // Both scatter by about 0.03 and 0.01 between seeds.
    #expect(abs((same["density"]?["value"] ?? 0) - 1) < 0.15)
    #expect(abs((same["coverage"]?["value"] ?? 0) - 0.969) < 0.04)
    #expect(try compare("a.npy", "b.npy", "--json").output == outcome.output)
    let far = try numbers(try compare("a.npy", "far.npy", "--json"))
    #expect((far["precision"]?["value"] ?? 1) < 0.1 && (far["coverage"]?["value"] ?? 1) < 0.1)
    // Three numbers a row, each shifted by 4: 3 · 16.
    #expect(abs((far["frechet"]?["value"] ?? 0) - 48) < 2)
    #expect((far["kid"]?["low"] ?? 0) > 1 && (far["mmd"]?["low"] ?? 0) > 1)
    let table = try compare("a.npy", "b.npy")
    #expect(table.code == 0 && table.output.contains("b.npy: 500 rows of 3 numbers, beside a.npy"))
    #expect(table.output.contains("coverage") && table.output.contains("one law"))
  }

  @Test("the same pictures in bytes and in PNG files are one set")
  func pictures() throws {
    let (count, side) = (12, 9)
    let bytes = (0..<count * side * side * 3).map { UInt8($0 * 7919 % 251) }
    try NpyWriter.write(bytes, shape: [count, side, side, 3], to: url("x.npy"))
    try DurableFile.createFolder(url("pictures"))
    let size = side * side * 3
    for frame in 0..<count {
      try PNG.write(
        .init(width: side, height: side, pixels: Array(bytes[frame * size..<(frame + 1) * size])),
        to: url("pictures/\(100 + frame).png").path)
    }
    let found = try numbers(try compare("x.npy", "pictures", "--json"))
    for name in ["precision", "recall", "coverage"] { #expect(found[name]?["value"] == 1) }
    #expect(abs(found["frechet"]?["value"] ?? 1) < 1e-6)
  }

  @Test("bad input is one error that names the file")
  func badInput() throws {
    try writeNormal("a.npy", rows: 20, seed: 1)
    try writeNormal("wide.npy", rows: 20, width: 4, seed: 1)
    try writeNormal("few.npy", rows: 5, seed: 1)
    try NpyWriter.write([Float](repeating: .nan, count: 60), shape: [20, 3], to: url("nan.npy"))
    try NpyWriter.write([Float](), shape: [0, 3], to: url("none.npy"))
    try Data("no numbers".utf8).write(to: url("text.npy"))
    try DurableFile.createFolder(url("empty"))
    let cases: [(String, String)] = [
      ("wide.npy", "wide.npy: has rows of 4 numbers, a.npy has rows of 3; bring both to one size"),
      ("few.npy", "few.npy: has 5 rows: too few to compare; give 6 or more"),
      ("nan.npy", "nan.npy: row 0 holds a number that is not finite"),
      ("none.npy", "none.npy: has shape [0, 3]: there are no numbers in it"),
      ("text.npy", "text.npy: is no file of frames"), ("empty", "empty: holds no frames"),
      ("absent.npy", "absent.npy"),
    ]
    for (name, words) in cases {
      let outcome = try compare("a.npy", name, "--json")
      #expect(outcome.code == 1, "\(name): \(outcome.errors)")
      #expect(outcome.output.isEmpty && outcome.errors.contains(words), "\(outcome.errors)")
      #expect(outcome.errors.components(separatedBy: "error:").count == 2, "\(outcome.errors)")
    }
    #expect(try compare("a.npy").code == 2)
    #expect(try compare("a.npy", "a.npy", "--jsn").code == 2)
  }
}
