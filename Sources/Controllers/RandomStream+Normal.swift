import Foundation
import Randomness

extension RandomStream {
  /// A standard normal number by Box and Muller's transform; takes two uniform numbers.
  mutating func boxMuller() -> Double {
    let radius = (-2 * log(1 - random())).squareRoot()
    return radius * cos(2 * .pi * random())
  }
}
