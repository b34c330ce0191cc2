import Datasets
import EnvironmentKit
import Evaluation
import Files
import Statistics
import WorldModels

/// Frames as latents, with what is known of them, and where maps put them.
package struct Embedding {
  /// One map.
  package struct Map {
    /// How it was made.
    package let method: MapMethod
    /// `[frame, 2]`.
    package let points: [Float]
    /// How far it keeps neighbours.
    package let quality: MapQuality
    /// Of t-SNE: the divergence that is left, in nats.
    package let divergence: Double?
    /// Whether it was asked for, or is there to compare with.
    package let isAsked: Bool
  }

  /// A frame and those nearest to it by their latents.
  package struct Nearest {
    /// A frame by its place among those that were encoded, and its distance.
    package typealias Found = (place: Int, distance: Float)
    /// The frame's place among those that were encoded.
    package let place: Int
    /// The nearest first.
    package let found: [Found]
  }

  /// Where the frames lie, as V is judged by them.
  let source: any FrameSource
  /// The numbers of those that were encoded.
  package let frames: [Int]
  /// Their latents.
  package let latents: SampleSet
  /// What is known of them.
  package let facts: KnownFacts
  /// The place of the fact that colours the maps.
  package let color: Int
  /// How maps were made.
  let settings: MapSettings
  /// The maps: PCA, and those that were asked for.
  package let maps: [Map]
  /// The share of latents' own neighbours that have their label.
  let sameLabel: MeasuredValue?
  /// The nearest frames of some.
  package let nearest: [Nearest]
  /// The words of each latent, of documents.
  package let words: [LatentWords]
  /// What latents and maps were made of.
  let kept: JSONValue
  /// Seconds of each part of the work that was done.
  let seconds: [(part: String, value: Double)]

  /// The maps that were asked for.
  package var asked: [Map] { maps.filter(\.isAsked) }

  /// What a frame is called.
  package func name(_ place: Int) -> String {
    source.frameName(frames[place]) ?? "frame \(frames[place])"
  }
}
