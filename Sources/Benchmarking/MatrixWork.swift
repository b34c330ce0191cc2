import Layers
import WorldModels

/// Useful operations of matrix products and convolutions, counted from a model's layers.
///
/// A multiplication and an addition are two operations. What a kernel computes beside (padding,
/// conversions, activations, losses, the optimiser) is not counted.
package enum MatrixWork {
  /// Twice the weights that every place of the output, or of a transposed convolution's input, takes.
  private static func operations(of weight: [Int], places: Int) -> Double {
    2 * Double(weight.reduce(1, *) * places)
  }

  private static func operations(of network: any VisionNetwork) -> Double {
    network.products.reduce(0) { $0 + operations(of: $1.weight, places: $1.places) }
  }

  /// Operations to encode one frame to its mean latent.
  package static func encode(_ vision: Vision) -> Double {
    operations(of: vision.encoder) + operations(of: vision.heads[0].weight.shape, places: 1)
  }

  /// Operations to decode one latent.
  package static func decode(_ vision: Vision) -> Double { operations(of: vision.decoder) }

  /// Operations of a training step, a frame: forward once; backward as much again for the weights'
  /// gradients and for the inputs', the frame's own left out, which nobody needs.
  ///
  /// - Parameter samples: latents that are decoded for each frame.
  package static func train(_ vision: Vision, samples: Int = 1) -> Double {
    let forward =
      encode(vision) + Double(samples) * decode(vision)
      + vision.heads.dropFirst().reduce(0) { $0 + operations(of: $1.weight.shape, places: 1) }
    let first = vision.encoder.products.first
    return 3 * forward - (first.map { operations(of: $0.weight, places: $0.places) } ?? 0)
  }

  /// Operations of one step of M on one sequence.
  package static func step(_ memory: Memory) -> Double {
    let weights = [
      memory.recurrent.inputWeight, memory.recurrent.recurrentWeight, memory.output.weight,
    ]
    return weights.reduce(0) { $0 + operations(of: $1.shape, places: 1) }
  }

  /// Operations of M's training, a step of a sequence: forward, and twice as much backward, the
  /// gradient of the inputs left out.
  package static func train(_ memory: Memory) -> Double {
    3 * step(memory) - operations(of: memory.recurrent.inputWeight.shape, places: 1)
  }
}
