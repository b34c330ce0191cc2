import Files
import Foundation
import TestSupport
import Testing

@Suite("Files of a run folder") struct FilesTests {
  @Test("a file is replaced whole and nothing else is left") func replaces() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "summary.json")
    try DurableFile.write("old and longer", to: url)
    try DurableFile.write("new", to: url)
    #expect(try folder.text("summary.json") == "new")
    #expect(folder.contents == ["summary.json"])
  }

  @Test("a disk that is full leaves the old file as it was and says what to do")
  func fullDisk() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "model")
    try DurableFile.write("old", to: url)
    // The temporary file's name leads to a device that is always full.
    try FileManager.default.createSymbolicLink(
      atPath: folder.url.path + "/.model.partial", withDestinationPath: "/dev/full")
    let error = #expect(throws: FileError.self) {
      try DurableFile.write("new", to: url)
    }
    #expect(error?.place == url.path)
    #expect(error?.cause == "write: No space left on device")
    #expect(error?.remedy.contains("free space") == true)
    #expect(try folder.text("model") == "old")
    #expect(folder.contents == ["model"])
  }

  @Test(
    "a folder that cannot be written is named",
    .enabled(if: geteuid() != 0, "root may write everywhere"))
  func readOnlyFolder() throws {
    let folder = try TemporaryFolder()
    chmod(folder.url.path, 0o555)
    defer { chmod(folder.url.path, 0o755) }
    let error = #expect(throws: FileError.self) {
      try DurableFile.write("new", to: folder.url.appending(path: "model"))
    }
    #expect(error?.cause == "create: Permission denied")
  }

  @Test("a folder that cannot be created is named") func impossibleFolder() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "file")
    try DurableFile.write("text", to: file)
    let error = #expect(throws: FileError.self) {
      try DurableFile.createFolder(file.appending(path: "below"))
    }
    #expect(error?.place.hasSuffix("file/below") == true)
    #expect(error?.cause == "create folder: Not a directory")
    try DurableFile.createFolder(folder.url.appending(path: "a/b/c"))
    try DurableFile.createFolder(folder.url.appending(path: "a/b/c"))
    #expect(folder.contents == ["a", "file"])
  }

  @Test("appended lines survive a kill in the middle of one") func halfLine() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "metrics.jsonl")
    try JSONLines(at: url).append(["step": 1], ["step": 2])
    let handle = try FileHandle(forWritingTo: url)
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("{\"step\":3".utf8))
    let lines = try JSONLines(at: url)
    #expect(lines.count == 2)
    try lines.append(["step": 4])
    #expect(try folder.text("metrics.jsonl") == "{\"step\":1}\n{\"step\":2}\n{\"step\":4}\n")
  }

  @Test("lines beyond those of a checkpoint are cut, and lines that are lacking are an error")
  func truncation() throws {
    let folder = try TemporaryFolder()
    let lines = try JSONLines(at: folder.url.appending(path: "scores.jsonl"))
    try lines.append((0..<5).map { ["episode": .integer($0)] })
    try lines.truncate(toLines: 2)
    try lines.append(["episode": 9])
    #expect(lines.count == 3)
    #expect(
      try folder.text("scores.jsonl") == "{\"episode\":0}\n{\"episode\":1}\n{\"episode\":9}\n")
    let error = #expect(throws: FileError.self) { try lines.truncate(toLines: 4) }
    #expect(error?.cause == "has 3 lines where 4 were written before")
    try lines.truncate(toLines: 0)
    #expect(try folder.text("scores.jsonl").isEmpty)
  }

  @Test("JSON keeps the order of its names and has one text") func json() {
    var value: JSONValue = [
      "z": 1, "a": [true, nil, 0.1, 1e-7, 1e22, 3.0], "text": "a\"\\\n\u{1}é", "none": [:], "l": [],
    ]
    value["z"] = JSONValue(Float(0.1))
    value["new"] = .number(.nan)
    value["none"] = nil
    #expect(
      value.line
        == "{\"z\":0.1,\"a\":[true,null,0.1,1e-07,1e+22,3.0],\"text\":\"a\\\"\\\\\\n\\u0001é\",\"l\":[],\"new\":null}"
    )
    #expect(
      JSONValue.object([.init("a", [1, ["b": 2]])]).document == """
        {
          "a": [
            1,
            {
              "b": 2
            }
          ]
        }

        """)
    #expect(value["a"] == [true, nil, 0.1, 1e-7, 1e22, 3.0])
    #expect(value["absent"] == nil)
  }
}
