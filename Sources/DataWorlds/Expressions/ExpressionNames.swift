/// What the names in an expression mean.
struct ExpressionNames {
  /// Parameters and the like.
  var constants: [(name: String, value: Double)] = []
  /// Variables, by their place.
  var variables: [String] = []
  /// The kinds that words name; reports what is wrong and returns nil.
  var kinds: (_ words: String, _ offset: Int) -> KindSet?

  /// All names, for hints.
  var all: [String] { constants.map(\.name) + variables + ExpressionParser.words }
}

/// Why an expression cannot be read.
struct ExpressionFailure: Error {
  let offset: Int
  let cause: String
  let remedy: String
}

extension ExpressionFailure {
  /// What is wrong was reported already.
  static let reported = ExpressionFailure(offset: 0, cause: "", remedy: "")
}
