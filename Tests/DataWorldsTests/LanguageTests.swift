import DataWorlds
import EnvironmentKit
import Environments
import Testing

/// What the words of a file do.
@Suite struct LanguageTests {
  /// The sum of the rewards of some actions of `moves` (up right down left) from seed 0.
  private static func rewards(_ text: String, _ actions: [Int32]) throws -> [Float] {
    let file = try DataWorldFile(text: text, path: "f.yaml")
    var world = file.world(try #require(file.ids.first), observation: .symbols)
    world.reset(seed: 0)
    return try actions.map { world.step(try #require(world.action(index: $0))).reward }
  }

  private static func field(_ rules: String, map: String = ".....", more: String = "") -> String {
    """
    format: 1
    name: Field
    steps: 50
    rewards: {range: [-100, 100]}
    parameters: {share: 0.25}
    variables: {score: 3}
    actions: moves
    objects:
      tree: {layer: block, color: green}
      fire: {layer: block, color: red}
      ash: {layer: block, color: grey}
      coin: {layer: item, color: yellow}
      lamp: {layer: item, shape: ball, states: {off: {color: grey}, on: {color: yellow}}}
    legend: {"t": tree, "f": fire, "c": coin, "l": off lamp, "@": agent, ".": []}
    maps:
      - |
        @....
        \(map)
        .....
    rules:

    """ + rules + more
  }

  @Test(arguments: [
    ("0.5 * count(coin)", Float(1)), ("share * count(coin)", 0.5), ("count(coin) / 4.0", 0.5),
    ("count(coin) / 4", 0), ("-0.5", -0.5), (".5 * (count(coin) > 1)", 0.5),
    ("min(0.5, count(coin))", 0.5), ("0.5 * distance(fire)", 0), ("2 - distance(fire)", 0),
    ("0 - distance(coin)", -1), ("1.5 * abs(0 - 2) - share", 2.75),
    ("0.1 * every(2) + 0.2 * (steps == 1 and count(coin) == 2)", 0.2),
  ])
  func `a reward is an expression, with fractions or without`(_ reward: String, _ worth: Float)
    throws
  {
    let rules = "  - {on: tick, do: [reward: \"\(reward)\"]}\n"
    #expect(try Self.rewards(Self.field(rules, map: "c.c.."), [0]) == [worth])
  }

  @Test func `sums stop at the largest number, and what is absent adds nothing`() throws {
    let rules = """
        - {on: tick, do: [set: {score: score * 65536}, add: {score: distance(fire)}]}
        - {on: tick, do: [reward: score > 0, reward: score == 2147483647]}

      """
    #expect(try Self.rewards(Self.field(rules), [0, 0, 0]) == [1, 2, 2])
  }

  @Test func `a rule of each thing runs for those that were there, and for what is beside`() throws
  {
    let rules = """
        - {on: tick, of: fire, near: tree, do: {become: fire}}
        - {on: tick, do: [reward: count(fire)]}

      """
    // The fire spreads a cell a step, not through the row at once.
    #expect(try Self.rewards(Self.field(rules, map: "ftttt"), [0, 0, 0, 0, 0]) == [2, 3, 4, 5, 5])
    let burning = """
        - {on: tick, of: fire, do: {become: ash}}
        - {on: tick, do: [reward: count(ash)]}

      """
    #expect(try Self.rewards(Self.field(burning, map: "fft.f"), [0, 0]) == [3, 3])
    let warm = "  - {on: tick, of: agent, near: fire, do: [reward: 1, subject: remove]}\n"
    #expect(try Self.rewards(Self.field(warm, map: "f...."), [0, 1]) == [1, 0])
  }

  @Test func `a thing is spawned beside another, where there is room`() throws {
    let rules = """
        - {on: tick, of: tree, do: {spawn: {what: coin, beside: object}}}
        - {on: tick, do: {reward: "count(coin) + 10 * count(coin, tree)"}}

      """
    // The upper left tree has one free neighbour, below; the agent stands above it.
    #expect(try Self.rewards(Self.field(rules, map: "tf..."), [3, 3]) == [1, 1])
    let any = """
        - {on: tick, do: [spawn: {what: coin, beside: [tree, fire]}]}
        - {on: tick, do: [reward: count(coin)]}

      """
    #expect(try Self.rewards(Self.field(any, map: "tf..."), [3, 3, 3, 3, 3]) == [1, 2, 3, 4, 4])
  }

  @Test func `a state has a colour of its own`() throws {
    let rules = """
        - {on: tick, do: [reward: count(grey lamp)]}
        - {on: tick, of: lamp, do: {become: on}}

      """
    let text = Self.field(rules, map: "l....")
    #expect(try Self.rewards(text, [0, 0]) == [1, 0])
    let file = try DataWorldFile(text: text, path: "f.yaml")
    var world = file.world("Field", observation: .full(tileSize: 9))
    world.reset(seed: 0)
    func pixel() -> [UInt8] {
      var bytes = [UInt8](repeating: 0, count: world.specification.observation.count)
      bytes.withUnsafeMutableBufferPointer { buffer in
        var writer = ObservationWriter(buffer)
        world.observe(into: &writer)
      }
      return Array(bytes[((9 + 4) * 45 + 4) * 3..<((9 + 4) * 45 + 4) * 3 + 3])
    }
    let off = pixel()
    _ = world.step(try #require(world.action(index: 0)))
    #expect((off, pixel()) == ([100, 100, 100], [255, 255, 0]))
  }

  @Test func `a command's condition is its own, not that of the first one within`() throws {
    let text = Self.field(
      "  - {on: tick, do: [reward: count(coin)]}\n",
      more: """
        generate:
          - do:
              - {put: fire, at: [0, 1], if: steps > 0}
              - {put: coin, at: [1, 1]}
        """)
    #expect(try Self.rewards(text, [0]) == [1])
  }

  @Test(arguments: [
    (
      "  - {on: tick, of: nothing, do: {become: fire}}\n",
      "21:20: there is no object 'nothing'"
    ),
    (
      "  - {on: enter, of: fire, do: {become: fire}}\n",
      "21:21: 'of' is for rules on 'tick' and 'reset'; write 'by' and 'into', or 'on: tick'"
    ),
    (
      "  - {on: tick, near: fire, do: [reward: 1]}\n",
      "21:22: 'near' without 'of'; write 'of: fire' beside it, on 'tick'"
    ),
    (
      "  - {on: tick, if: count(coin) > 0.5, do: [reward: 1]}\n",
      "21:34: '0.5' is no whole number; write digits only: fractions stand in rewards and chances"
    ),
    (
      "  - {on: enter, into: coin, do: {spawn: coin}}\n",
      "21:41: nothing can be spawned here: the object lies in the layer of 'yellow coin'; "
        + "write 'remove' before it, or 'become' in its place"
    ),
    (
      "  - {on: tick, if: steps > 65536 * 65536, do: [reward: 65536 * 65536]}\n",
      "21:56: the reward reaches the largest whole number, 2147483647; reckon with smaller numbers"
    ),
  ])
  func `what means nothing is told with its place`(_ rules: String, _ expected: String) {
    let found = BoundsTests.mistakes(Self.field(rules, map: "cf..."))
    #expect(found.contains { $0.hasPrefix(expected) }, "\(found)")
  }

  @Test func `steps written with an exponent are told from a name`() {
    let text = BoundsTests.text().replacing("steps: 50", with: "steps: 3e1")
    #expect(
      BoundsTests.mistakes(text) == [
        "3:8: '3e1' is no whole number; write digits only: fractions stand in rewards and chances"
      ])
  }

  @Test func `keys of 'move' at an object lead there`() {
    let text = BoundsTests.text()
      .replacing("color: yellow, shape: coin", with: "color: yellow, lasts: 5")
    #expect(
      BoundsTests.mistakes(text) == [
        "9:38: object 'coin' has no key 'lasts'; write it within 'move', such as 'move: {lasts: 5}'"
      ])
  }

  @Test func `a sprite's row that YAML takes for a comment is reported`() {
    let text = BoundsTests.text().replacing(
      "color: yellow, shape: coin}",
      with: "color: yellow, sprite: {colors: {\"#\": red}, rows: \"##\\n##\"}}")
    #expect(BoundsTests.mistakes(text) == [])
    let cut = BoundsTests.text().replacing(
      "  coin: {layer: item, color: yellow, shape: coin}\n",
      with: """
          coin:
            layer: item
            color: yellow
            sprite:
              colors: {"#": red}
              rows: |
                .#.
               ###

        """)
    #expect(BoundsTests.mistakes(cut).contains { $0.hasPrefix("16:8: this row of the sprite") })
  }

  @Test func `a file may end in large letters, and one that is not there names no line`() throws {
    for name in ["nosuch.YAML", "nosuch.yml", "nosuch.Yaml:Small"] {
      let file = try #require(WorldFile(name))
      let error = try #require(throws: DataWorldError.self) { try file.load() }
      #expect(error.description == "\(file.path): there is no such file; check the path")
    }
    #expect(WorldFile("my.json") == nil)
  }
}
