extension RandomStream {
  /// Shuffles in place; NumPy's `shuffle`.
  @inlinable
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, masked(last))
    }
  }

  /// A uniform integer in `0...last` by rejection of masked bits, as NumPy's shuffling draws it.
  @inlinable
  mutating func masked(_ last: Int) -> Int {
    let mask = UInt64.max >> UInt64(last.leadingZeroBitCount)
    while true {
      let word = mask >> 32 == 0 ? UInt64(generator.nextUInt32()) : generator.nextUInt64()
      let drawn = Int(word & mask)
      if drawn <= last { return drawn }
    }
  }

  /// A random order of `0..<count`; NumPy's `permutation(count)`.
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    shuffle(&order)
    return order
  }

  /// A uniformly chosen element; NumPy's `choice(elements)`.
  ///
  /// - Precondition: `elements` is not empty.
  @inlinable
  public mutating func choice<Element>(_ elements: [Element]) -> Element {
    elements[integers(in: 0..<elements.count)]
  }

  /// A place drawn with probabilities in proportion to weights.
  ///
  /// - Parameters:
  ///   - weights: 0 or more each.
  ///   - sum: of all; 1 of probabilities.
  /// - Returns: the last place of a weight above 0 where rounding leaves none; 0 where there is no such weight.
  package mutating func place(
    weighted weights: some Sequence<Double>, sum: Double = 1
  ) -> Int {
    var (rest, last) = (random() * sum, 0)
    for (place, weight) in weights.enumerated() where weight > 0 {
      rest -= weight
      if rest < 0 { return place }
      last = place
    }
    return last
  }

  /// Different numbers of `0..<population`, in random order; NumPy's
  /// `choice(population, count, replace=False)`.
  ///
  /// - Parameters:
  ///   - count: how many to choose, 0...population.
  ///   - population: how many there are to choose from.
  /// - SeeAlso: R. W. Floyd, in J. Bentley, "Programming Pearls: A Sample of Brilliance" (1987); from
  ///   populations above 10,000, where more than one in fifty is wanted, NumPy shuffles instead.
  public mutating func choice(_ count: Int, of population: Int) -> [Int] {
    precondition(
      (0...max(0, population)).contains(count), "choice(\(count), of: \(population)): too many")
    if population > 10_000, count > population / 50 {
      return shuffledTail(count, of: population)
    }
    var chosen: [Int] = []
    var taken = [UInt64](repeating: 0, count: population / 64 + 1)
    for last in population - count..<population {
      let drawn = Int(bounded(UInt64(last)))
      let isTaken = taken[drawn / 64] >> UInt64(drawn % 64) & 1 == 1
      let next = isTaken ? last : drawn
      taken[next / 64] |= 1 << UInt64(next % 64)
      chosen.append(next)
    }
    shuffleByLemire(&chosen, downTo: 1)
    return chosen
  }

  private mutating func shuffledTail(_ count: Int, of population: Int) -> [Int] {
    var order = Array(0..<population)
    shuffleByLemire(&order, downTo: max(population - count, 1))
    return Array(order[(population - count)...])
  }

  /// The other shuffle of NumPy, which draws its indices as `integers` does.
  private mutating func shuffleByLemire(_ elements: inout [Int], downTo first: Int) {
    for last in stride(from: elements.count - 1, through: first, by: -1) {
      elements.swapAt(last, Int(bounded(UInt64(last))))
    }
  }
}
