import Files
import Foundation
import Randomness
import Testing

/// A safetensors file of a header text and data.
private func file(_ header: String, data: Int = 0) -> [UInt8] {
  withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { [UInt8]($0) }
    + [UInt8](header.utf8) + [UInt8](repeating: 1, count: data)
}

private func entry(_ name: String, _ type: String, _ shape: String, _ begin: Int, _ end: Int)
  -> String
{
  "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":[\(begin),\(end)]}"
}

private let sample: TensorFile = {
  var file = TensorFile()
  file.metadata = ["step": "12", "note": "a \"quoted\"\n\u{1}line, é"]
  file.entries["weight"] = TensorEntry([1, 2.5, -3, 4, 5, 6] as [Float], shape: [2, 3])
  file.entries["bias"] = TensorEntry([0.5] as [Float])
  file.entries["step"] = TensorEntry([7] as [Int64], shape: [])
  file.entries["mean"] = TensorEntry([1e300, 2] as [Double])
  file.entries["pixels"] = TensorEntry([1, 2, 255] as [UInt8], shape: [1, 3])
  file.entries["order"] = TensorEntry([Int32.min, 3])
  file.entries["stream"] = TensorEntry([UInt64.max])
  file.entries["empty"] = TensorEntry([] as [Float], shape: [0, 4])
  return file
}()

@Test("a tensor file comes back as it was written") func safetensorsRoundTrip() throws {
  let read = try TensorFile(bytes: sample.serialized(), place: "test")
  #expect(read.metadata == sample.metadata)
  #expect(read.entries == sample.entries)
  #expect(try read.values("weight", as: Float.self, shape: [2, 3]) == [1, 2.5, -3, 4, 5, 6])
  #expect(try read.values("stream", as: UInt64.self) == [.max])
}

@Test("equal content gives equal bytes, laid out as the reference writer lays them")
func safetensorsLayout() throws {
  var small = TensorFile()
  small.entries["b"] = TensorEntry([1] as [Float])
  small.entries["a"] = TensorEntry([2] as [Float])
  small.entries["z"] = TensorEntry([9] as [UInt8])
  small.entries["n"] = TensorEntry([3] as [Int64], shape: [])
  small.metadata = ["k": "v"]
  let header =
    "{\"__metadata__\":{\"k\":\"v\"},"
    + [
      entry("n", "I64", "[]", 0, 8), entry("a", "F32", "[1]", 8, 12),
      entry("b", "F32", "[1]", 12, 16), entry("z", "U8", "[1]", 16, 17),
    ].joined(separator: ",") + "}"
  let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
  let data: [UInt8] = [3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0x80, 0x3F, 9]
  #expect(small.serialized() == file(padded) + data)
}

@Test("a header that JSON allows to be written otherwise is read")
func safetensorsForeignHeader() throws {
  let header =
    "{ \"\\u0061\\ud83d\\ude00\" : {\"shape\":[ 2 ],\n\"data_offsets\" : [0, 8],\"dtype\":\"F32\"} }  "
  let read = try TensorFile(bytes: file(header, data: 8), place: "test")
  #expect(read.names == ["a😀"])
  #expect(try TensorFile(bytes: file("{}"), place: "test").names.isEmpty)
}

@Test(
  "a file that breaks a rule is refused with its name and the reason",
  arguments: [
    ([1, 2, 3], "fewer than the 8"),
    (file("{}").dropLast().map { $0 }, "should end at byte 10"),
    (file("[]"), "does not begin with '{'"),
    (file(""), "does not begin with '{'"),
    ([UInt8](repeating: 0xFF, count: 16), "more than 100000000"),
    (file("{\(entry("a", "F32", "[1]", 0, 4))}"), "need 4 bytes of data, the file has 0"),
    (file("{\(entry("a", "F32", "[1]", 0, 4))}", data: 5), "1 bytes follow"),
    (file("{\(entry("a", "F32", "[1]", 4, 8))}", data: 8), "a gap before it"),
    (
      file("{\(entry("a", "F32", "[2]", 0, 8)),\(entry("b", "F32", "[1]", 4, 8))}", data: 8),
      "an overlap"
    ),
    (file("{\(entry("a", "F32", "[2]", 0, 4))}", data: 4), "does not fit its bytes 0..<4"),
    (
      file("{\(entry("a", "F32", "[4611686018427387904,4]", 0, 0))}"),
      "does not fit its bytes 0..<0"
    ),
    (file("{\(entry("a", "F32", "[1]", 4, 0))}", data: 4), "does not fit"),
    (file("{\(entry("a", "F16", "[1]", 0, 2))}", data: 2), "elements of type 'F16'"),
    (
      file("{\(entry("a", "U8", "[1]", 0, 1)),\(entry("a", "U8", "[1]", 1, 2))}", data: 2),
      "'a' stands twice"
    ),
    (file("{\"__metadata__\":{\"a\":\"b\",\"a\":\"c\"}}"), "twice in the metadata"),
    (file("{\"__metadata__\":{\"a\":1}}"), "has no"),
    (file("{\"a\":{\"dtype\":\"U8\",\"shape\":[1]}}", data: 1), "lacks its dtype"),
    (file("{\(entry("a", "U8", "[01]", 0, 1))}", data: 1), "whole number"),
    (file("{\(entry("a", "U8", "[-1]", 0, 1))}", data: 1), "whole number"),
    (file("{\(entry("a", "U8", "[9223372036854775808]", 0, 1))}", data: 1), "whole number"),
    (file("{} x"), "has no end"),
  ] as [([UInt8], String)])
