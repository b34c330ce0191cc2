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
    // The device that is always full; what is written there goes the way of all durable files.
    let bytes = [UInt8]("new".utf8)
    let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
    defer { close(full) }
    let error = #expect(throws: FileError.self) {
      try bytes.withUnsafeBytes { try writeFully($0, to: full, path: url.path) }
    }
    #expect(error?.place == url.path)
    #expect(error?.description.contains("write: No space left on device") == true)
    #expect(error?.remedy.contains("free space") == true)
  }

  @Test("a write that fails at its last step leaves the old state and nothing else")
  func failedRename() throws {
    let folder = try TemporaryFolder()
    let taken = folder.url.appending(path: "model")
    try DurableFile.createFolder(taken.appending(path: "inside"))
    let error = #expect(throws: FileError.self) { try DurableFile.write("new", to: taken) }
    #expect(error?.place == taken.path)
    #expect(error?.operation == "rename")
    #expect(folder.contents == ["model"])
  }

  @Test("a link in the place of the temporary file is replaced, not followed")
  func plantedLink() throws {
    let folder = try TemporaryFolder()
    try DurableFile.write("mine", to: folder.url.appending(path: "letter"))
    try FileManager.default.createSymbolicLink(
      atPath: folder.url.path + "/.model.partial",
      withDestinationPath: folder.url.path + "/letter")
    try DurableFile.write("new", to: folder.url.appending(path: "model"))
    #expect(try folder.text("model") == "new")
    #expect(try folder.text("letter") == "mine")
    #expect(folder.contents == ["letter", "model"])
  }

  @Test(
    "a pending file of many small pieces and a large one is whole, and let go it leaves nothing")
  func pendingPieces() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "film")
    var expected: [UInt8] = []
    do {
      let file = try PendingFile(path: url.path)
      for index in 0..<3000 {
        let piece = [UInt8](repeating: UInt8(index % 251), count: index == 7 ? 100_000 : index % 90)
        expected += piece
        piece.withUnsafeBytes { file.write($0) }
      }
      #expect(!FileManager.default.fileExists(atPath: url.path))
      try file.commit()
    }
    #expect(try readFile(url.path) == expected)
    do {
      let file = try PendingFile(path: url.path)
      [1, 2, 3].withUnsafeBytes { file.write($0) }
    }
    #expect(try readFile(url.path) == expected)
    #expect(folder.contents == ["film"])
  }

  @Test("of those who make a new folder of one name only the first does") func newFolder() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "runs/one")
    #expect(try DurableFile.createNewFolder(url))
    #expect(try !DurableFile.createNewFolder(url))
  }

  @Test("only regular files are read, and none beyond what it can be") func regularOnly() throws {
    let folder = try TemporaryFolder()
    mkfifo(folder.url.path + "/pipe", 0o644)
    mkdir(folder.url.path + "/folder", 0o755)
    try DurableFile.write("text", to: folder.url.appending(path: "file"))
    let expected = [
      ("pipe", "is no regular file, but a folder, pipe or device"),
      ("folder", "is no regular file, but a folder, pipe or device"),
      ("file", "has 4 bytes, such files have 3 at most"), ("absent", "No such file or directory"),
    ]
    for (name, cause) in expected {
      let error = #expect(throws: FileError.self) {
        try readFile(folder.url.path + "/" + name, atMost: 3)
      }
      #expect(error?.cause == cause)
    }
    let device = #expect(throws: FileError.self) { try readFile("/dev/zero") }
    #expect(device?.cause == "is no regular file, but a folder, pipe or device")
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
    #expect(error?.operation == "create")
    #expect(error?.cause == "Permission denied")
  }

  @Test("a folder that cannot be created is named") func impossibleFolder() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "file")
    try DurableFile.write("text", to: file)
    let error = #expect(throws: FileError.self) {
      try DurableFile.createFolder(file.appending(path: "below"))
    }
    #expect(error?.place.hasSuffix("file/below") == true)
    #expect(error?.operation == "create folder")
    #expect(error?.cause == "Not a directory")
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

  @Test("JSON is read back as it was written, and strictly") func jsonReading() throws {
    let value: JSONValue = [
      "z": 1, "a": [true, nil, 0.1, -1e-7, 1e22, false, -3], "text": "a\"\\\n\u{1}é\u{9b}",
      "o": [:],
      "l": [],
    ]
    for text in [value.line, value.document] {
      #expect(!text.unicodeScalars.contains("\u{9b}"))
      #expect(try JSONValue(reading: text.utf8) == value)
    }
    let refused = [
      ("", "value"), ("{", "'\"'"), ("[1,]", "value"), ("{\"a\":1,\"a\":2}", "'a' stands twice"),
      ("01", "whole number"), ("1 2", "end"), ("nul", "value"), ("1e999", "number"),
      ("\"\\x\"", "known character"), ("\"", "whole UTF-8 string"),
      (String(repeating: "[", count: 100_000), "end of its nesting"),
    ]
    for (text, cause) in refused {
      let error = #expect(throws: JSONProblem.self) { try JSONValue(reading: text.utf8) }
      #expect(error?.cause.contains(cause) == true, "\(text.prefix(20)): \(error?.cause ?? "")")
    }
  }
}
