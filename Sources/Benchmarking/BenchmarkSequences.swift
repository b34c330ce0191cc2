import Randomness

/// Sequences for benchmarks: latents that drift, each a number of normal noise away from the last.
///
/// Any program with NumPy's generators can make the same numbers (`Benchmarks/peers/inputs.py`).
public struct BenchmarkSequences: Sendable {
  /// Latents beside one-hot actions, `[count, length, latentSize + actions]`.
  public let inputs: [Float]
  /// The latents that followed, `[count, length, latentSize]`.
  public let nextLatents: [Float]

  private static let keep: Float = 0.9
  private static let drift: Float = 0.4

  /// Makes sequences from the streams `benchmark/sequences` and `benchmark/choices`.
  public init(count: Int, length: Int, latentSize: Int, actions: Int, seed: UInt64) {
    var stream = RandomStream(root: seed, name: "benchmark/sequences")
    var choices = RandomStream(root: seed, name: "benchmark/choices")
    var (inputs, nextLatents): ([Float], [Float]) = ([], [])
    var noise = [Float](repeating: 0, count: latentSize)
    for _ in 0..<count {
      noise.withUnsafeMutableBufferPointer { stream.fillStandardNormal($0) }
      var latent = noise
      for _ in 0..<length {
        inputs += latent
        let choice = choices.integers(in: 0..<actions)
        inputs += (0..<actions).map { $0 == choice ? 1 : 0 }
        noise.withUnsafeMutableBufferPointer { stream.fillStandardNormal($0) }
        for index in latent.indices {
          latent[index] = Self.keep * latent[index] + Self.drift * noise[index]
        }
        nextLatents += latent
      }
    }
    (self.inputs, self.nextLatents) = (inputs, nextLatents)
  }
}
