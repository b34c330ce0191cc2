import EnvironmentKit
import Files
import Yams

// How things look, and what they are.
extension Compiler {
  /// Names of colours: MiniGrid's six first, with its numbers, then some more.
  private static let colors: [(name: String, color: Color)] = [
    ("red", Color(255, 0, 0)), ("green", Color(0, 255, 0)), ("blue", Color(0, 0, 255)),
    ("purple", Color(112, 39, 195)), ("yellow", Color(255, 255, 0)), ("grey", Color(100, 100, 100)),
    ("orange", Color(255, 150, 40)), ("white", Color(240, 240, 240)), ("black", Color(0, 0, 0)),
    ("brown", Color(150, 100, 60)), ("pink", Color(255, 130, 180)), ("cyan", Color(60, 210, 230)),
  ]

  /// MiniGrid's numbers of objects, by name.
  private static let objectNumbers = [
    "unseen", "empty", "wall", "floor", "door", "key", "ball", "box", "goal", "lava", "agent",
  ]

  /// Colours of a palette: observations name them by a byte.
  private static let mostColors = 240

  private static let layerNames = ["ground", "item", "block", "actor", "overlay"]

  static let objectKeys = [
    "layer", "solid", "opaque", "pickable", "color", "colors", "states", "tags", "shape", "sprite",
    "code", "move",
  ]
  private static let stateKeys = [
    "solid", "opaque", "pickable", "color", "shape", "sprite", "code", "move",
  ]
  private static let ofMove = (
    keys: Compiler.moveKeys, remedy: "write it within 'move', such as 'move: {lasts: 5}'"
  )

  func readLook() {
    palette = Self.colors
    guard let node = root["look"],
      let section = Section(node, "'look'", keys: ["background", "grid", "palette"], problems)
    else { return }
    if let node = section["palette"] {
      for (name, key, value) in problems.pairs(
        node, "'palette'", "write 'name: \"#8040c0\"'", atMost: Self.mostColors)
      {
        guard Self.isName(name) else {
          problems.report(key, "'\(name)' cannot be the name of a colour", "use letters and digits")
          continue
        }
        guard let color = color(value) else { continue }
        palette.removeAll { $0.name == name && !Self.colors.contains { $0.name == name } }
        if let index = palette.firstIndex(where: { $0.name == name }) {
          palette[index].color = color
        } else {
          palette.append((name, color))
        }
      }
    }
    if let node = section["background"] { parts.look.background = color(node) ?? .black }
    if let node = section["grid"] { parts.look.grid = color(node) }
  }

  /// A colour by its name or as `#rrggbb`.
  func color(_ node: Node) -> Color? {
    let text = node.scalar?.string ?? ""
    if let found = palette.first(where: { $0.name == text }) { return found.color }
    if text.utf8.count == 7, text.hasPrefix("#"), let number = UInt32(text.dropFirst(), radix: 16) {
      return Color(
        UInt8(truncatingIfNeeded: number >> 16), UInt8(truncatingIfNeeded: number >> 8),
        UInt8(truncatingIfNeeded: number))
    }
    problems.report(
      node, "'\(text)' is no colour",
      NearestName.hint(text, among: palette.map(\.name)) + " or a number such as \"#8040c0\"")
    return nil
  }

  func readObjects() {
    parts.kinds = [Kind()]
    guard let node = root.required("objects", "write 'objects:' and one line an object") else {
      return
    }
    let objects = problems.pairs(node, "'objects'", "write 'wall: {layer: block, solid: true}'")
    for (number, (name, key, value)) in objects.enumerated() {
      guard Self.isName(name), name != "anything", name != "start" else {
        problems.report(
          key, "'\(name)' cannot be the name of an object", "use letters, digits and _")
        lostWords.formUnion(name.split(separator: " ").map(String.init))
        continue
      }
      guard
        let section = Section(
          value, "object '\(name)'", keys: Self.objectKeys, problems, elsewhere: Self.ofMove)
      else {
        lostWords.insert(name)
        continue
      }
      addKinds(name, number: number, section, key)
    }
    finishKinds(node)
  }

