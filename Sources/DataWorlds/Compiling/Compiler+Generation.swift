import EnvironmentKit
import Yams

// How levels are made.
extension Compiler {
  private static let commands = [
    "border", "fill", "row", "column", "put", "place", "scatter", "maze", "let", "do",
  ]
  private static let commandKeys =
    commands + [
      "in", "at", "length", "count", "on", "which", "facing", "every", "chance", "loops", "if",
      "repeat", "index",
    ]

  private static let mostCommands = 1000

  func readGeneration() {
    if let node = root["generate"] {
      for element in problems.list(node, of: "commands", atMost: Self.mostCommands) {
        readCommand(element, depth: 0)
      }
    } else if root["maps"] == nil {
      problems.report(root.node, "the file has neither 'maps' nor 'generate'", "write one of them")
    }
    if root["maps"] == nil, root["generate"] != nil, !generatesAgent {
      problems.report(
        root["generate"], "no command puts the agent anywhere", "write '- place: agent'")
    }
    guard let node = root["require"] else { return }
    parts.requirement = code(node, "'require'", .generation) ?? -1
    parts.requirementPlace = SourcePlace(node)
  }

  private func readCommand(_ node: Node, depth: Int) {
    guard depth < 8 else {
      return problems.report(node, "commands are nested too deeply", "use fewer 'do'")
    }
    guard
      let section = Section(node, "a command", keys: Self.commandKeys, problems),
      let name = section.onlyOne(
        of: Self.commands, "write one, such as 'border: wall' or 'place: key'"),
      let value = section[name]
    else { return }
    checkModifiers(of: name, section)
    let start = parts.steps.count
    // Commands within have noted theirs.
    defer { noteLine(SourcePlace(node).line) }
    let condition = section["if"].flatMap { code($0, "'if'", .generation) }
    if let condition { parts.steps.append(.skipUnless(code: condition, count: 0)) }
    let loop = beginLoop(section)
    noteLine(SourcePlace(node).line)
    if name == "do" {
      for element in problems.list(value, of: "commands", atMost: Self.mostCommands) {
        readCommand(element, depth: depth + 1)
      }
    } else {
      readCommand(name, value, section)
    }
    endLoop(loop)
    if let condition {
      parts.steps[start] = .skipUnless(
        code: condition, count: Int32(parts.steps.count - start - 1))
    }
  }

  /// Keeps the line of the steps that have none yet.
  private func noteLine(_ line: Int) {
    let missing = parts.steps.count - parts.stepLines.count
    parts.stepLines += repeatElement(Int32(line), count: max(0, missing))
  }

  /// Reports keys that a command has no use for.
  private func checkModifiers(of name: String, _ section: Section) {
    let useful: [String] =
      switch name {
      case "border", "fill": ["in"]
      case "row", "column": ["at", "length"]
      case "put": ["at", "which", "facing", "every"]
      case "place": ["in", "count", "on", "which", "facing", "every"]
      case "scatter": ["in", "chance", "on", "which"]
      case "maze": ["in", "loops"]
      default: []
      }
    let known = useful + ["if", "repeat", "index", name]
    guard let mapping = section.node.mapping else { return }
    for (key, _) in mapping {
      let text = key.scalar?.string ?? ""
      guard Self.commandKeys.contains(text), !Self.commands.contains(text), !known.contains(text)
      else { continue }
      problems.report(
        key, "'\(name)' has no use for '\(text)'",
        useful.isEmpty ? "leave it out" : "it takes: \(useful.joined(separator: ", "))")
    }
  }

  private func beginLoop(_ section: Section) -> Int? {
    guard let times = section["repeat"] else {
      if let index = section["index"] {
        problems.report(index, "'index' without 'repeat'", "write 'repeat: 5' beside it")
      }
      return nil
    }
    let name = section["index"].flatMap { problems.text($0, "the index") } ?? "index"
    guard let variable = addVariable(name, section["index"] ?? times),
      let count = code(times, "'repeat'", .generation)
    else { return nil }
    if let value = Arithmetic.value(of: Array(parts.code[Int(count)...])),
      value >= GenerationStep.mostCommands
    {
      problems.report(
        times, "'repeat' is \(value)",
        "repeat less: a level may take \(GenerationStep.mostCommands) commands")
    }
    parts.steps.append(.loop(variable: variable, count: count, length: 0))
    return parts.steps.count - 1
  }

  private func endLoop(_ start: Int?) {
    guard let start, case .loop(let variable, let count, _) = parts.steps[start] else { return }
    let length = Int32(parts.steps.count - start)
    parts.steps.append(.next(variable: variable, length: length))
    parts.steps[start] = .loop(variable: variable, count: count, length: length)
  }

  private func readCommand(_ name: String, _ value: Node, _ section: Section) {
    if name == "let" { return readLet(value) }
    let isAgent = value.scalar?.string == "agent"
    if isAgent {
      appearing.insert(parts.agentKind)
      return readAgent(name, value, section)
    }
    if ["put", "place", "scatter"].contains(name) { return readChosen(name, value, section) }
    guard let kind = kind(value) else { return }
    appearing.insert(Int(kind))
    switch name {
    case "border", "fill", "maze":
      guard case .area(let x, let y, let width, let height)? = area(section) else { return }
      switch name {
      case "border":
        parts.steps.append(.border(kind: kind, x: x, y: y, width: width, height: height))
      case "fill": parts.steps.append(.fill(kind: kind, x: x, y: y, width: width, height: height))
      default:
        let loops = section["loops"].flatMap { code($0, "'loops'", .generation) } ?? -1
        parts.steps.append(
          .maze(kind: kind, x: x, y: y, width: width, height: height, loops: loops))
      }
    default: readLine(name, kind, section)
    }
  }

