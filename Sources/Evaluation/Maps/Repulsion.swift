import Threads

/// What pushes the points of a map apart under Student's t: Σ_j q² (y_i − y_j) and Σ_j q, q = 1 / (1 + |y_i − y_j|²), with
/// far cells of a tree in the place of their points.
///
/// Points of a small cell share the walk through the tree, by the nearest place of their common rectangle: the sums
/// are never worse than by a walk of each point alone.
///
/// - SeeAlso: L. van der Maaten, "Accelerating t-SNE using Tree-Based Algorithms" (2014), section 4.
struct Repulsion {
  /// How large a cell may be by its distance to stand for its points; 0 lets none.
  let theta: Float
  private var tree = PlaneTree()

  init(theta: Double) { self.theta = Float(theta) }

  /// The sums of each point.
  ///
  /// - Parameters:
  ///   - points: `[point, 2]`.
  ///   - forces: `[point, 2]`, written: Σ q² (y_i − y_j).
  /// - Returns: Σ q over all pairs of different points.
  mutating func forces(
    _ points: UnsafeBufferPointer<Float>, into forces: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    tree.build(points)
    let groups = tree.groups
    var sums = [Double](repeating: 0, count: groups.count)
    let part = 32
    tree.cells.withUnsafeBufferPointer { cells in
      tree.x.withUnsafeBufferPointer { x in
        tree.y.withUnsafeBufferPointer { y in
          tree.order.withUnsafeBufferPointer { order in
            sums.withUnsafeMutableBufferPointer { sums in
              parallelFor((groups.count + part - 1) / part) { block in
                let walk = GroupWalk(cells: cells, x: x, y: y, order: order, theta: theta)
                for group in block * part..<min(groups.count, (block + 1) * part) {
                  sums[group] = walk.forces(of: cells[Int(groups[group])], into: forces)
                }
              }
            }
          }
        }
      }
    }
    // Every point has met itself, at a distance of 0.
    return sums.reduce(0, +) - Double(points.count / 2)
  }
}

/// The walk of a group's points through the tree.
private struct GroupWalk {
  let cells: UnsafeBufferPointer<PlaneTree.Cell>
  let x: UnsafeBufferPointer<Float>
  let y: UnsafeBufferPointer<Float>
  let order: UnsafeBufferPointer<Int32>
  let theta: Float

  /// What a group meets is kept until there is so much of it, and then met by its points.
  private static let room = 1_024

  private struct Sums {
    var x = SIMD8<Float>()
    var y = SIMD8<Float>()
    var q = SIMD8<Float>()
  }

  func forces(
    of group: PlaneTree.Cell, into forces: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    let (first, end) = (Int(group.first), Int(group.end))
    var total = 0.0
    // A group is larger than usual only where its points lie closer than the tree can tell.
    for start in stride(from: first, to: end, by: PlaneTree.group) {
      total += self.forces(of: start..<min(end, start + PlaneTree.group), into: forces)
    }
    return total
  }

  private func forces(
    of points: Range<Int>, into forces: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    var (left, right) = (x[points.lowerBound], x[points.lowerBound])
    var (top, bottom) = (y[points.lowerBound], y[points.lowerBound])
    for point in points {
      (left, right) = (min(left, x[point]), max(right, x[point]))
      (top, bottom) = (min(top, y[point]), max(bottom, y[point]))
    }
    let vectors = (points.count + 7) / 8
    var sums = [Sums](repeating: Sums(), count: vectors)
    sums.withUnsafeMutableBufferPointer { sums in
      withUnsafeTemporaryAllocation(of: SIMD4<Float>.self, capacity: Self.room) { met in
        var count = 0
        func meet(_ x: Float, _ y: Float, _ mass: Float) {
          met[count] = SIMD4(x, y, mass, 0)
          count += 1
          if count == Self.room {
            add(met, count, points, sums)
            count = 0
          }
        }
        var place = 0
        while place < cells.count {
          let cell = cells[place]
          let across = max(left - cell.x, cell.x - right, 0)
          let along = max(top - cell.y, cell.y - bottom, 0)
          let reach = theta * theta * (across * across + along * along)
          if cell.side * cell.side < reach {
            meet(cell.x, cell.y, cell.mass)
            place = Int(cell.next)
          } else if cell.isLeaf {
            for point in Int(cell.first)..<Int(cell.end) { meet(x[point], y[point], 1) }
            place = Int(cell.next)
          } else {
            place += 1
          }
        }
        add(met, count, points, sums)
      }
    }
    var total = 0.0
    for (number, point) in points.enumerated() {
      let (sum, lane, to) = (sums[number / 8], number % 8, 2 * Int(order[point]))
      (forces[to], forces[to + 1]) = (sum.x[lane], sum.y[lane])
      total += Double(sum.q[lane])
    }
    return total
  }

  /// Adds what was met to the sums of the points, eight at a time.
  @inline(__always)
  private func add(
    _ met: UnsafeMutableBufferPointer<SIMD4<Float>>, _ count: Int, _ points: Range<Int>,
    _ sums: UnsafeMutableBufferPointer<Sums>
  ) {
    for vector in sums.indices {
      var (here, there) = (SIMD8<Float>(), SIMD8<Float>())
      for lane in 0..<8 {
        let point = min(points.upperBound - 1, points.lowerBound + vector * 8 + lane)
        here[lane] = x[point]
        there[lane] = y[point]
      }
      var sum = sums[vector]
      for place in 0..<count {
        let other = met[place]
        let across = here - other.x
        let along = there - other.y
        let q = 1 / (1 + across * across + along * along)
        let weighted = other.z * q
        sum.q += weighted
        let force = weighted * q
        sum.x += force * across
        sum.y += force * along
      }
      sums[vector] = sum
    }
  }
}