  /// Adds the agent where the file does not describe it, and numbers the layers in use.
  private func finishKinds(_ node: Node) {
    if !parts.kinds.contains(where: { $0.object == "agent" }) {
      var agent = Kind()
      agent.object = "agent"
      agent.picture = Shapes.picture("triangle", Color(255, 0, 0)) ?? Picture()
      agent.code = SymbolCode(type: 10, color: 0, state: 0)
      agent.layer = -1
      parts.kinds.append(agent)
    }
    if parts.kinds.count - 1 > KindSet.capacity {
      problems.report(
        node, "there are \(parts.kinds.count - 1) kinds, each colour and state counted",
        "use at most \(KindSet.capacity)")
      drop(parts.kinds.count - 1 - KindSet.capacity)
    }
    parts.agentKind = parts.kinds.firstIndex { $0.object == "agent" } ?? 0
    let used = (0..<Self.layerNames.count).filter { layer in
      parts.kinds.dropFirst().contains { $0.layer == layer }
    }
    for kind in parts.kinds.indices.dropFirst() {
      parts.kinds[kind].layer = used.firstIndex(of: parts.kinds[kind].layer) ?? 0
    }
    parts.layers = max(1, used.count)
    parts.look.groundLayer = used.first == 0 ? 0 : -1
    learnWords()
    let stacks = StackNumbers(parts.kinds, layers: parts.layers, agentKind: parts.agentKind).count
    if stacks > StackNumbers.most {
      problems.report(
        node, "kinds can lie upon each other in \(stacks) ways",
        "use fewer kinds, or fewer layers, at most \(StackNumbers.most)")
      drop(parts.kinds.count - 2)
      parts.agentKind = 0
      learnWords()
    }
  }

  /// Takes the last kinds away, of which there are too many.
  private func drop(_ count: Int) {
    lostWords.formUnion(parts.kinds.suffix(count).flatMap(\.words))
    parts.kinds.removeLast(count)
  }

  private func addKinds(_ name: String, number: Int, _ section: Section, _ key: Node) {
    var base = Kind()
    base.object = name
    base.layer = name == "agent" ? -1 : layer(section)
    base.tags = section["tags"].map { tags($0) } ?? []
    let type = Self.objectNumbers.firstIndex(of: name) ?? min(255, 11 + number)
    base.code = SymbolCode(type: UInt8(type), color: 0, state: 0)
    let colors = colors(section)
    for color in colors {
      var kind = base
      kind.color = color.name
      kind.code.color = color.number
      readTraits(&kind, section, color.color)
      guard let states = section["states"] else {
        parts.kinds.append(kind)
        continue
      }
      addStates(kind, states, color.color, isOneColor: colors.count == 1)
    }
    if name == "agent", section["states"] != nil || colors.count > 1 {
      problems.report(key, "the agent has several kinds", "give it one color and no states")
    }
  }

  private func addStates(_ base: Kind, _ states: Node, _ color: Color, isOneColor: Bool) {
    let known = problems.pairs(states, "'states'", "write 'open: {shape: door-open}'")
    for (number, (name, key, value)) in known.enumerated() {
      guard Self.isName(name) else {
        problems.report(key, "'\(name)' cannot be the name of a state", "use letters and digits")
        lostWords.formUnion(name.split(separator: " ").map(String.init))
        continue
      }
      guard
        let section = Section(
          value, "state '\(name)'", keys: Self.stateKeys, problems, elsewhere: Self.ofMove)
      else {
        lostWords.insert(name)
        continue
      }
      if !isOneColor, let own = section["color"] {
        problems.report(
          own, "state '\(name)' has a color, and its object several", "leave one of them out")
      }
      var kind = base
      kind.state = name
      kind.code.state = UInt8(min(255, number))
      readTraits(&kind, section, stateColor(section, &kind) ?? color, isState: true)
      parts.kinds.append(kind)
    }
  }

  /// The colour of a state that has one of its own, which the shape of its object then has too.
  private func stateColor(_ section: Section, _ kind: inout Kind) -> Color? {
    guard let node = section["color"], let color = color(node) else { return nil }
    let name = node.scalar?.string ?? ""
    kind.color = name.hasPrefix("#") ? "" : name
    kind.code.color = colorNumber(name)
    if let shape = kind.shape { kind.picture = Shapes.picture(shape, color) ?? kind.picture }
    return color
  }

  /// The number of a colour in observations: its place in the palette.
  private func colorNumber(_ name: String) -> UInt8 {
    UInt8(min(255, palette.firstIndex { $0.name == name } ?? 0))
  }

  private func layer(_ section: Section) -> Int {
    guard
      let node = section.required(
        "layer", "write 'layer: block' (or ground, item, actor, overlay)"),
      let name = problems.word(node, "layer", among: Self.layerNames)
    else { return 0 }
    return Self.layerNames.firstIndex(of: name) ?? 0
  }

  private func tags(_ node: Node) -> [String] {
    problems.list(node).compactMap { element in
      guard let text = problems.text(element, "a tag") else { return nil }
      if Self.isName(text) { return text }
      problems.report(element, "'\(text)' cannot be a tag", "use letters, digits and _")
      return nil
    }
  }

