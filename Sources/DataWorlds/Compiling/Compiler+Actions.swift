import EnvironmentKit
import Files
import Yams

// What the agent may do, and what it sees.
extension Compiler {
  private static let presets: [(name: String, actions: [(String, String, [String])])] = [
    (
      "cardinal",
      [
        ("stay", "stay", ["space"]), ("up", "go up", ["up"]), ("right", "go right", ["right"]),
        ("down", "go down", ["down"]), ("left", "go left", ["left"]),
      ]
    ),
    (
      "moves",
      [
        ("up", "go up", ["up"]), ("right", "go right", ["right"]), ("down", "go down", ["down"]),
        ("left", "go left", ["left"]),
      ]
    ),
    (
      "horizontal",
      [
        ("stay", "stay", ["space"]), ("left", "go left", ["left"]),
        ("right", "go right", ["right"]),
      ]
    ),
    (
      "vertical",
      [("stay", "stay", ["space"]), ("up", "go up", ["up"]), ("down", "go down", ["down"])]
    ),
    (
      "minigrid",
      [
        ("left", "turn left", ["left"]), ("right", "turn right", ["right"]),
        ("forward", "go ahead", ["up"]), ("pickup", "pickup", ["pageup", "a"]),
        ("drop", "drop", ["pagedown", "d"]), ("toggle", "use", ["space"]),
        ("done", "stay", ["return"]),
      ]
    ),
    (
      "walker",
      [
        ("left", "turn left", ["left"]), ("right", "turn right", ["right"]),
        ("forward", "go ahead", ["up"]),
      ]
    ),
  ]

  /// Keys that a file may name.
  private static let keyboard =
    ["left", "right", "up", "down", "space", "return", "tab", "pageup", "pagedown", "home", "end"]
    + "abcdegijklnqrstuwxyz0123456789".map(String.init)

  func readActions() {
    guard
      let node = root.required("actions", "write 'actions: cardinal' or a list of actions")
    else { return }
    if let name = node.scalar?.string {
      let names = Self.presets.map(\.name)
      guard let preset = Self.presets.first(where: { $0.name == name }) else {
        problems.report(
          node, "there is no set of actions '\(name)'", NearestName.hint(name, among: names))
        return
      }
      for (name, words, keys) in preset.actions {
        parts.actions.append((name, Verb(words: words) ?? .stay))
        keyNames.append(keys)
      }
    } else {
      for element in problems.list(node, of: "actions", atMost: 64) { readAction(element) }
    }
    if parts.actions.isEmpty {
      problems.report(node, "there is no action", "write 'actions: cardinal' or a list of actions")
      parts.actions = [("stay", .stay)]
      keyNames = [[]]
    }
  }

  private func readAction(_ node: Node) {
    guard let section = Section(node, "an action", keys: ["name", "does", "key"], problems),
      let nameNode = section.required("name", "write 'name: jump'"),
      let name = problems.text(nameNode, "the name of an action")
    else { return }
    if !Self.isName(name) || parts.actions.contains(where: { $0.name == name }) {
      problems.report(
        nameNode, "'\(name)' cannot be the name of an action, or stands twice",
        "use letters, digits and _, and another name for each")
    }
    var verb = Verb.stay
    if let does = section["does"] {
      let words = problems.word(does, "thing to do", among: Verb.words) ?? "stay"
      verb = Verb(words: words) ?? .stay
    }
    parts.actions.append((name, verb))
    keyNames.append(
      section["key"].map {
        problems.list($0).compactMap { problems.word($0, "key", among: Self.keyboard) }
      } ?? [])
  }

  private static let viewKeys = ["size", "occlude", "symbols", "direction", "hand", "variables"]

  func readView() {
    let turns = parts.actions.contains { $0.verb.turns }
    let carries = parts.kinds.contains(where: \.isPickable)
    var view = ViewSettings()
    view.showsDirection = turns
    view.showsHand = carries
    defer { parts.view = view }
    guard let node = root["view"],
      let section = Section(node, "'view'", keys: Self.viewKeys, problems)
    else { return }
    if let node = section["symbols"],
      let word = problems.word(node, "kind of symbols", among: ["layers", "minigrid"])
    {
      view.symbols = word == "minigrid" ? .minigrid : .layers
      // MiniGrid shows what is held in the agent's own cell.
      if view.symbols == .minigrid { view.showsHand = false }
    }
    if let node = section["size"] {
      let size = constant(node, "the size of the view", in: 3...ViewSettings.largest) ?? 7
      if size % 2 == 0 {
        problems.report(node, "the size of the view is \(size)", "write an odd number: 5, 7, 9")
      }
      view.size = size | 1
      view.isOccluded = true
    }
    if let node = section["occlude"] { view.isOccluded = problems.flag(node, "'occlude'") }
    if let node = section["direction"] { view.showsDirection = problems.flag(node, "'direction'") }
    if let node = section["hand"] { view.showsHand = problems.flag(node, "'hand'") }
    if let node = section["variables"] {
      for element in problems.list(node) {
        let names = parts.variables.map(\.name)
        if let name = problems.word(element, "variable", among: names),
          let index = names.firstIndex(of: name), !view.variables.contains(index)
        {
          view.variables.append(index)
        }
      }
    }
  }
}
