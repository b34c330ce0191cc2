import Files
import Foundation

/// The text files of a folder as bags of words: how often each word of a vocabulary stands in each.
enum TextFolder {
  /// Bytes of a document, at most.
  private static let mostBytes = 1 << 26
  /// Letters of a word, at least.
  private static let leastLetters = 3

  /// Counts words.
  ///
  /// The vocabulary is the words that stand in most documents, those left out that stand in more than half
  /// of them: they say little of what a document is about.
  ///
  /// - Throws: where a file is no text in UTF-8, or the files have no words in common.
  static func source(
    _ files: [URL], in folder: URL, _ preparation: FramePreparation
  ) throws -> any FrameSource {
    let words =
      try preparation.words?() ?? vocabulary(of: files, in: folder, preparation)
    guard !words.isEmpty else {
      throw FileError(
        place: folder.relativePath,
        cause: "nobody knows which words the numbers count that were learned from",
        remedy: "give an array of the same counts, or train on documents")
    }
    let places = Dictionary(uniqueKeysWithValues: words.enumerated().map { ($1, $0) })
    let format = FrameFormat(.counts, shape: [words.count])
    let counted = try FrameFile.written(
      files.count, format, path: folder.relativePath, preparation
    ) { document, bytes in
      var counts = [Float](repeating: 0, count: words.count)
      for word in try self.words(of: files[document]) {
        if let place = places[word] { counts[place] += 1 }
      }
      counts.withUnsafeBytes { UnsafeMutableRawBufferPointer(bytes).copyMemory(from: $0) }
    }
    return CountedDocuments(counted, words: words, names: files.map(\.lastPathComponent))
  }

  /// The words that stand in most documents, the most frequent first.
  private static func vocabulary(
    of files: [URL], in folder: URL, _ preparation: FramePreparation
  ) throws -> [String] {
    var documents: [String: Int] = [:]
    for file in files {
      for word in Set(try words(of: file)) { documents[word, default: 0] += 1 }
    }
    let most = files.count > 3 ? files.count / 2 : files.count
    let words = documents.filter { $0.value <= most && ($0.value > 1 || files.count <= 3) }
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .prefix(preparation.vocabulary).map(\.key)
    guard !words.isEmpty else {
      let areCommon = documents.values.contains { $0 > most }
      throw FileError(
        place: folder.relativePath,
        cause: areCommon
          ? "no word tells its \(files.count) text files apart: each stands in one of them, or in more than half"
          : "its \(files.count) text files have no words in common to be told apart by",
        remedy: areCommon
          ? "give documents of several subjects" : "give more documents, or longer ones")
    }
    preparation.note(
      "\(folder.relativePath): \(files.count) documents, \(words.count) of \(documents.count) words counted: "
        + words.prefix(8).joined(separator: ", ") + (words.count > 8 ? " …" : ""))
    return words
  }

  /// The words of a document, in small letters.
  private static func words(of file: URL) throws -> [String] {
    let bytes = try readFile(file.relativePath, atMost: mostBytes)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw FileError(
        place: file.relativePath, cause: "is no text in UTF-8",
        remedy: "save it as UTF-8, or take it out of the folder")
    }
    return text.split { !$0.isLetter }.filter { $0.count >= leastLetters }
      .map { $0.lowercased() }
  }
}

/// Documents as counts, with their names and the words that were counted.
private final class CountedDocuments: DerivedFrames {
  let base: any FrameSource
  let countedWords: [String]
  private let names: [String]

  init(_ base: any FrameSource, words: [String], names: [String]) {
    (self.base, countedWords, self.names) = (base, words, names)
  }

  func frameName(_ frame: Int) -> String? { names[frame] }
}
