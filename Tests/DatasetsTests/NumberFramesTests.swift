import Datasets
import Files
import Foundation
import TestSupport
import Testing

/// Vectors, cells, counts and documents out of files.
@Suite struct NumberFramesTests {
  private func preparation(_ kind: FrameKind, in folder: URL) -> FramePreparation {
    var value = FramePreparation(scratch: folder)
    value.kind = kind
    return value
  }

  private func npy(_ text: String, _ shape: String, _ bytes: [UInt8], _ url: URL) throws {
    var header = "{'descr': '\(text)', 'fortran_order': False, 'shape': \(shape), }"
    while (header.utf8.count + 11) % 64 != 0 { header += " " }
    header += "\n"
    let head: [UInt8] =
      [0x93] + Array("NUMPY".utf8)
      + [1, 0, UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)]
    try Data(head + Array(header.utf8) + bytes).write(to: url)
  }

  private func bytes<Number>(_ numbers: [Number]) -> [UInt8] {
    numbers.withUnsafeBytes { Array($0) }
  }

  private func read(_ source: any FrameSource, _ frame: Int) throws -> [Float] {
    source.frameFormat.numbers(try source.frames([frame]))
  }

  @Test func `Vectors come as they are, of either precision`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.url
    let numbers = [1.5, -2, 3e4, 0, -0.25, 7]
    for (name, data) in [
      ("<f8", bytes(numbers)), ("<f4", bytes(numbers.map { Float($0) })),
    ] {
      let url = folder.appending(path: "v\(data.count).npy")
      try npy(name, "(2, 3)", data, url)
      let source = try FrameSources.open([url.path], preparation(.vectors, in: folder))
      #expect(source.frameFormat == FrameFormat(.vectors, shape: [3]) && source.frameCount == 2)
      #expect(try read(source, 1) == [0, -0.25, 7])
    }
  }

  @Test(arguments: [
    (FrameKind.vectors, "<f4", [Float.nan, 1], "row 0 holds nan, which is no finite number"),
    (.vectors, "<f4", [1, Float.infinity], "row 1 holds inf"),
    (.counts, "<f4", [1, 0.5], "row 1 holds 0.5, which is no count"),
    (.counts, "<f4", [-1, 1], "row 0 holds -1.0, which is no count"),
    (.cells, "<f4", [3, 300], "row 1 holds 300.0, which is no code of 0 to 255"),
  ])
  func `What does not fit is said`(
    _ kind: FrameKind, _ type: String, _ numbers: [Float], _ words: String
  ) throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.url
    let url = folder.appending(path: "x.npy")
    try npy(type, "(2, 1)", bytes(numbers), url)
    let error = #expect(throws: FileError.self) {
      try FrameSources.open([url.path], preparation(kind, in: folder))
    }
    #expect("\(error!)".contains(words), "\(error!)")
  }

  @Test func `Cells know how many codes there are`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.url
    let url = folder.appending(path: "cells.npy")
    try npy("<i8", "(2, 1, 2, 2)", bytes([0, 3, 1, 0, 10, 2, 0, 0]), url)
    let source = try FrameSources.open([url.path], preparation(.cells, in: folder))
    #expect(source.frameFormat == FrameFormat(.cells, shape: [1, 2, 2], classes: 11))
    #expect(try read(source, 1) == [10, 2, 0, 0])
    var small = preparation(.cells, in: folder)
    small.classes = 5
    let error = #expect(throws: FileError.self) { try FrameSources.open([url.path], small) }
    #expect("\(error!)".contains("data.classes=11"), "\(error!)")
  }

  @Test func `Words of documents are counted`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.url
    let documents = [
      "The cat sat. THE CAT!", "A dog ran after the dog", "the cat and the dog", "Über the hill",
    ]
    for (index, text) in documents.enumerated() {
      try Data(text.utf8).write(to: folder.appending(path: "\(index).txt"))
    }
    var notes: [String] = []
    var preparation = preparation(.counts, in: folder)
    preparation.note = { notes.append($0) }
    let source = try FrameSources.open([folder.path], preparation)
    // 'the' stands in all four, the others in one each.
    #expect(notes.first?.contains("4 documents, 2 of") == true, "\(notes)")
    #expect(try (0..<4).map { try read(source, $0) } == [[2, 0], [0, 2], [1, 1], [0, 0]])
    let error = #expect(throws: FileError.self) {
      try FrameSources.open([folder.path], FramePreparation(scratch: folder))
    }
    #expect("\(error!)".contains("--kind counts"), "\(error!)")
    try Data([0xFF, 0xFE, 0x00]).write(to: folder.appending(path: "9.txt"))
    #expect(throws: FileError.self) { try FrameSources.open([folder.path], preparation) }
  }
}
