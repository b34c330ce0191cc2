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
