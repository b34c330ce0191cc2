import Randomness
import Tensors

/// What latents are: how the encoder tells one, how it is drawn, and how far it is from what it is expected to be.
///
/// Whatever the form, a latent is a row of `size` numbers, which decoders and agents take; it has `parts` parts
/// that are independent given the frame: numbers of their own, or codes. A new form is a file that conforms, a
/// case of `LatentKind`, and a line in `VisionConfiguration.makeLatentForm`.
package protocol LatentForm: Sendable {
  /// Numbers of a latent.
  var size: Int { get }
  /// Parts of a latent, each with a divergence of its own.
  var parts: Int { get }
  /// The encoder's last layers; the first has `size` numbers.
  var heads: [LatentHead] { get }

  /// What latents of some rows are drawn with, `[rows, …]`.
  func noise(rows: Int, stream: inout RandomStream) -> Tensor
  /// The distribution of the latents of some frames, and a latent drawn for each, to be differentiated.
  ///
  /// - Parameters:
  ///   - outputs: of each head, `[frames, outputs]`.
  ///   - noise: a row for each frame.
  func posterior(_ outputs: [Tensor], noise: Tensor) -> Posterior
  /// Latents drawn by noise, and log q(latent | frame) − log p(latent) of each, in nats; for judging.
  func weighed(_ outputs: [Tensor], noise: Tensor) -> (latents: Tensor, excess: Tensor)

  /// Makes a frame's expected latent of what the first head says of it, in place.
  func settle(_ outputs: UnsafeMutablePointer<Float>)
  /// Draws a latent in the place of the expected one.
  ///
  /// - Parameter logVariance: of each number; of codes it says nothing.
  func draw(
    _ latent: UnsafeMutableBufferPointer<Float>, logVariance: UnsafeBufferPointer<Float>,
    stream: inout RandomStream)
  /// The divergence of each part of an expected latent from the prior, `[parts]`, in nats.
  func divergences(
    of latent: UnsafeBufferPointer<Float>, logVariance: UnsafeBufferPointer<Float>
  ) -> [Double]

  /// What latents are expected to be where no frame is seen: what the divergence is measured from.
  var prior: any Prior { get }
  /// Where a person finds a latent: a number for each part, of codes the code.
  func places(of latent: [Float]) -> [Float]
  /// The latent at places.
  func latent(at places: [Float]) -> [Float]
  /// Places that a part is shown at, one after the other.
  var shownPlaces: [Double] { get }
}

/// One of the encoder's last layers, from which latents are read.
package struct LatentHead: Hashable, Sendable {
  /// What checkpoints call it, after `model.`.
  package let name: String
  /// Numbers that it says of a frame.
  package let outputs: Int
  /// What they are brought into; nil for any number.
  package var range: ClosedRange<Float>?
}

/// Latents whose parts are codes: each takes one of `classes` values.
package protocol CodedForm: LatentForm {
  /// Codes of a latent.
  var groups: Int { get }
  /// Values of a code.
  var classes: Int { get }
  /// Whether a value means the same in every group.
  var sharesValues: Bool { get }

  /// How likely each value of each group is in an expected latent, `[group, value]`.
  func shares(of latent: [Float]) -> [Float]
  /// The likeliest value of each group.
  func codes(of latent: [Float]) -> [Int]
  /// The latent of codes.
  func latent(of codes: [Int]) -> [Float]
}

extension CodedForm {
  /// What descriptions call the latents.
  package var title: String {
    "\(groups) codes of \(classes) values, \(size) numbers"
  }

  package var parts: Int { groups }
  package var prior: any Prior { UniformCodes(self) }

  /// Values are called by their numbers, from 0.
  package func places(of latent: [Float]) -> [Float] { codes(of: latent).map { Float($0) } }

  package func latent(at places: [Float]) -> [Float] {
    let last = Float(classes - 1)
    return latent(of: places.map { Int(min(last, max(0, $0)).rounded()) })
  }

  package var shownPlaces: [Double] {
    let shown = min(classes, 9)
    return (0..<shown).map { Double($0 * (classes - 1) / max(1, shown - 1)) }
  }
}
