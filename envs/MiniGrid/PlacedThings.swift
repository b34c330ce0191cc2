extension MiniGrid {
  /// Up to four different things that lie about, with their places.
  struct PlacedThings: Sendable {
    private(set) var cells = InlineArray<4, Cell>(repeating: .empty)
    private(set) var places = InlineArray<4, Point>(repeating: Point(0, 0))
    private(set) var count = 0

    /// Draws a key, ball or box and, where there is none like it yet, its place.
    ///
    /// - Parameter keepsApart: whether it must not touch those before, corners included.
    mutating func draw(_ level: inout Level, keepsApart: Bool = false) {
      let thing = level.thing(kinds: 3)
      guard !contains(thing) else { return }
      let others = self
      guard
        let place = level.place(
          thing, unless: { _, place in keepsApart && others.touches(place) })
      else { return }
      cells[count] = thing
      places[count] = place
      count += 1
    }

    private func contains(_ thing: Cell) -> Bool {
      (0..<count).contains { cells[$0].looksLike(thing) }
    }

    private func touches(_ place: Point) -> Bool {
      (0..<count).contains { places[$0].touches(place) }
    }
  }
}
