import EnvironmentKit
import Yams

/// A file that describes a family of worlds, compiled.
public struct DataWorldFile: Sendable {
  /// What the family is called.
  public let name: String
  /// Where the file lies, as it was given.
  public let path: String
  /// Where the rules come from.
  public let reference: String
  let programs: [Program]

  /// The ids of the variants, in the order of the file.
  public var ids: [String] { programs.map(\.id) }

  /// Largest file that is read, in bytes.
  private static let largest = 1 << 20

  /// Compiles a file's text.
  ///
  /// - Parameters:
  ///   - text: the YAML.
  ///   - path: what the file is called in messages.
  /// - Throws: all mistakes at once.
  public init(text: String, path: String) throws(DataWorldError) {
    self.path = path
    let problems = ProblemList()
    let compiled = Self.compile(text, problems)
    guard problems.isEmpty, let compiled, !compiled.programs.isEmpty else {
      if problems.isEmpty {
        problems.add(
          WorldProblem(line: 1, column: 1, cause: "the file holds no world", remedy: "write one"))
      }
      throw DataWorldError(operation: "load", place: path, problems: problems.sorted)
    }
    name = compiled.name
    reference = compiled.reference
    programs = compiled.programs
  }

  private static func compile(
    _ text: String, _ problems: ProblemList
  ) -> (name: String, reference: String, programs: [Program])? {
    guard let node = read(text, problems),
      let root = Section(node, "the file", keys: Compiler.keys, problems)
    else { return nil }
    if let format = root.required("format", "write 'format: 1' as the first line") {
      _ = problems.integer(format, "the format", in: 1...1)
    }
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    var parts: [ProgramParts] = []
    var doubts: [[WorldProblem]] = []
    for variant in Variant.all(of: root) {
      let compiler = Compiler(root, lines: lines)
      parts.append(compiler.compile(variant))
      doubts.append(compiler.doubts.sorted)
    }
    checkVariantNames(root, parts.map(\.id))
    for doubt in doubts.first ?? [] where doubts.allSatisfy({ $0.contains(doubt) }) {
      problems.add(doubt)
    }
    guard problems.isEmpty else { return nil }
    return (
      root["name"]?.scalar?.string ?? "", root["reference"]?.scalar?.string ?? "",
      parts.map(Program.init)
    )
  }

  private static func checkVariantNames(_ root: Section, _ ids: [String]) {
    guard let tests = root["tests"] else { return }
    for test in root.problems.list(tests) {
      guard let node = test.mapping?.first(where: { $0.key.scalar?.string == "variant" })?.value
      else { continue }
      _ = root.problems.word(node, "variant", among: ids)
    }
  }

  /// The tree of a text; what YAML itself does not allow is reported.
  private static func read(_ text: String, _ problems: ProblemList) -> Node? {
    func report(_ line: Int, _ column: Int, _ cause: String, _ remedy: String) {
      problems.add(
        WorldProblem(line: max(1, line), column: max(1, column), cause: cause, remedy: remedy))
    }
    guard text.utf8.count <= largest, isShallow(text) else {
      report(1, 1, "the file is too large or nested too deeply", "write less than a megabyte")
      return nil
    }
    do {
      if let node = try Yams.compose(yaml: text) { return node }
      report(1, 1, "the file is empty", "write 'format: 1', 'name: …' and what follows")
    } catch let error as YamlError {
      switch error {
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
        .composer(_, let problem, let mark, _):
        report(
          mark.line, mark.column, "this is no YAML: \(problem)",
          "look at indentation, colons, quotes and brackets here and just above")
      case .duplicatedKeysInMapping(let keys, let context):
        report(
          context.mark.line, context.mark.column,
          "\(keys.sorted().map { "'\($0)'" }.joined(separator: ", ")) stands twice",
          "leave one of them")
      default: report(1, 1, "this is no YAML: \(error)", "write text in UTF-8")
      }
    } catch {
      report(1, 1, "this is no YAML: \(error)", "write text in UTF-8")
    }
    return nil
  }

  /// Whether brackets and indentation are few enough to be read without running out of stack.
  private static func isShallow(_ text: String) -> Bool {
    var depth = 0
    for line in text.utf8.split(separator: 10) {
      var signs = 0
      for byte in line {
        if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") { depth += 1 }
        if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") { depth = max(0, depth - 1) }
        if byte == UInt8(ascii: "-") || byte == UInt8(ascii: "?") { signs += 1 }
        if depth > 200 { return false }
      }
      if signs > 500 || line.prefix(while: { $0 == 32 }).count > 400 { return false }
    }
    return true
  }
}

extension DataWorldFile {
  /// Makes a world of a variant.
  ///
  /// - Precondition: the id is among `ids`.
  public func world(_ id: String, observation: ObservationKind) -> DataWorld {
    guard let program = programs.first(where: { $0.id == id }) else {
      preconditionFailure("DataWorldFile.world: no id '\(id)' among \(ids)")
    }
    return DataWorld(program, observation: observation)
  }

  /// What a catalogue lists, an entry a variant.
  ///
  /// - Parameter rename: the id of an entry, given that of the variant.
  public func entries(rename: (String) -> String = { $0 }) -> [CatalogEntry] {
    programs.map { program in
      let stay = program.verbs.firstStay
      return CatalogEntry(
        id: rename(program.id), family: name, file: path, reference: reference,
        observations: program.observations,
        keys: program.testing.keys.enumerated().flatMap { action, keys in
          keys.map { (key: $0, action: .index(Int32(action))) }
        },
        idleAction: program.testing.idle.map { .index($0) }, stayAction: stay.map { .index($0) }, source: .data,
        actions: .discrete(program.actionNames),
        make: { DataWorld(program, observation: $0) })
    }
  }
}

extension Table<Verb> {
  /// The first action that does nothing; nil where every one does something.
  fileprivate var firstStay: Int32? {
    (0..<count).first { if case .stay = self[$0] { true } else { false } }.map { Int32($0) }
  }
}
