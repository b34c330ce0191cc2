import ArgumentParser
import Experiments
import Files
import Settings

/// The words that the program was started with, before they are parsed.
struct CommandLineWords {
  /// What is to be parsed.
  let words: [String]

  /// Takes the words after the program's name.
  ///
  /// A negative number behind an option is its value, not an option of its own.
  init(_ typed: [String]) {
    var joined: [String] = []
    for word in typed {
      if let last = joined.last, last.hasPrefix("--"), last.count > 2, !last.contains("="),
        Self.isNegativeNumber(word)
      {
        joined[joined.count - 1] = "\(last)=\(word)"
      } else {
        joined.append(word)
      }
    }
    words = joined
  }

  private static func isNegativeNumber(_ word: String) -> Bool {
    word.hasPrefix("-") && Double(word) != nil
  }

  /// Other words for what the program does, as other programs call it.
  private static let synonyms = [
    "start": "run", "resume": "run", "version": "--version", "list": "envs",
    "worlds": "envs", "environments": "envs", "test": "check", "validate": "check",
    "eval": "evaluate", "view": "watch", "show": "watch", "render": "watch", "collect": "rollout",
    "record": "rollout", "summary": "describe", "benchmark": "bench",
  ]

  /// Names the nearest command where the first words are none.
  func checkCommand(of root: any ParsableCommand.Type) throws {
    var (command, path) = (root, [String]())
    for word in words {
      let configuration = command.configuration
      guard !word.hasPrefix("-"), word != "help", !configuration.subcommands.isEmpty else { return }
      let known = configuration.subcommands
      if let next = known.first(where: { $0._commandName == word }) {
        command = next
        path.append(word)
        continue
      }
      guard configuration.defaultSubcommand == nil else { return }
      throw Self.noSuchCommand(word, after: path, among: known.map { $0._commandName })
    }
  }

  private static func noSuchCommand(
    _ word: String, after path: [String], among known: [String]
  ) -> ExperimentError {
    let synonym = path.isEmpty ? synonyms[word.lowercased()] : nil
    let near = synonym ?? NearestName.find(word, among: known)
    return ExperimentError(
      .usage, place: (["command"] + path + ["'\(word)'"]).joined(separator: " "),
      cause: "there is no such command",
      remedy: near.map { "did you mean: \(ShellCommand.text(path + [$0]))" }
        ?? "known: \(known.joined(separator: ", "))")
  }
}
