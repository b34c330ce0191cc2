import EnvironmentKit
import Files
import Yams

extension Compiler {
  private static let testKeys = ["variant", "seed", "actions", "return", "result", "random"]

  func readTests(of variant: Variant) {
    parts.testing.keys = keyNames
    let names = parts.actions.map(\.name)
    if !hasBrokenActions, let node = root["idle"],
      let name = problems.word(node, "action", among: names)
    {
      parts.testing.idle = names.firstIndex(of: name).map { Int32($0) }
    }
    guard let node = root["tests"] else { return }
    for element in problems.list(node, of: "tests", atMost: 10_000) {
      guard let section = Section(element, "a test", keys: Self.testKeys, problems) else {
        continue
      }
      if let other = section["variant"]?.scalar?.string, other != variant.id { continue }
      readTest(section, names)
    }
  }

  private func readTest(_ section: Section, _ names: [String]) {
    let place = SourcePlace(section.node)
    if let node = section["random"] { readRandomPlay(node, place) }
    guard let node = section["actions"] else {
      if section["random"] == nil {
        problems.report(
          section.node, "a test has neither 'actions' nor 'random'", "write one of them")
      }
      return
    }
    guard !hasBrokenActions, let text = problems.text(node, "the actions"),
      let expected = section.required("return", "write 'return: 1', the sum of the rewards"),
      let value = problems.number(expected, "the return")
    else { return }
    let seed =
      section["seed"].flatMap { problems.integer($0, "the seed", in: 0...Int(Int32.max)) } ?? 0
    var outcome: Outcome?
    if let node = section["result"] {
      switch problems.word(node, "result", among: ["win", "lose", "none"]) {
      case "win": outcome = .win
      case "lose": outcome = .lose
      default: outcome = Outcome.none
      }
    }
    parts.testing.replays.append(
      CompiledTests.Replay(
        seed: UInt64(seed), actions: actions(text, node, names), expectedReturn: value,
        outcome: outcome, place: place))
  }

  /// Names of actions, `left*3` standing for three.
  private func actions(_ text: String, _ node: Node, _ names: [String]) -> [Int32] {
    var actions: [Int32] = []
    for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      let pieces = word.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
      let times = pieces.count == 2 ? Int(pieces[1]) ?? 0 : 1
      guard actions.count + times <= 100_000 else {
        problems.report(node, "there are more than 100000 actions", "write shorter games")
        return actions
      }
      guard pieces.count <= 2, (1...10_000).contains(times) else {
        problems.report(node, "'\(word)' is no action", "write names of actions such as left*3 up")
        return actions
      }
      guard let index = names.firstIndex(of: pieces[0]) else {
        problems.report(
          node, "there is no action '\(pieces[0])'", NearestName.hint(pieces[0], among: names))
        return actions
      }
      actions += [Int32](repeating: Int32(index), count: times)
    }
    return actions
  }

  private func readRandomPlay(_ node: Node, _ place: SourcePlace) {
    guard let section = Section(node, "'random'", keys: ["episodes", "within"], problems),
      let within = section.required("within", "write 'within: [-1, 0.5]'")
    else { return }
    let bounds = problems.list(within).compactMap { problems.number($0, "a bound") }
    guard bounds.count == 2, bounds[0] <= bounds[1] else {
      return problems.report(
        within, "the interval is no pair of numbers, the lower one first",
        "write 'within: [-1, 0.5]'")
    }
    let episodes = section["episodes"].flatMap { problems.integer($0, "episodes", in: 1...100_000) }
    parts.testing.randomPlays.append(
      CompiledTests.RandomPlay(
        episodes: episodes ?? 100, range: bounds[0]...bounds[1], place: place))
  }
}