  /// The colours of an object; one without a name where it says none.
  private func colors(_ section: Section) -> [(name: String, color: Color, number: UInt8)] {
    if section["color"] != nil, let both = section["colors"] {
      problems.report(both, "\(section.name) has 'color' and 'colors'", "leave one out")
    }
    guard let node = section["colors"] ?? section["color"] else {
      return [("", Color(200, 200, 200), 0)]
    }
    let found = problems.list(node).compactMap { element -> (String, Color, UInt8)? in
      guard let color = color(element) else { return nil }
      let name = element.scalar?.string ?? ""
      return (name.hasPrefix("#") ? "" : name, color, colorNumber(name))
    }
    return found.isEmpty ? [("", Color(200, 200, 200), 0)] : found
  }

  /// What objects and their states have in common.
  private func readTraits(
    _ kind: inout Kind, _ section: Section, _ color: Color, isState: Bool = false
  ) {
    if let node = section["solid"] { kind.isSolid = problems.flag(node, "'solid'") }
    if let node = section["opaque"] { kind.isOpaque = problems.flag(node, "'opaque'") }
    if let node = section["pickable"] { kind.isPickable = problems.flag(node, "'pickable'") }
    if let node = section["code"] { readCode(node, &kind, isState: isState) }
    if let node = section["shape"],
      let name = problems.word(node, "shape", among: Shapes.names)
    {
      kind.shape = name
      kind.picture = Shapes.picture(name, color) ?? Picture()
    } else if !isState, section["sprite"] == nil, section["shape"] == nil {
      let shape = kind.object == "agent" ? "triangle" : "tile"
      kind.shape = shape
      kind.picture = Shapes.picture(shape, color) ?? Picture()
    }
    if let node = section["sprite"] {
      kind.shape = nil
      kind.picture = sprite(node) ?? kind.picture
      if let shape = section["shape"] {
        problems.report(shape, "\(section.name) has 'shape' and 'sprite'", "leave one out")
      }
    }
    if let node = section["move"] { pendingMoves.append((parts.kinds.count, node)) }
  }

  /// The number of an object, of a state, or all three of type, colour and state.
  private func readCode(_ node: Node, _ kind: inout Kind, isState: Bool) {
    let numbers = problems.list(node).compactMap {
      problems.integer($0, "a code", in: 0...255).map { UInt8($0) }
    }
    switch (numbers.count, isState) {
    case (3, _): kind.code = SymbolCode(type: numbers[0], color: numbers[1], state: numbers[2])
    case (1, true): kind.code.state = numbers[0]
    case (1, false): kind.code.type = numbers[0]
    default:
      problems.report(node, "a code has one number or three", "write 'code: [4, 4, 2]'")
    }
  }

  /// Rows of characters, each a colour of the palette by its first letter or a name below `colors`.
  private func sprite(_ node: Node) -> Picture? {
    guard let section = Section(node, "'sprite'", keys: ["colors", "rows"], problems),
      let rows = section.required("rows", "write 'rows: |' and the lines of the picture below"),
      let text = problems.text(rows, "the rows")
    else { return nil }
    var colors: [Character: Color] = [:]
    if let node = section["colors"] {
      for (name, key, value) in problems.pairs(node, "'colors'", "write 'r: red'") {
        guard name.count == 1, let sign = name.first else {
          problems.report(key, "'\(name)' is no single character", "write one, such as 'r: red'")
          continue
        }
        colors[sign] = color(value)
      }
    }
    return pixels(text, colors, rows)
  }

  private func pixels(_ text: String, _ colors: [Character: Color], _ node: Node) -> Picture? {
    let lines = text.split(separator: "\n").map(Array.init)
    reportCut(node, "the sprite", after: lines.count) { row in
      row.count == lines.first?.count
        && row.allSatisfy { colors[$0] != nil || $0 == "#" || $0 == "." }
    }
    let width = lines.first?.count ?? 0
    guard (1...32).contains(width), lines.count <= 32, lines.allSatisfy({ $0.count == width })
    else {
      problems.report(
        node, "the rows of a sprite are not of one length, or more than 32",
        "write up to 32 rows of up to 32 characters, all of one length")
      return nil
    }
    var pixels: [Color?] = []
    for sign in lines.joined() {
      if sign == "." || sign == " " {
        pixels.append(nil)
      } else if let color = colors[sign] {
        pixels.append(color)
      } else {
        problems.report(
          node, "the sprite has no colour '\(sign)'", "add it to 'colors'; . is empty")
        return nil
      }
    }
    return Picture(strokes: [.pixels(width: width, rows: pixels)])
  }
}
