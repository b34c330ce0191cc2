/// A part of a world model whose network is an autoencoder.
package protocol TrainsAutoencoder: TrainingPart {
  /// The network as it is now.
  var autoencoder: Vision { get }
}

extension AutoencoderPart: TrainsAutoencoder {
  package var autoencoder: Vision { trainer.model }
}
