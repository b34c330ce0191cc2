import Randomness

/// Mazes of corridors.
extension WorldState {
  /// Fills an area with a kind, then digs a maze of corridors one cell wide with no way around.
  ///
  /// Depth first from the upper left inner cell: each time a way is drawn uniformly among those to cells
  /// not dug yet, two cells further, in the order right, down, left, up; a single one draws nothing.
  /// Then loops are opened: walls between two corridors, drawn as free cells are.
  mutating func carveMaze(
    _ kind: UInt8, _ area: (x: Range<Int32>, y: Range<Int32>), loops: Int32, _ program: Program
  ) {
    let layer = Int(program.traits.layerOf[Int(kind)])
    for y in area.y { for x in area.x { put(kind, at: cell(x, y, program), program) } }
    guard area.x.count >= 3, area.y.count >= 3 else { return }
    var x = area.x.lowerBound + 1
    var y = area.y.lowerBound + 1
    remove(cell(x, y, program), layer, program)
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: program.cells) { path in
      var length = 0
      while true {
        if let heading = drawWay(x, y, area, layer, program) {
          for _ in 0..<2 {
            (x, y) = (x &+ heading.dx, y &+ heading.dy)
            remove(cell(x, y, program), layer, program)
          }
          path[length] = heading.rawValue
          length &+= 1
        } else if length > 0 {
          length &-= 1
          let back = Heading.right.turned(Int32(path[length]) &+ 2)
          (x, y) = (x &+ 2 &* back.dx, y &+ 2 &* back.dy)
        } else {
          break
        }
      }
    }
    let wanted = loops < 0 ? 0 : evaluate(loops, .none, program)
    openLoops(Int(min(wanted, 1000)), area, layer, program)
  }

  private mutating func drawWay(
    _ x: Int32, _ y: Int32, _ area: (x: Range<Int32>, y: Range<Int32>), _ layer: Int,
    _ program: Program
  ) -> Heading? {
    func isOpen(_ heading: Heading) -> Bool {
      let (farX, farY) = (x &+ 2 &* heading.dx, y &+ 2 &* heading.dy)
      guard farX > area.x.lowerBound, farX < area.x.upperBound - 1, farY > area.y.lowerBound,
        farY < area.y.upperBound - 1
      else { return false }
      return kind(cell(farX, farY, program), layer, program) != 0
    }
    var count = 0
    for turn in 0..<4 where isOpen(Heading.right.turned(Int32(turn))) { count &+= 1 }
    guard count > 0 else { return nil }
    var rest = random.integers(in: 0..<count)
    for turn in 0..<4 {
      let heading = Heading.right.turned(Int32(turn))
      guard isOpen(heading) else { continue }
      if rest == 0 { return heading }
      rest &-= 1
    }
    return nil
  }

  private mutating func openLoops(
    _ count: Int, _ area: (x: Range<Int32>, y: Range<Int32>), _ layer: Int, _ program: Program
  ) {
    var (left, tries) = (count, 1000)
    let inner = (
      Int(area.x.lowerBound) + 1..<Int(area.x.upperBound) - 1,
      Int(area.y.lowerBound) + 1..<Int(area.y.upperBound) - 1
    )
    while left > 0, tries > 0 {
      tries &-= 1
      let x = Int32(random.integers(in: inner.0))
      let y = Int32(random.integers(in: inner.1))
      func isDug(_ dx: Int32, _ dy: Int32) -> Bool {
        kind(cell(x &+ dx, y &+ dy, program), layer, program) == 0
      }
      guard !isDug(0, 0) else { continue }
      let (across, along) = (isDug(1, 0) && isDug(-1, 0), isDug(0, 1) && isDug(0, -1))
      guard across != along else { continue }
      remove(cell(x, y, program), layer, program)
      left &-= 1
    }
  }
}
