import Experiments
import Foundation
import Randomness
import Testing

@Suite("Directions of foresight")
struct ForesightTests {
  /// Latents z (2 numbers) and a state of 4: a copy of z₀, what comes, and two of noise.
  private static func rows(_ count: Int) -> (read: [Double], followed: [Double]) {
    var stream = RandomStream(seed: 4)
    var (read, followed) = ([Double](), [Double]())
    for _ in 0..<count {
      let z = [stream.standardNormal(), stream.standardNormal()]
      let hidden = stream.standardNormal()
      read += z
      read += [
        z[0] + 0.1 * stream.standardNormal(), 0.6 * hidden + 0.8 * z[1], stream.standardNormal(),
        3 * stream.standardNormal(),
      ]
      followed += [z[0] - 0.5 * hidden, 2 * z[1] + 0.1 * stream.standardNormal()]
    }
    return (read, followed)
  }

  @Test("the first one is what the state knows of the future and the latent does not")
  func direction() throws {
    let (read, followed) = Self.rows(4_000)
    let foresight = Foresight(read: read, followed: followed, latent: 2, state: 4)
    let rows = try #require(foresight.directions(1)).map(Double.init)
    #expect(rows.count == 3 * 6)
    #expect(Array(rows[0..<12]) == [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0])
    let direction = rows[12..<18]
    // 0.6 hidden + 0.8 z₁, less 0.8 z₁, has the deviation 0.6: its inverse is 1.667.
    let expected = [0, -0.8 / 0.6, 0, 1 / 0.6, 0, 0]
    for (value, wanted) in zip(direction, expected) { #expect(abs(value - wanted) < 0.08) }
    let inputs = stride(from: 0, to: read.count, by: 6).map { row in
      zip(direction, read[row..<row + 6]).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let variance = inputs.reduce(0) { $0 + $1 * $1 } / Double(inputs.count)
    #expect(abs(variance - 1) < 1e-4)
  }

  @Test("whitening makes the latent's axes uncorrelated, each of variance 1")
  func whitening() throws {
    var (read, followed) = Self.rows(4_000)
    // z₁ becomes nearly z₀.
    for row in stride(from: 0, to: read.count, by: 6) {
      read[row + 1] = read[row] + 0.05 * read[row + 1]
    }
    let foresight = Foresight(read: read, followed: followed, latent: 2, state: 4)
    let rows = try #require(foresight.directions(1, whitening: true)).map(Double.init)
    var products = [Double](repeating: 0, count: 9)
    for row in stride(from: 0, to: read.count, by: 6) {
      let inputs = (0..<3).map { input in
        zip(rows[input * 6..<(input + 1) * 6], read[row..<row + 6]).reduce(0) { $0 + $1.0 * $1.1 }
      }
      for place in products.indices {
        products[place] += inputs[place / 3] * inputs[place % 3] / 4_000
      }
    }
    for (place, value) in products.enumerated() {
      #expect(abs(value - (place / 3 == place % 3 ? 1 : 0)) < 2e-3, "\(products)")
    }
    let latentAlone = Foresight(
      read: read.indices.filter { $0 % 6 < 2 }.map { read[$0] }, followed: followed, latent: 2,
      state: 0)
    #expect(try #require(latentAlone.directions(0, whitening: true)).count == 4)
  }

  @Test("as many directions as the state has numbers are these numbers themselves")
  func whole() throws {
    let (read, followed) = Self.rows(500)
    let foresight = Foresight(read: read, followed: followed, latent: 2, state: 4)
    for whitening in [false, true] {
      let rows = try #require(foresight.directions(4, whitening: whitening))
      for place in (2 * 6)..<(6 * 6) { #expect(rows[place] == (place / 6 == place % 6 ? 1 : 0)) }
      #expect((rows[0] == 1) == !whitening)
    }
  }

  @Test("directions that nothing is found in are zeros, and no rows give the latent alone")
  func none() throws {
    let (read, followed) = Self.rows(500)
    let foresight = Foresight(read: read, followed: followed, latent: 2, state: 4)
    let three = try #require(foresight.directions(3))
    #expect(three.count == 5 * 6 && three[(4 * 6)...].allSatisfy { $0 == 0 })
    let empty = try #require(Foresight(read: [], followed: [], latent: 2, state: 4).directions(2))
    #expect(empty.count == 4 * 6 && empty[12...].allSatisfy { $0 == 0 })
    let broken = Foresight(
      read: [Double](repeating: .nan, count: 12), followed: [1, 2], latent: 2, state: 4)
    #expect(broken.directions(1) == nil)
  }
}
