import Files
import Yams

// Names of kinds.
extension Compiler {
  /// The kinds that words select, such as `locked yellow door`: those that all words fit.
  func kinds(_ words: String, _ node: Node, offset: Int = 0) -> KindSet? {
    var result = KindSet(parts.kinds.indices.dropFirst())
    let parsed = words.split(separator: " ").map(String.init)
    for word in parsed {
      guard let fitting = kindsOfWord[word] else {
        if lostWords.contains(word) { return nil }
        problems.report(
          node, "there is no object '\(word)'", NearestName.hint(word, among: kindWords),
          offset: offset)
        return nil
      }
      result = result.intersection(fitting)
    }
    guard !parsed.isEmpty, !result.isEmpty else {
      problems.report(
        node, "no object is '\(words)'",
        "known kinds: " + parts.kinds.dropFirst().prefix(12).map(\.name).joined(separator: ", "),
        offset: offset)
      return nil
    }
    return result
  }

  /// Learns the words that select kinds, once all of these are known.
  func learnWords() {
    (kindsOfWord, kindWords) = ([:], [])
    for index in parts.kinds.indices.dropFirst() {
      for word in parts.kinds[index].words + ["anything"] {
        if kindsOfWord[word] == nil, word != "anything" { kindWords.append(word) }
        kindsOfWord[word, default: KindSet()].insert(index)
      }
    }
    kindWords.append("anything")
  }

  /// The kinds of a list of selections, or of one.
  func kinds(_ node: Node) -> KindSet? {
    var result: KindSet?
    for element in problems.list(node) {
      guard let text = problems.text(element, "the name of an object"),
        let kinds = kinds(text, element)
      else { continue }
      result = result?.union(kinds) ?? kinds
    }
    return result
  }

  /// The one kind that words name; nil, reported, where they fit several.
  func kind(_ node: Node) -> UInt8? {
    guard let text = problems.text(node, "the name of an object"), let kinds = kinds(text, node)
    else { return nil }
    let found = kinds.kinds
    guard found.count == 1 else {
      problems.report(
        node, "'\(text)' may be one of \(found.count) kinds",
        "say which: " + found.prefix(8).map { "'\(parts.kinds[$0].name)'" }.joined(separator: ", "))
      return nil
    }
    return UInt8(found[0])
  }
}
