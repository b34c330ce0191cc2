import DataWorlds
import EnvironmentKit
import Testing
import WorldChecking

/// What would make a small file cost without bounds, and what is silently left out: an error each.
@Suite struct BoundsTests {
  /// A world with places for more.
  static func text(
    _ more: String = "", map: String? = "  - |\n    #####\n    #@.c#\n    #####\n",
    rules: String = "  - {on: enter, into: coin, do: [reward: 1, win]}\n", head: String = ""
  ) -> String {
    """
    format: 1
    name: Small
    steps: 50
    rewards: {range: [-1, 1]}
    actions: moves
    \(head)
    objects:
      wall: {layer: block, solid: true, color: grey, shape: block}
      coin: {layer: item, color: yellow, shape: coin}
    legend: {"#": wall, "c": coin, "@": agent, ".": []}

    """ + (map.map { "maps:\n\($0)" } ?? "") + "rules:\n\(rules)\(more)"
  }

  static func mistakes(_ text: String) -> [String] {
    do {
      let file = try DataWorldFile(text: text, path: "file.yaml")
      let problems = file.runTests().compactMap(\.problem) + file.checkLevels(20)
      return problems.map(\.description)
    } catch {
      return error.problems.map(\.description)
    }
  }

  @Test func `the plain world is right`() {
    #expect(Self.mistakes(Self.text()) == [])
  }

  @Test(arguments: [
    "  - |\n    #####\n    #@.c#\n   #...#\n    #####\n",
    "  - |\n     #####\n    #@.c#\n    #####\n",
    "  - |\n    #####\n    #@.c#\n\n  ##.##\n",
  ])
  func `a row of a map that YAML takes for a comment is reported with its line`(_ map: String) {
    let found = Self.mistakes(Self.text(map: map))
    #expect(found.contains { $0.contains("stands too far left") }, "\(found)")
    #expect(found.allSatisfy { !$0.hasPrefix("1:") })
  }

  @Test func `one mistake is one error: what follows from it is not reported`() {
    func only(_ text: String, _ words: String) {
      let found = Self.mistakes(text)
      #expect(found.count == 1 && found.first?.contains(words) == true, "\(found)")
    }
    only(Self.text(map: "  - |\n      #####\n    #@.c#\n    #####\n"), "stands too far left")
    only(Self.text(map: "  - |\n    #####\n    #%%c#\n    #####\n"), "legend does not know")
    let text = Self.text()
    func changed(_ from: String, _ to: String) -> String {
      #expect(text.contains(from))
      return text.replacing(from, with: to)
    }
    only(changed("\"@\": agent", "\"@\": agnet"), "no object 'agnet'")
    only(changed("actions: moves", "actions: mvoes\nidle: up"), "no set of actions 'mvoes'")
    only(changed("  coin: {layer", "  coin: 3\n  ruby: {layer"), "object 'coin' must be")
    let kinds = (0..<140).map { "  o\($0): {layer: item, color: red}\n" }.joined()
    only(changed("  coin: {layer", kinds + "  coin: {layer"), "there are 143 kinds")
    let variables = (0..<70).map { "v\($0): 0" }.joined(separator: ", ")
    only(Self.text(head: "variables: {\(variables)}"), "'variables' has 70 lines")
    only(
      Self.text(head: "view: {size: 3, variables: [score]}"), "there are none to choose from")
  }

  @Test(arguments: ["  # the small one\n", "# ----\n", "  #\n", "  ########\n"])
  func `a comment after a map is none of its rows`(_ comment: String) {
    let map = "  - |\n    #####\n    #@.c#\n    #####\n" + comment
    #expect(Self.mistakes(Self.text(map: map)) == [])
  }

