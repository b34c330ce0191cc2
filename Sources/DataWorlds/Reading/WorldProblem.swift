import Yams

/// One mistake in a world's file: where it stands, what it is, what to write instead.
public struct WorldProblem: Hashable, Sendable, CustomStringConvertible {
  /// Line from 1; 0 for a mistake that is no line's, such as a file that is not there.
  public var line: Int
  /// Column from 1, in characters; 0 likewise.
  public var column: Int
  /// What was found.
  public var cause: String
  /// What to write instead.
  public var remedy: String

  /// Creates a description of a mistake.
  public init(line: Int, column: Int, cause: String, remedy: String) {
    self.line = line
    self.column = column
    self.cause = cause
    self.remedy = remedy
  }

  /// Creates a description of a mistake that is no line's.
  public init(cause: String, remedy: String) {
    self.init(line: 0, column: 0, cause: cause, remedy: remedy)
  }

  /// One line: place, cause; remedy.
  public var description: String {
    (line > 0 ? "\(line):\(column): " : "") + "\(cause); \(remedy)"
  }

  /// Where it stands in a file: `file:line:column`, or the file alone.
  public func place(in file: String) -> String { line > 0 ? "\(file):\(line):\(column)" : file }
}

/// A world's file that cannot be used, with all its mistakes.
public struct DataWorldError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was being done: `read`, `load`, `check`.
  public var operation: String
  /// The file.
  public var place: String
  /// The mistakes, from the top of the file to its end; at least one.
  public var problems: [WorldProblem]

  /// Creates an error of a file's mistakes.
  public init(operation: String, place: String, problems: [WorldProblem]) {
    self.operation = operation
    self.place = place
    self.problems = problems
  }

  /// What was found, in short.
  public var cause: String {
    problems.count == 1 ? problems[0].cause : "\(problems.count) mistakes"
  }
  /// What to do about it.
  public var remedy: String {
    problems.count == 1 ? problems[0].remedy : "mend what the lines above name"
  }
  /// A line a mistake: `file:line:column: cause; remedy`.
  public var description: String { lines.joined(separator: "\n") }
  /// The same, apart.
  public var lines: [String] {
    problems.map { "\($0.place(in: place)): \($0.cause); \($0.remedy)" }
  }
}

/// Collects the mistakes of a file while it is read, each once.
final class ProblemList {
  private var found: [WorldProblem] = []
  private var seen: Set<WorldProblem> = []
  /// How often something was reported, mistakes that were known already counted too.
  private(set) var reports = 0

  /// Adds a mistake at a node, or some characters further on.
  func report(_ node: Node?, _ cause: String, _ remedy: String, offset: Int = 0) {
    var column = node?.mark?.column ?? 1
    if let scalar = node?.scalar, offset > 0 {
      let isQuoted = scalar.style == .singleQuoted || scalar.style == .doubleQuoted
      column += offset + (isQuoted ? 1 : 0)
    }
    add(
      WorldProblem(
        line: max(1, node?.mark?.line ?? 1), column: max(1, column), cause: cause, remedy: remedy))
  }

  /// Adds a mistake.
  func add(_ problem: WorldProblem) {
    reports += 1
    if seen.insert(problem).inserted { found.append(problem) }
  }

  /// Reads something, and tells whether anything was reported on the way.
  func areReported(in read: () -> Void) -> Bool {
    let before = reports
    read()
    return reports > before
  }

  /// Whether none was found.
  var isEmpty: Bool { found.isEmpty }
  /// Number of mistakes found so far.
  var count: Int { found.count }

  /// From the top of the file to its end.
  var sorted: [WorldProblem] {
    found.enumerated().sorted {
      ($0.element.line, $0.element.column, $0.offset)
        < ($1.element.line, $1.element.column, $1.offset)
    }.map(\.element)
  }
}
