/// One setting of a group: what it is called, what it means, and which values it may have.
///
/// A group lists its settings once; checks and the pages of documentation follow from the list.
public struct Setting<Owner> {
  /// The key within the group.
  public let key: String
  /// What it means, as one sentence or a few.
  public let meaning: String
  /// The values it may have, in words.
  public let range: String
  /// Names to choose from; empty where it is no choice.
  public let choices: [String]
  let problem: (Owner) -> String?

  init(
    _ key: String, _ meaning: String, range: String, choices: [String] = [],
    problem: @escaping (Owner) -> String?
  ) {
    (self.key, self.meaning, self.range) = (key, meaning, range)
    (self.choices, self.problem) = (choices, problem)
  }

  /// A number between two others, both included.
  public init<Value: Comparable>(
    _ key: String, _ path: KeyPath<Owner, Value>, _ range: ClosedRange<Value>, _ meaning: String
  ) {
    self.init(key, meaning, range: "\(range.lowerBound) to \(range.upperBound)") {
      range.contains($0[keyPath: path]) ? nil : "\($0[keyPath: path])"
    }
  }

  /// A finite number above another.
  public init<Value: BinaryFloatingPoint>(
    _ key: String, _ path: KeyPath<Owner, Value>, above bound: Value, _ meaning: String
  ) {
    self.init(key, meaning, range: "a number above \(bound)") {
      $0[keyPath: path] > bound && $0[keyPath: path].isFinite ? nil : "\($0[keyPath: path])"
    }
  }

  /// A finite number that is another or more.
  public init<Value: BinaryFloatingPoint>(
    _ key: String, _ path: KeyPath<Owner, Value>, atLeast bound: Value, _ meaning: String
  ) {
    self.init(key, meaning, range: "\(bound) or more") {
      $0[keyPath: path] >= bound && $0[keyPath: path].isFinite ? nil : "\($0[keyPath: path])"
    }
  }

  /// One of two.
  public init(_ key: String, _ path: KeyPath<Owner, Bool>, _ meaning: String) {
    self.init(key, meaning, range: "true or false") { _ in nil }
  }

  /// One of some names.
  public init<Value: RawRepresentable & CaseIterable>(
    _ key: String, _ path: KeyPath<Owner, Value>, _ meaning: String
  ) where Value.RawValue == String {
    let names = Value.allCases.map(\.rawValue)
    self.init(key, meaning, range: names.joined(separator: ", "), choices: names) { _ in nil }
  }

  /// What another rule decides.
  ///
  /// - Parameter holds: whether a value may be.
  public init<Value>(
    _ key: String, _ path: KeyPath<Owner, Value>, _ range: String, _ meaning: String,
    holds: @escaping (Owner) -> Bool = { _ in true }
  ) {
    self.init(key, meaning, range: range) { holds($0) ? nil : "\($0[keyPath: path])" }
  }

  /// The setting of a group within a greater one that keeps it under a path.
  public func within<Outer>(
    _ path: KeyPath<Outer, Owner>, prefix: String = ""
  ) -> Setting<Outer> {
    Setting<Outer>(prefix + key, meaning, range: range, choices: choices) {
      problem($0[keyPath: path])
    }
  }
}

/// A value that a setting may not have.
public struct SettingProblem: Hashable, Sendable {
  /// The dotted key.
  public var key: String
  /// What was found and what is wrong with it.
  public var cause: String
  /// What would be right.
  public var remedy: String

  /// Creates a problem.
  public init(_ key: String, _ cause: String, _ remedy: String) {
    (self.key, self.cause, self.remedy) = (key, cause, remedy)
  }
}

/// A group of settings that says what it consists of.
public protocol SettingGroup {
  /// All settings, in the order of the properties.
  static var settings: [Setting<Self>] { get }
  /// What no single setting decides; none unless a group says otherwise.
  func furtherProblems() -> [SettingProblem]
}

extension Setting {
  /// What is out of range in a group, with keys below a prefix such as `model.`.
  public static func problems(
    of owner: Owner, _ settings: [Setting<Owner>], below prefix: String
  ) -> [SettingProblem] {
    settings.compactMap { setting in
      setting.problem(owner).map {
        SettingProblem(prefix + setting.key, "\($0) is out of range", "give \(setting.range)")
      }
    }
  }
}

extension SettingGroup {
  /// Nothing.
  public func furtherProblems() -> [SettingProblem] { [] }

  /// What is out of range, with keys below a prefix such as `model.`.
  public func problems(below prefix: String = "") -> [SettingProblem] {
    Setting.problems(of: self, Self.settings, below: prefix)
      + furtherProblems().map { SettingProblem(prefix + $0.key, $0.cause, $0.remedy) }
  }
}