  /// The commands that may choose among several kinds.
  private func readChosen(_ name: String, _ value: Node, _ section: Section) {
    guard let kinds = kinds(value) else { return }
    let found = kinds.kinds.filter { $0 != parts.agentKind }
    for kind in found { appearing.insert(kind) }
    guard !found.isEmpty else { return }
    var choice = GenerationStep.Choice(
      first: Int32(parts.choices.count), count: Int32(found.count), which: -1)
    parts.choices += found.map { UInt8($0) }
    if let node = section["which"] { choice.which = code(node, "'which'", .generation) ?? -1 }
    guard name == "put" else { return readDrawn(name, choice, section) }
    guard case .point(let x, let y)? = point(section) else { return }
    parts.steps.append(
      .put(choice, x: x, y: y, heading: facing(section), period: period(section)))
  }

  private func readLet(_ value: Node) {
    for (name, key, expression) in problems.pairs(value, "'let'", "write 'let: {x: random(1, 5)}'")
    {
      guard let code = code(expression, "'\(name)'", .generation),
        let variable = addVariable(name, key)
      else { continue }
      parts.steps.append(.let_(variable: variable, code: code))
    }
  }

  private func readAgent(_ name: String, _ value: Node, _ section: Section) {
    let heading = section["facing"] == nil ? 0 : facing(section)
    switch name {
    case "place":
      guard let place = area(section) else { return }
      parts.steps.append(
        .agent(
          place, heading: section["facing"] == nil && turns ? GenerationStep.anyHeading : heading))
    case "put":
      guard let place = point(section) else { return }
      parts.steps.append(.agent(place, heading: heading))
    default:
      problems.report(
        value, "'\(name)' cannot put the agent", "write 'place: agent' or 'put: agent'")
    }
  }

  private var turns: Bool { parts.actions.contains { $0.verb.turns } }

  private func readLine(_ name: String, _ kind: UInt8, _ section: Section) {
    guard case .point(let x, let y)? = point(section) else { return }
    let isRow = name == "row"
    let one = constantCode(1)
    let rest =
      section["length"].flatMap { code($0, "the length", .generation) }
      ?? constantCode(Int32(isRow ? parts.width : parts.height))
    parts.steps.append(
      .fill(kind: kind, x: x, y: y, width: isRow ? rest : one, height: isRow ? one : rest))
  }

  private func readDrawn(_ name: String, _ choice: GenerationStep.Choice, _ section: Section) {
    guard let place = area(section) else { return }
    let ground = section["on"].flatMap { kinds($0) } ?? KindSet()
    if name == "place" {
      let count = section["count"].flatMap { code($0, "the count", .generation) } ?? -1
      parts.steps.append(
        .place(
          choice, place, count: count, ground: ground, heading: facing(section),
          period: period(section)))
    } else {
      guard
        let chance = section.required("chance", "write 'chance: 0.2'").flatMap({ probability($0) })
      else { return }
      parts.steps.append(.scatter(choice, place, chance: chance, ground: ground))
    }
  }

  /// The code of a number.
  func constantCode(_ value: Int32) -> Int32 {
    parts.code += [.constant(value), .end]
    return Int32(parts.code.count - 2)
  }

  /// `in: [x, y, columns, rows]`; the whole map where it is not there.
  func area(_ section: Section) -> Place? {
    guard let node = section["in"] else { return .area(x: -1, y: -1, width: -1, height: -1) }
    return area(node, .generation)
  }

  /// Four expressions.
  func area(_ node: Node, _ setting: Setting) -> Place? {
    let parts = problems.terms(node)
    guard parts.count == 4 else {
      problems.report(node, "an area has four numbers", "write 'in: [x, y, columns, rows]'")
      return nil
    }
    let codes = parts.compactMap { code($0, "a number of an area", setting) }
    guard codes.count == 4 else { return nil }
    return .area(x: codes[0], y: codes[1], width: codes[2], height: codes[3])
  }

  private func point(_ section: Section) -> Place? {
    guard let node = section.required("at", "write 'at: [x, y]'") else { return nil }
    return point(node, .generation)
  }

  /// Two expressions.
  func point(_ node: Node, _ setting: Setting) -> Place? {
    let parts = problems.terms(node)
    guard parts.count == 2 else {
      problems.report(node, "a place has two numbers", "write '[x, y]', both from 0")
      return nil
    }
    let codes = parts.compactMap { code($0, "a number of a place", setting) }
    return codes.count == 2 ? .point(x: codes[0], y: codes[1]) : nil
  }

  /// The heading of a thing that is put somewhere.
  private func facing(_ section: Section) -> Int32 {
    guard let node = section["facing"] else { return GenerationStep.ownHeading }
    if node.scalar?.string == "any" { return GenerationStep.anyHeading }
    guard let word = problems.word(node, "direction", among: Heading.names + ["any"]),
      let heading = Heading(name: word)
    else { return GenerationStep.ownHeading }
    return Int32(heading.rawValue)
  }

  private func period(_ section: Section) -> Int32 {
    section["every"].flatMap { code($0, "'every'", .generation) } ?? -1
  }
}