  @Test func `a list that is longer than what is read is reported`() {
    let rule = "  - {on: enter, into: coin, if: steps == 1, do: [reward: 1, win]}\n"
    let rules = String(repeating: rule, count: 1001)
    #expect(Self.mistakes(Self.text(rules: rules)).contains { $0.contains("1001 rules") })
    let effects = Array(repeating: "reward: 0", count: 101).joined(separator: ", ")
    let long = "  - {on: enter, into: coin, do: [\(effects)]}\n"
    #expect(Self.mistakes(Self.text(rules: long)).contains { $0.contains("101 effects") })
    let variants = (1...65).map { "{id: V\($0)}" }.joined(separator: ", ")
    #expect(
      Self.mistakes(Self.text(head: "variants: [\(variants)]")).contains {
        $0.contains("65 variants")
      })
    let facts = (1...10_000).map { "  f\($0): steps\n" }.joined()
    #expect(Self.mistakes(Self.text("facts:\n" + facts)).contains { $0.contains("10000 lines") })
    let endings = String(repeating: "  - {if: count(coin) == 0, result: win}\n", count: 101)
    #expect(
      Self.mistakes(Self.text("endings:\n" + endings)).contains { $0.contains("101 endings") })
  }

  @Test func `the test beyond the 256th is run`() {
    let good = String(repeating: "  - {actions: right*2, return: 1}\n", count: 256)
    #expect(Self.mistakes(Self.text("tests:\n" + good)) == [])
    let bad = good + "  - {actions: right*2, return: 0.5}\n"
    #expect(Self.mistakes(Self.text("tests:\n" + bad)).count == 1)
  }

  @Test func `1100 maps are all read`() throws {
    let map = "  - |\n    #####\n    #@.c#\n    #####\n"
    let broken = "  - |\n    #####\n    #@.x#\n    #####\n"
    let maps = String(repeating: map, count: 1100)
    #expect(Self.mistakes(Self.text(map: maps + broken)).contains { $0.contains("'1101'") })
  }

  @Test(arguments: ["key", "generate", "chain"])
  func `aliases that stand for too much are an error with its line`(_ form: String) {
    var lines = ""
    switch form {
    case "key":
      lines = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
      for level in 1...12 {
        let inner = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
        lines += "a\(level): &a\(level) [\(inner)]\n"
      }
      lines += "? *a12\n: 1\n"
    case "generate":
      lines = "generate:\n  - &a0 {place: coin}\n"
      for level in 1...7 {
        let inner = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
        lines += "  - &a\(level) {do: [\(inner)]}\n"
      }
    default:
      lines = "a0: &a0 [x]\n"
      for level in 1...6056 { lines += "a\(level): &a\(level) [*a\(level - 1)]\n" }
    }
    let found = Self.mistakes(Self.text(lines))
    #expect(found.contains { $0.contains("aliases") }, "\(found.prefix(3))")
  }

  @Test func `an alias that stands for little is what it stands for`() {
    let rules = """
        - {on: enter, into: coin, do: &end [reward: 1, win]}
        - {on: leave, into: coin, if: 2 * steps == 2, do: *end}

      """
    #expect(Self.mistakes(Self.text("# a * b & c\n", rules: rules)) == [])
  }

  @Test func `a mistake in a file with aliases keeps its column`() {
    let text = "a: &x [1, 2 * 3, *x, *x]\nb: [*x, 2 * 2}\n"
    #expect(Self.mistakes(text).first?.hasPrefix("2:14: this is no YAML") == true)
  }

  @Test func `rules that set each other off for ever end in an error with their line`() throws {
    let rules = "  - {on: enter, do: [move, move]}\n"
    let text = Self.text("tests:\n  - {actions: right, return: 0}\n", rules: rules)
    let found = Self.mistakes(text)
    #expect(found.count == 1 && found[0].contains("set each other off"), "\(found)")
    let entry = try #require(DataWorldFile(text: text, path: "f.yaml").entries().first)
    let error = try #require(throws: EnvironmentError.self) { try Self.play(entry, steps: 40) }
    #expect(error.operation == "step")
    #expect(error.cause.hasPrefix("f.yaml:17: rules set each other off"), "\(error)")
    let report = entry.check(entry.observations[0], with: ContractChecker())
    let problem = report.findings.compactMap(\.problem).first
    #expect(problem?.contains("rules set each other off") == true, "\(problem ?? "")")
  }

  @Test func `things that push one another end in an error with the line`() throws {
    let rules = """
        - {on: bump, into: coin, do: [push, push, move]}
        - {on: enter, by: coin, do: [move, move]}

      """
    let map = "  - |\n    .......\n    .@cc...\n    .......\n"
    let entry = try #require(
      DataWorldFile(text: Self.text(map: map, rules: rules), path: "f.yaml").entries().first)
    // It may end well or in an error, but it ends.
    _ = try? Self.play(entry, steps: 60)
  }

  @Test(arguments: ["repeat: 1000000", "repeat: 65536 * 65536", "repeat: 150 * (steps + 1000)"])
  func `what repeats too often is an error with its line`(_ times: String) throws {
    let text = Self.text(
      "size: [64, 64]\ngenerate:\n  - place: agent\n  - place: coin\n  - fill: wall\n    \(times)\n",
      map: nil)
    let found = Self.mistakes(text)
    #expect(found.count == 1, "\(found)")
    #expect(found.first?.contains("repeat") == true || found.first?.contains("commands") == true)
    #expect(found.first.map { $0.hasPrefix("17:") || $0.hasPrefix("18:") } == true, "\(found)")
  }

  @Test func `a level that cannot be made stops whoever plays it`() throws {
    let text = Self.text(
      "size: [3, 3]\ngenerate:\n  - place: agent\n  - place: coin\n    count: 9\n", map: nil)
    let entry = try #require(DataWorldFile(text: text, path: "f.yaml").entries().first)
    let error = try #require(throws: EnvironmentError.self) { try Self.play(entry, steps: 1) }
    #expect(error.operation == "reset")
    #expect(error.cause == "f.yaml:16: no level can be made in 100 tries")
    #expect(Self.mistakes(text).first?.contains("20 of 20 levels cannot be made") == true)
  }

  @Test func `more than 255 things that move are an error`() throws {
    let text = """
      format: 1
      name: Crowd
      steps: 5
      rewards: {range: [0, 1]}
      actions: moves
      objects:
        fly: {layer: item, color: red, move: {wander: true}}
      size: [20, 20]
      generate:
        - put: agent
          at: [0, 0]
        - place: fly
          count: 256
      """
    #expect(Self.mistakes(text).first?.contains("255 things move") == true)
  }

  @Test(.timeLimit(.minutes(5)))
  func `a map of 64 cells a side is checked, and nothing allocates in it`() throws {
    let text = """
      format: 1
      name: Wide
      steps: 40
      rewards: {range: [0, 1]}
      actions: minigrid
      view: {size: 7}
      objects:
        wall: {layer: block, solid: true, opaque: true, color: grey}
        coin: {layer: item, color: yellow}
      size: [64, 64]
      generate: [{border: wall}, {place: agent}, {place: coin}]
      require: reachable(coin)
      rules:
        - {on: tick, if: reachable(coin), do: [reward: 0]}
      facts: {isReachable: {category: reachable(coin)}}
      """
    let entry = try #require(DataWorldFile(text: text, path: "f.yaml").entries().first)
    for kind in [ObservationKind.oneHot, .full()] {
      let report = entry.check(kind, with: ContractChecker())
      for finding in report.findings { #expect(finding.problem == nil, "\(finding.check)") }
    }
  }

  /// Plays the first action in a batch of two.
  static func play(_ entry: CatalogEntry, steps: Int) throws {
    let batch = entry.batch(.symbols, count: 2, autoreset: .sameStep)
    let buffers = batch.makeBuffers()
    try batch.reset(seeds: [1, 2], mask: nil, into: buffers)
    for step in 0..<steps {
      let actions = [Int32](repeating: Int32((step / 3) % entry.actions.count), count: 2)
      try actions.withUnsafeBufferPointer {
        try batch.step(.indices($0), active: nil, into: buffers)
      }
    }
  }
}
