import EnvironmentKit

/// A file that describes a family of worlds, compiled.
public struct DataWorldFile: Sendable {
  /// What the family is called.
  public let name: String
  /// Where the file lies, as it was given.
  public let path: String
  /// Where the rules come from.
  public let reference: String
  let programs: [Program]
  private let sheets: [TileSheets]

  /// The ids of the variants, in the order of the file.
  public var ids: [String] { programs.map(\.id) }

  /// Compiles a file's text.
  ///
  /// - Parameters:
  ///   - text: the YAML.
  ///   - path: what the file is called in messages.
  /// - Throws: all mistakes at once.
  public init(text: String, path: String) throws(DataWorldError) {
    self.path = path
    let problems = ProblemList()
    guard let root = Self.root(of: text, problems) else {
      throw DataWorldError(operation: "load", place: path, problems: problems.sorted)
    }
    let parts = Self.compile(root, text, path: path)
    guard problems.isEmpty else {
      throw DataWorldError(operation: "load", place: path, problems: problems.sorted)
    }
    name = root["name"]?.scalar?.string ?? ""
    reference = root["reference"]?.scalar?.string ?? ""
    programs = parts.map(Program.init)
    sheets = programs.map(TileSheets.init)
  }

  /// The file's keys; nil, reported, where it holds none.
  private static func root(of text: String, _ problems: ProblemList) -> Section? {
    guard let node = FileTree.read(text, problems),
      let root = Section(node, "the file", keys: Compiler.keys, problems)
    else { return nil }
    if let format = root.required("format", "write 'format: 1' as the first line") {
      _ = problems.integer(format, "the format", in: 1...1)
    }
    return root
  }

  /// Compiles every variant.
  private static func compile(_ root: Section, _ text: String, path: String) -> [ProgramParts] {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    var parts: [ProgramParts] = []
    var doubts: [[WorldProblem]] = []
    for variant in Variant.all(of: root) {
      let compiler = Compiler(root, path: path, lines: lines)
      parts.append(compiler.compile(variant))
      doubts.append(compiler.doubts.sorted)
    }
    checkVariantNames(root, parts.map(\.id))
    for doubt in doubts.first ?? [] where doubts.allSatisfy({ $0.contains(doubt) }) {
      root.problems.add(doubt)
    }
    return parts
  }

  private static func checkVariantNames(_ root: Section, _ ids: [String]) {
    guard let tests = root["tests"] else { return }
    for test in root.problems.list(tests) {
      guard let node = test.mapping?.first(where: { $0.key.scalar?.string == "variant" })?.value
      else { continue }
      _ = root.problems.word(node, "variant", among: ids)
    }
  }
}

extension DataWorldFile {
  /// Makes a world of a variant.
  ///
  /// - Precondition: the id is among `ids`.
  public func world(_ id: String, observation: ObservationKind) -> DataWorld {
    guard let index = programs.firstIndex(where: { $0.id == id }) else {
      preconditionFailure("DataWorldFile.world: no id '\(id)' among \(ids)")
    }
    return DataWorld(programs[index], sheets[index], observation: observation)
  }

  /// What a catalogue lists, an entry a variant.
  ///
  /// - Parameter rename: the id of an entry, given that of the variant.
  public func entries(rename: (String) -> String = { $0 }) -> [CatalogEntry] {
    zip(programs, sheets).map { program, sheets in
      let stay = program.verbs.firstStay
      return CatalogEntry(
        id: rename(program.id), family: name, file: path, reference: reference,
        observations: program.observations,
        keys: program.parts.testing.keys.enumerated().flatMap { action, keys in
          keys.map { (key: $0, action: .index(Int32(action))) }
        },
        idleAction: program.parts.testing.idle.map { .index($0) },
        stayAction: stay.map { .index($0) }, source: .data,
        actions: .discrete(program.actionNames),
        make: { DataWorld(program, sheets, observation: $0) })
    }
  }
}

extension Table where Element == Verb {
  /// The first action that does nothing; nil where every one does something.
  fileprivate var firstStay: Int32? {
    (0..<count).first { if case .stay = self[$0] { true } else { false } }.map { Int32($0) }
  }
}
