/// A part of a world model whose network is an autoencoder.
package protocol TrainsAutoencoder: TrainingPart {
  /// The network as it is now.
  var autoencoder: Vision { get }
  /// The same with frozen weights, and the prior that was fitted to it.
  var frozen: FrozenVision { get }
}

extension AutoencoderPart: TrainsAutoencoder {
  package var autoencoder: Vision { trainer.model }
}
