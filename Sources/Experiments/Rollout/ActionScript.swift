import Files
import Foundation

/// Actions read from a file, to be taken one after the other.
public struct ActionScript: Hashable, Sendable {
  /// Ends an episode that the world has not ended: the line `reset`, or -1 in an array.
  public static let reset: Int32 = -1

  /// Indices of actions, and `reset`.
  public let actions: [Int32]

  /// Reads a text of one action a line, by name or index, or a `.npy` array of indices.
  ///
  /// Empty lines and what follows a `#` do not count. An array is of int32 or int64.
  ///
  /// - Parameters:
  ///   - url: the file.
  ///   - names: the world's actions.
  /// - Throws: where it cannot be read, or naming the line of an action that the world has not.
  public init(contentsOf url: URL, names: [String]) throws {
    let found =
      url.pathExtension.lowercased() == "npy"
      ? try Self.array(url, names) : try Self.text(url, names)
    guard !found.isEmpty else {
      throw ExperimentError(
        .usage, place: url.relativePath, cause: "it holds no actions",
        remedy: "write one a line: \(names.joined(separator: ", "))")
    }
    actions = found
  }

  private static func text(_ url: URL, _ names: [String]) throws -> [Int32] {
    guard let data = FileManager.default.contents(atPath: url.path) else {
      throw ExperimentError(
        .usage, place: "--actions \(url.relativePath)", cause: "there is no such file to be read",
        remedy: "check the path")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw ExperimentError(
        .usage, place: url.relativePath, cause: "it is no text",
        remedy: "write one action a line, or give an array as .npy")
    }
    var actions: [Int32] = []
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (number, line) in lines.enumerated() {
      let word = line.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces)
      guard !word.isEmpty else { continue }
      actions.append(try action(word, names, place: "\(url.relativePath):\(number + 1)"))
    }
    return actions
  }

  private static func action(_ word: String, _ names: [String], place: String) throws -> Int32 {
    if let index = names.firstIndex(of: word) { return Int32(index) }
    if word == "reset" { return reset }
    if let index = Int32(word), names.indices.contains(Int(index)) { return index }
    guard Int(word) == nil else {
      throw ExperimentError(
        .usage, place: place, cause: "there is no action \(word)",
        remedy: "give 0 to \(names.count - 1), or a name: \(names.joined(separator: ", "))")
    }
    throw ExperimentError(
      .usage, place: place, cause: "there is no action '\(word)'",
      remedy: NearestName.hint(word, among: names + ["reset"]))
  }

  private static func array(_ url: URL, _ names: [String]) throws -> [Int32] {
    let values: [Int]
    if let file = try? NpyFile<Int32>(at: url), file.shape.count == 1 {
      values = numbers(file)
    } else if let file = try? NpyFile<Int64>(at: url), file.shape.count == 1 {
      values = numbers(file)
    } else {
      try refuseRows(url)
      throw ExperimentError(
        .usage, place: "--actions \(url.relativePath)",
        cause: "is no array of whole numbers, one an action, that can be read",
        remedy: "save a one-dimensional array of int32 or int64 with numpy.save")
    }
    return try values.enumerated().map { place, value in
      guard value == Int(reset) || names.indices.contains(value) else {
        throw ExperimentError(
          .usage, place: "\(url.relativePath), element \(place)",
          cause: "there is no action \(value)",
          remedy: "give 0 to \(names.count - 1), or -1 to begin a new episode")
      }
      return Int32(value)
    }
  }
}

extension ActionScript {
  /// Says of an array of whole numbers with several extents what it is.
  private static func refuseRows(_ url: URL) throws {
    let shape = (try? NpyFile<Int32>(at: url))?.shape ?? (try? NpyFile<Int64>(at: url))?.shape
    guard let shape, shape.count != 1 else { return }
    let extents = shape.map { "\($0)" }.joined(separator: "×")
    throw ExperimentError(
      .usage, place: "--actions \(url.relativePath)",
      cause: shape.isEmpty
        ? "holds a single number without an extent" : "is an array of \(extents), not a list",
      remedy: "save one number an action, in the order in which they are taken: array.reshape(-1)")
  }
}

/// The elements of an array, copied while its file is open.
private func numbers<Element: NpyElement & BinaryInteger>(_ file: NpyFile<Element>) -> [Int] {
  withExtendedLifetime(file) { file.elements.map(Int.init) }
}