func safetensorsRefusals(bytes: [UInt8], reason: String) {
  let error = #expect(throws: FileError.self) {
    try TensorFile(bytes: bytes, place: "model.safetensors")
  }
  #expect(error?.description.hasPrefix("model.safetensors: read: ") == true)
  #expect(error?.cause.contains(reason) == true, "\(error?.cause ?? "no error")")
}

@Test("no damage to a file crashes the reader") func safetensorsFuzz() {
  let intact = sample.serialized()
  var stream = RandomStream(seed: 5)
  for length in 0..<intact.count {
    #expect(throws: FileError.self) {
      try TensorFile(bytes: Array(intact.prefix(length)), place: "cut")
    }
  }
  for _ in 0..<3000 {
    var damaged = intact
    for _ in 0..<stream.integers(in: 1..<5) {
      let place = stream.integers(in: 0..<stream.integers(in: 8..<damaged.count) + 1)
      damaged[place] = UInt8(stream.integers(in: 0..<256))
    }
    _ = try? TensorFile(bytes: damaged, place: "damaged")
    let noise = (0..<stream.integers(in: 0..<64)).map { _ in UInt8(stream.integers(in: 0..<256)) }
    _ = try? TensorFile(bytes: file("{") + noise, place: "noise")
  }
}

@Test("writing replaces a file whole, and a failure leaves the old one and nothing else")
func safetensorsWrite() throws {
  let folder = FileManager.default.temporaryDirectory.appending(path: "tensors-\(UUID())")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let url = folder.appending(path: "model.safetensors")
  try TensorFile().write(to: url)
  try sample.write(to: url)
  #expect(try TensorFile(contentsOf: url).entries == sample.entries)
  #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)

  let missing = folder.appending(path: "nowhere/model.safetensors")
  let error = #expect(throws: FileError.self) { try sample.write(to: missing) }
  #expect(error?.place == missing.path)
  #expect(error?.cause == "No such file or directory")
  let absent = #expect(throws: FileError.self) { try TensorFile(contentsOf: missing) }
  #expect(absent?.cause == "there is no such file")
}

@Test("a tensor that is missing or of another kind is named")
func safetensorsMismatch() {
  for (name, expected) in [
    ("none", "'none' is missing"), ("bias", "'bias' has shape [1] where [2] is needed"),
    ("mean", "'mean' is F64 where F32 is needed"),
  ] {
    let error = #expect(throws: FileError.self) {
      _ = try sample.values(name, as: Float.self, shape: [2])
    }
    #expect(error?.cause.contains(expected) == true)
  }
}

@Test("any flipped bit of a sealed file is refused") func safetensorsSeal() throws {
  let sealed = sample.serialized(isSealed: true)
  let read = try TensorFile(bytes: sealed, place: "test", isSealed: true)
  #expect(read.metadata == sample.metadata)
  #expect(read.entries == sample.entries)
  for place in sealed.indices {
    for bit in 0..<8 {
      var damaged = sealed
      damaged[place] ^= 1 << bit
      #expect(throws: FileError.self, "byte \(place), bit \(bit)") {
        try TensorFile(bytes: damaged, place: "damaged", isSealed: true)
      }
    }
  }
  let error = #expect(throws: FileError.self) {
    try TensorFile(bytes: sample.serialized(), place: "bare", isSealed: true)
  }
  #expect(error?.cause == "it has no checksum")
  #expect(try TensorFile(bytes: sample.serialized(), place: "bare").entries == sample.entries)
}

@Test("numbers that must be finite, and counters, are refused where they are not")
func safetensorsValues() throws {
  var file = TensorFile()
  file.entries["weight"] = TensorEntry([1, .infinity] as [Float])
  file.entries["loss"] = TensorEntry([.nan] as [Double])
  file.entries["step"] = TensorEntry([-1] as [Int64])
  file.entries["count"] = TensorEntry([7] as [Int64])
  for (name, cause) in [("weight", "'weight' holds inf"), ("loss", "nan where every number")] {
    let error = #expect(throws: FileError.self) {
      if name == "loss" { _ = try file.values(name, as: Double.self, finite: true) }
      _ = try file.values(name, as: Float.self, finite: true)
    }
    #expect(error?.cause.contains(cause) == true)
  }
  #expect(try file.values("weight", as: Float.self) == [1, .infinity])
  #expect(try file.counter("count") == 7)
  let error = #expect(throws: FileError.self) { try file.counter("step") }
  #expect(error?.cause.contains("'step' holds -1 where 0 to") == true)
}

@Test("only a regular file is read, and the header is believed before gigabytes are")
func safetensorsOtherKinds() throws {
  let folder = FileManager.default.temporaryDirectory.appending(path: "tensors-\(UUID())")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let pipe = folder.appending(path: "pipe.safetensors")
  mkfifo(pipe.path, 0o644)
  var error = #expect(throws: FileError.self) { try TensorFile(contentsOf: pipe) }
  #expect(error?.cause == "is no regular file, but a folder, pipe or device")
  let sparse = folder.appending(path: "sparse.safetensors")
  try sample.write(to: sparse)
  truncate(sparse.path, 8 << 30)
  error = #expect(throws: FileError.self) { try TensorFile(contentsOf: sparse) }
  #expect(error?.cause.contains("bytes follow after the last tensor") == true)
}
