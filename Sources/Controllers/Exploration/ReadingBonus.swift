import EnvironmentKit

/// What a frozen world model says of the frame that a step led to: how far its latent lies from the prior, how
/// unlikely V holds it, or how little M foretold it.
///
/// The model stays as it is, and so does the bonus: nothing becomes familiar. Noise that the model cannot foretell
/// stays surprising.
///
/// - SeeAlso: M. Klissarov et al., "Variational State Encoding as Intrinsic Motivation in Reinforcement
///   Learning" (2019), for the divergence; J. Schmidhuber, "A Possibility for Implementing Curiosity and Boredom
///   in Model-Building Neural Controllers" (1991), for surprise.
final class ReadingBonus: ExplorationBonus {
  private let reading: ModelReading
  /// By row.
  private let numbers: OwnedBuffer<Float>
  private let slots: Int

  init(_ room: BonusRoom, _ reading: ModelReading) {
    self.reading = reading
    numbers = OwnedBuffer(room.rows, zero: 0)
    slots = room.slots
  }

  func note(_ first: Int, of batch: any EnvironmentBatch<Float>, _ reader: (any ModelReader)?) {
    reader?.read(
      reading, into: UnsafeMutableBufferPointer(rebasing: numbers.elements[first..<first + slots]))
  }

  func judge(_ path: ExploredPath, into bonuses: UnsafeMutableBufferPointer<Float>) {
    for row in 0..<path.count {
      bonuses[row] = numbers.elements[row].isFinite ? numbers.elements[row] : 0
    }
  }
}
