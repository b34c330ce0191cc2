/// What could be shown of a world's facts in the place of its picture, as numbers for a linear controller.
///
/// A yardstick: how well such a controller plays that sees perfectly, or knows what no picture shows.
public struct FactsView: Sendable {
  /// Its name in files and on the command line.
  public let name: String
  /// What is shown, for tables.
  public let title: String
  /// How many numbers.
  public let count: Int
  /// Writes them, from the values of the world's facts.
  public let write:
    @Sendable (_ facts: UnsafeBufferPointer<Float>, _ view: UnsafeMutableBufferPointer<Float>) ->
      Void

  /// Creates a view.
  ///
  /// - Parameter write: writes all `count` numbers.
  public init(
    _ name: String, title: String, count: Int,
    write:
      @escaping @Sendable (
        _ facts: UnsafeBufferPointer<Float>, _ view: UnsafeMutableBufferPointer<Float>
      ) -> Void
  ) {
    (self.name, self.title, self.count, self.write) = (name, title, count, write)
  }

  /// What it shows of the values of the world's facts.
  public func numbers(of facts: UnsafeBufferPointer<Float>) -> [Float] {
    var numbers = [Float](repeating: 0, count: count)
    numbers.withUnsafeMutableBufferPointer { write(facts, $0) }
    return numbers
  }
}

extension FactsView {
  /// All that is known of a world; nil where it tells nothing.
  ///
  /// Its views side by side; where it has none, its facts as they are, 0 where one is absent.
  public static func all(of world: CatalogEntry) -> FactsView? {
    let views = world.factsViews
    guard views.isEmpty else {
      return FactsView("all", title: "all facts", count: views.reduce(0) { $0 + $1.count }) {
        facts, numbers in
        var first = 0
        for view in views {
          view.write(
            facts, UnsafeMutableBufferPointer(rebasing: numbers[first..<first + view.count]))
          first += view.count
        }
      }
    }
    let count = world.specification(world.defaultObservation).facts.count
    guard count > 0 else { return nil }
    return FactsView("all", title: "all facts", count: count) { facts, numbers in
      for place in numbers.indices { numbers[place] = facts[place].isNaN ? 0 : facts[place] }
    }
  }
}
