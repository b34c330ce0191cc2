import Files
import Foundation
import Randomness
import TestSupport
import Testing

/// A `.npy` file of a head's text, padded as NumPy does, and data.
private func npy(_ text: String, data: [UInt8] = [], version: UInt8 = 1) -> Data {
  let padded = text + String(repeating: " ", count: 117 - text.utf8.count) + "\n"
  return Data([0x93] + Array("NUMPY".utf8) + [version, 0, 118, 0] + Array(padded.utf8) + data)
}

@Suite("Arrays in NumPy's format") struct NpyTests {
  @Test("an array is laid out byte for byte as NumPy does")
  func layout() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "a.npy")
    try NpyWriter<Float>.write([1, 2, 3, 4, 5, 6], shape: [2, 3], to: url)
    let floats: [Float] = [1, 2, 3, 4, 5, 6]
    #expect(
      try Data(contentsOf: url)
        == npy(
          "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
          data: floats.withUnsafeBytes { Array($0) }))
    try NpyWriter<UInt8>.write([7, 8], shape: [2], to: url)
    #expect(
      try Data(contentsOf: url)
        == npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }", data: [7, 8]))
    try NpyWriter<Bool>.write([true], shape: [], to: url)
    #expect(
      try Data(contentsOf: url)
        == npy("{'descr': '|b1', 'fortran_order': False, 'shape': (), }", data: [1]))
  }

  @Test("rows that are appended make the file that is written at once")
  func appending() throws {
    let folder = try TemporaryFolder()
    let (one, other) = (folder.url.appending(path: "a.npy"), folder.url.appending(path: "b.npy"))
    let values = (0..<24).map { Int32($0) - 7 }
    try NpyWriter<Int32>.write(values, shape: [4, 2, 3], to: one)
    let writer = try NpyWriter<Int32>(at: other, rowShape: [2, 3])
    try writer.append(Array(values[..<6]))
    try writer.append(Array(values[6...]))
    try writer.finish()
    #expect(try Data(contentsOf: one) == Data(contentsOf: other))
    let file = try NpyFile<Int32>(at: other)
    #expect(file.shape == [4, 2, 3])
    #expect(Array(file.elements) == values)
    #expect(Array(file.row(2)) == Array(values[12..<18]))
  }

  @Test("a planted link is not written through: the array takes its place")
  func plantedLink() throws {
    let folder = try TemporaryFolder()
    let (link, other) = (folder.url.appending(path: "a.npy"), folder.url.appending(path: "b"))
    try Data("kept".utf8).write(to: other)
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: other)
    let writer = try NpyWriter<Float>(at: link)
    try writer.append([1, 2])
    try writer.finish()
    #expect(try Data(contentsOf: other) == Data("kept".utf8))
    #expect(try NpyFile<Float>(at: link).shape == [2])
    let attributes = try FileManager.default.attributesOfItem(atPath: link.path)
    #expect(attributes[.type] as? FileAttributeType == .typeRegular)
  }

  @Test("a head that NumPy allows to be written otherwise is read") func otherHeads() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "a.npy")
    try npy("{\"shape\":(2 , 1),'fortran_order':False , 'descr':\"|u1\"}", data: [1, 2]).write(
      to: url)
    #expect(try NpyFile<UInt8>(at: url).shape == [2, 1])
  }

  @Test(
    "a file that does not belong here is refused with its name and the reason",
    arguments: [
      (Data(), "has 0 bytes"),
      (Data("PK\u{3}\u{4} a zip file, not an array".utf8), "no .npy file of format 1.0"),
      (npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }", version: 2), "format 1.0"),
      (npy("{'descr': '|u1'}").prefix(60), "should have a head of 128 bytes, has 60"),
      (
        npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }"),
        "holds 64-bit floats (float64) where bytes (uint8) are needed"
      ),
      (npy("{'descr': '|u1', 'fortran_order': True, 'shape': (2,), }"), "stored column by column"),
      (npy("{'descr': '|u1', 'fortran_order': False, }"), "without type and shape"),
      (npy("{'descr': '|u1', 'fortran_order': False, 'shape': (3,), } x"), "more after"),
      (npy("{'descr': '|u1', 'shape': (-1,), }"), "no whole number"),
      (npy("{'descr': '|u1', 'shape': (99999999999999999999,), }"), "no whole number"),
      (npy("{'descr': '|u1', 'color': 'red', }"), "unknown key 'color'"),
      (npy("{'descr': '|u1, "), "text without end"),
      (npy("{'descr': '|u1', 'shape': (3, 1), }"), "has shape [3, 1] where [3] is needed"),
      (npy("{'descr': '|u1', 'shape': (3,), }", data: [1]), "should have 3 bytes of data, has 1"),
      (npy("{'descr': '|u1', 'shape': (3,), }", data: [1, 2, 3, 4]), "1 bytes after its data"),
    ] as [(Data, String)])
  func refusals(bytes: Data, reason: String) throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "a.npy")
    try bytes.write(to: url)
    let error = #expect(throws: FileError.self) { try NpyFile<UInt8>(at: url, shape: [3]) }
    #expect(error?.place == url.path)
    #expect(error?.cause.contains(reason) == true, "\(error?.cause ?? "no error")")
  }

  @Test("shapes beyond all sizes and bytes that are no Bool are refused, and missing files")
  func extremes() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "a.npy")
    try npy("{'descr': '<f4', 'shape': (4611686018427387904, 4), }").write(to: url)
    var error = #expect(throws: FileError.self) { try NpyFile<Float>(at: url) }
    #expect(error?.cause.contains("beyond all sizes") == true)
    try npy("{'descr': '|b1', 'shape': (2,), }", data: [1, 2]).write(to: url)
    error = #expect(throws: FileError.self) { try NpyFile<Bool>(at: url) }
    #expect(error?.cause.contains("neither true nor false") == true)
    error = #expect(throws: FileError.self) {
      try NpyFile<Bool>(at: folder.url.appending(path: "absent.npy"))
    }
    #expect(error?.cause == "No such file or directory")
  }

  @Test("no damage to a file crashes the reader") func fuzz() throws {
    let folder = try TemporaryFolder()
    // Foundation's way of writing waits for the disk each time.
    func open(_ bytes: Data, _ number: Int) throws -> NpyFile<Bool> {
      let url = folder.url.appending(path: "\(number).npy")
      let stream = try #require(fopen(url.path, "w"))
      _ = bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, stream) }
      fclose(stream)
      defer { try? FileManager.default.removeItem(at: url) }
      return try NpyFile<Bool>(at: url)
    }
    let intact = npy(
      "{'descr': '|b1', 'fortran_order': False, 'shape': (2, 3), }", data: [0, 1, 0, 1, 1, 0])
    var stream = RandomStream(seed: 3)
    for length in 0..<intact.count {
      #expect(throws: FileError.self) { try open(intact.prefix(length), length) }
    }
    for number in 0..<2000 {
      var damaged = intact
      for _ in 0..<stream.integers(in: 1..<4) {
        damaged[stream.integers(in: 0..<damaged.count)] = UInt8(stream.integers(in: 0..<256))
      }
      if let file = try? open(damaged, number) { _ = file.elements.reduce(false) { $0 != $1 } }
    }
  }

  @Test(
    "a file that is cut short while it is open ends the program with a message, not by a signal")
  func cutWhileOpen() async {
    let result = await #expect(
      processExitsWith: .exitCode(1), observing: [\.standardErrorContent]
    ) {
      let folder = try TemporaryFolder()
      let url = folder.url.appending(path: "cut.npy")
      try NpyWriter<UInt8>.write([UInt8](repeating: 1, count: 20_000), shape: [20_000], to: url)
      let file = try NpyFile<UInt8>(at: url)
      truncate(url.path, 100)
      print(file.elements[15_000])
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("cut.npy: was cut short while it was being read"), "\(text)")
  }
}
