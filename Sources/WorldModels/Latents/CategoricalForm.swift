import Foundation
import Randomness
import Tensors

/// Codes drawn by the chances that the encoder gives to their values, one hot; the prior is uniform.
///
/// The chances are a softmax, mixed with a little of the uniform distribution, so that none is 0 and the
/// divergence stays finite. A draw passes its gradient on to the chances as if it were these. An expected latent
/// are the chances themselves.
///
/// - SeeAlso: D. Hafner et al., "Mastering Atari with Discrete World Models" (2021), section 2 and algorithm 1;
///   for the uniform share D. Hafner et al., "Mastering Diverse Domains through World Models" (2023).
package struct CategoricalForm: CodedForm {
  package let groups: Int
  package let classes: Int
  /// Share of the uniform distribution in every chance.
  package let uniformShare: Float

  package init(groups: Int, classes: Int, uniformShare: Float) {
    (self.groups, self.classes, self.uniformShare) = (groups, classes, uniformShare)
  }

  package var size: Int { groups * classes }
  package var sharesValues: Bool { false }
  package var heads: [LatentHead] { [LatentHead(name: "logits", outputs: size)] }

  /// A number in 0..<1 for each code.
  package func noise(rows: Int, stream: inout RandomStream) -> Tensor {
    Tensor(uniform: 0..<1, shape: [rows, groups], stream: &stream)
  }

  package func posterior(_ outputs: [Tensor], noise: Tensor) -> Posterior {
    let frames = outputs[0].shape[0]
    let chances = chances(outputs[0])
    let codes = drawn(chances, noise)
    let latents = chances.replaced(by: oneHot(codes)).reshaped(to: [frames, size])
    // 0 · log 0 is 0: where a chance has left the range of Float its logarithm need only be finite.
    let logs = chances.clamped(to: Float.leastNormalMagnitude...Float.infinity).log()
    let divergences = (chances * logs).sum(axis: 1) + log(Float(classes))
    return Posterior(
      output: outputs[0], noise: noise, latents: latents,
      divergences: divergences.reshaped(to: [frames, groups]), codes: codes)
  }

  package func weighed(
    _ outputs: [Tensor], noise: Tensor
  ) -> (latents: Tensor, excess: Tensor) {
    let (frames, chances) = (outputs[0].shape[0], chances(outputs[0]))
    let codes = drawn(chances, noise)
    let numbers = chances.scalars
    let excess = (0..<frames).map { frame in
      (frame * groups..<(frame + 1) * groups).reduce(Float(0)) {
        $0 + log(numbers[$1 * classes + codes[$1]] * Float(classes))
      }
    }
    return (
      oneHot(codes).reshaped(to: [frames, size]), Tensor(excess, shape: [frames])
    )
  }

  /// The chances of every code's values, `[frames · groups, classes]`.
  private func chances(_ logits: Tensor) -> Tensor {
    logits.reshaped(to: [logits.shape[0] * groups, classes]).softmax()
      .affine(scale: 1 - uniformShare, shift: uniformShare / Float(classes))
  }

  private func drawn(_ chances: Tensor, _ points: Tensor) -> [Int] {
    let points = points.scalars
    return chances.withUnsafeBuffer { chances in
      points.indices.map { row in
        place(
          UnsafeBufferPointer(rebasing: chances[row * classes..<(row + 1) * classes]), points[row])
      }
    }
  }

  /// The value at which the chances so far exceed a point in 0..<1.
  private func place(_ chances: UnsafeBufferPointer<Float>, _ point: Float) -> Int {
    var sum: Float = 0
    for value in 0..<classes - 1 {
      sum += chances[value]
      if point < sum { return value }
    }
    return classes - 1
  }

  private func oneHot(_ codes: [Int]) -> Tensor {
    Tensor(shape: [codes.count, classes]) { numbers in
      numbers.update(repeating: 0)
      for (row, code) in codes.enumerated() { numbers[row * classes + code] = 1 }
    }
  }

  package func settle(_ outputs: UnsafeMutablePointer<Float>) {
    for group in 0..<groups {
      let row = UnsafeMutableBufferPointer(start: outputs + group * classes, count: classes)
      let highest = row.max() ?? 0
      var sum: Float = 0
      for value in row.indices {
        row[value] = exp(row[value] - highest)
        sum += row[value]
      }
      let scale = (1 - uniformShare) / sum
      for value in row.indices { row[value] = row[value] * scale + uniformShare / Float(classes) }
    }
  }

  package func draw(
    _ latent: UnsafeMutableBufferPointer<Float>, logVariance: UnsafeBufferPointer<Float>,
    stream: inout RandomStream
  ) {
    for group in 0..<groups {
      let row = UnsafeMutableBufferPointer(
        rebasing: latent[group * classes..<(group + 1) * classes])
      let value = place(UnsafeBufferPointer(row), Float(stream.random()))
      row.update(repeating: 0)
      row[value] = 1
    }
  }

  package func divergences(
    of latent: UnsafeBufferPointer<Float>, logVariance: UnsafeBufferPointer<Float>
  ) -> [Double] {
    (0..<groups).map { group in
      latent[group * classes..<(group + 1) * classes].reduce(0.0) { sum, chance in
        sum + (chance > 0 ? Double(chance) * log(Double(chance) * Double(classes)) : 0)
      }
    }
  }

  package func shares(of latent: [Float]) -> [Float] { latent }

  package func codes(of latent: [Float]) -> [Int] {
    (0..<groups).map { group in
      let row = latent[group * classes..<(group + 1) * classes]
      return (row.indices.max { (row[$0], $1) < (row[$1], $0) } ?? row.startIndex) - row.startIndex
    }
  }

  package func latent(of codes: [Int]) -> [Float] { oneHot(codes).scalars }
}
