import Randomness
import Statistics
import Testing

@Suite("Where linear conditions hold")
struct HalfSpacesTests {
  private func shortest(_ conditions: [([Double], Double)]) -> [Double]? {
    HalfSpaces(conditions.map { .init(normal: $0, least: $1) }).shortest
  }

  private func isNear(_ found: [Double]?, _ wanted: [Double]) -> Bool {
    guard let found, found.count == wanted.count else { return false }
    return zip(found, wanted).allSatisfy { abs($0 - $1) < 1e-9 }
  }

  @Test("the shortest step to a plane is along its normal")
  func one() { #expect(isNear(shortest([([3, 4], 10)]), [1.2, 1.6])) }

  @Test(
    "of two planes both are reached, of parallel ones the farther, of one already reached nothing is asked"
  )
  func several() {
    #expect(isNear(shortest([([1, 0], 2), ([0, 1], -1), ([1, 1], 5)]), [2.5, 2.5]))
    #expect(isNear(shortest([([1, 0], 2), ([1, 1], 2)]), [2, 0]))
    #expect(isNear(shortest([([1, 0], 1), ([1, 0], 3)]), [3, 0]))
    #expect(isNear(shortest([([1, 0], -1)]), [0, 0]))
  }

  @Test("where conditions exclude each other there is nothing")
  func impossible() {
    #expect(shortest([([1, 0], 1), ([-1, 0], 1)]) == nil)
    #expect(shortest([([0, 0], 1)]) == nil)
  }

  @Test("no random step that fulfils all conditions is shorter")
  func random() throws {
    var stream = RandomStream(seed: 3)
    var solved = 0
    for _ in 0..<20 {
      let conditions = (0..<4).map { _ in
        ((0..<3).map { _ in stream.standardNormal() }, stream.uniform(-0.5, 1))
      }
      guard let found = shortest(conditions) else { continue }
      solved += 1
      let length = found.reduce(0) { $0 + $1 * $1 }
      func lack(_ x: [Double]) -> Double {
        conditions.map { $1 - zip($0, x).reduce(0) { $0 + $1.0 * $1.1 } }.max() ?? 0
      }
      #expect(lack(found) < 1e-9)
      for _ in 0..<500 {
        let other = found.map { $0 + 0.3 * stream.standardNormal() }
        if lack(other) <= 0 {
          #expect(other.reduce(0) { $0 + $1 * $1 } >= length - 1e-9)
        }
      }
    }
    // The planes of most draws leave some step to be found.
    #expect(solved > 10)
  }
}
