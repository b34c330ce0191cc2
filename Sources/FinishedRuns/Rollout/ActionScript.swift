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
    let remedy = "save a one-dimensional array of int32 or int64 with numpy.save"
    if let file = try? NpyFile<Int64>(at: url) {
      values = try numbers(file, url)
    } else {
      values = try numbers(opened(url, as: Int32.self, remedy: remedy), url)
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
    let remedy =
      "save an array of the shape [actions, \(space.count)] as float32 with numpy.save"
    let file = try opened(url, as: Float.self, remedy: remedy)
    guard file.shape.count == 2, file.shape[1] == space.count else {
      throw refusal(
        url, "is an array of \(extents(file.shape)), and an action is \(space.count) numbers",
        remedy)
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
  /// Opens an array, or says what it is in the place of what is needed.
  private static func opened<Element: NpyElement>(
    _ url: URL, as type: Element.Type, remedy: String
  ) throws -> NpyFile<Element> {
    do {
      return try NpyFile(at: url)
    } catch let error as FileError {
      throw refusal(url, error.cause, remedy)
    }
  }

  /// The elements of a list, copied while its file is open.
  private static func numbers<Element: NpyElement & BinaryInteger>(
    _ file: NpyFile<Element>, _ url: URL
  ) throws -> [Int] {
    guard file.shape.count == 1 else {
      throw refusal(
        url,
        file.shape.isEmpty
          ? "holds a single number without an extent"
          : "is an array of \(extents(file.shape)), not a list",
        "save one number an action, in the order in which they are taken: array.reshape(-1)")
    }
    return withExtendedLifetime(file) { file.elements.map(Int.init) }
  }

  private static func refusal(_ url: URL, _ cause: String, _ remedy: String) -> ExperimentError {
    ExperimentError(
      .usage, place: "--actions \(url.relativePath)", cause: cause, remedy: remedy)
  }

  private static func extents(_ shape: [Int]) -> String {
    shape.map { "\($0)" }.joined(separator: "×")
  }
}
