import EnvironmentKit
import Files
import Foundation
import Settings

/// Actions read from a file, to be taken one after the other.
public struct ActionScript: Hashable, Sendable {
  /// Ends an episode that the world has not ended: the line `reset`; in an array -1, or a row of NaN.
  public static let reset: ActionValue = -1

  /// Actions of the world, and `reset`.
  public let actions: [ActionValue]

  /// Reads a text of one action per line, or a `.npy` array.
  ///
  /// Choices stand in a text by name or index and in an array, of int32 or int64, by index. Rows of
  /// numbers stand in a text with spaces or commas between, and in an array of float32 as
  /// `[action, component]`. Empty lines and what follows a `#` do not count.
  ///
  /// - Parameters:
  ///   - url: the file.
  ///   - space: what may be done in the world.
  /// - Throws: where it cannot be read, or naming the line of an action that the world has not.
  public init(contentsOf url: URL, of space: ActionSpace) throws {
    let isArray = url.pathExtension.lowercased() == "npy"
    let found: [ActionValue] =
      switch space {
      case .discrete(let names):
        isArray
          ? try Self.array(url, names)
          : try Self.text(url) { try Self.choice($0, names, place: $1) }
      case .continuous:
        isArray
          ? try Self.rows(url, space)
          : try Self.text(url) { try Self.row($0, space, place: $1) }
      }
    guard !found.isEmpty else {
      throw ExperimentError(
        .usage, place: url.relativePath, cause: "it holds no actions",
        remedy: "write one per line: \(Self.choices(space))")
    }
    actions = found
  }

  /// What can be written in a line.
  private static func choices(_ space: ActionSpace) -> String {
    switch space {
    case .discrete(let names): names.joined(separator: ", ")
    case .continuous(let bounds):
      "\(bounds.count) numbers in "
        + bounds.map { "\($0.lowerBound)…\($0.upperBound)" }.joined(separator: ", ")
    }
  }
}

// Texts.
extension ActionScript {
  private static func text(
    _ url: URL, _ action: (_ line: String, _ place: String) throws -> ActionValue
  ) throws -> [ActionValue] {
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
    var actions: [ActionValue] = []
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (number, line) in lines.enumerated() {
      let word = line.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces)
      guard !word.isEmpty else { continue }
      actions.append(try action(word, "\(url.relativePath):\(number + 1)"))
    }
    return actions
  }

  private static func choice(
    _ word: String, _ names: [String], place: String
  ) throws -> ActionValue {
    if let index = names.firstIndex(of: word) { return .index(Int32(index)) }
    if word == "reset" { return reset }
    if let index = Int32(word), names.indices.contains(Int(index)) { return .index(index) }
    guard Int(word) == nil else {
      throw ExperimentError(
        .usage, place: place, cause: "there is no action \(word)",
        remedy: "give 0 to \(names.count - 1), or a name: \(names.joined(separator: ", "))")
    }
    throw ExperimentError(
      .usage, place: place, cause: "there is no action '\(word)'",
      remedy: NearestName.hint(word, among: names + ["reset"]))
  }

  private static func row(
    _ line: String, _ space: ActionSpace, place: String
  ) throws -> ActionValue {
    if line == "reset" { return reset }
    let words = line.split { $0 == "," || $0.isWhitespace }
    let action = ActionValue.row(words.compactMap { Float($0) })
    guard words.count == space.count, space.contains(action) else {
      throw ExperimentError(
        .usage, place: place, cause: "'\(line)' is no action of the world",
        remedy: "give \(choices(space)), or reset")
    }
    return action
  }
}

// Arrays.
extension ActionScript {
  private static func array(_ url: URL, _ names: [String]) throws -> [ActionValue] {
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
      if value == -1 { return reset }
      guard names.indices.contains(value) else {
        throw ExperimentError(
          .usage, place: "\(url.relativePath), element \(place)",
          cause: "there is no action \(value)",
          remedy: "give 0 to \(names.count - 1), or -1 to begin a new episode")
      }
      return .index(Int32(value))
    }
  }

  private static func rows(_ url: URL, _ space: ActionSpace) throws -> [ActionValue] {
    guard let file = try? NpyFile<Float>(at: url), file.shape.count == 2,
      file.shape[1] == space.count
    else {
      throw ExperimentError(
        .usage, place: "--actions \(url.relativePath)",
        cause: "is no array of float32 with \(space.count) numbers per action that can be read",
        remedy: "save an array of the shape [actions, \(space.count)] as float32 with numpy.save")
    }
    return try (0..<file.shape[0]).map { place in
      let action = ActionValue.row(Array(file.row(place)))
      if file.row(place).allSatisfy(\.isNaN) { return reset }
      guard space.contains(action) else {
        throw ExperimentError(
          .usage, place: "\(url.relativePath), row \(place)",
          cause: "\(space.name(of: action)) is no action of the world",
          remedy: "give \(choices(space)), or NaN throughout to begin a new episode")
      }
      return action
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
