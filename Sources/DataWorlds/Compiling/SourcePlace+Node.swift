import Yams

extension SourcePlace {
  /// Where a node begins.
  init(_ node: Node) {
    self.init(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
  }
}
