import EnvironmentKit
import Foundation

/// What an autoencoder is worth, drawn: four pictures of plain values.
package struct AutoencoderPictures {
  /// The frames beside their reconstructions, each with its number.
  package var pairs: [(frame: Int, observation: Frame, reconstruction: Frame)] = []
  /// Decoded draws from the prior.
  package var samples: [Frame] = []
  /// KL of each latent, nats.
  package var divergences: [Double] = []
  /// The bound of −log p by so many latents a frame, with its interval, nats.
  package var bounds: [(samples: Int, value: Double, low: Double, high: Double)] = []
  private let subject: String

  /// Begins with nothing; `subject` stands in the titles.
  package init(subject: String) { self.subject = subject }

  /// What each picture shows, by the name of its file.
  package static let captions = [
    ("vision-bound.png", "What the bound says of frames: the tighter the more latents are drawn."),
    ("vision-latents.png", "What each latent tells of a frame; those near 0 tell nothing."),
    ("vision-frames.png", "Frames that were not learned from: frame, reconstruction, error."),
    ("vision-samples.png", "Decoded draws from the prior."),
  ]

  /// Writes all files into a folder.
  package func write(to folder: URL) throws {
    let frames = [boundPlot, latentBars, frameSheet, sampleSheet]
    for (frame, (name, _)) in zip(frames, Self.captions) {
      try PNG.write(frame, to: folder.appending(path: name).path)
    }
  }

  private var frameSheet: Frame {
    ReconstructionSheet(
      title: "\(subject): frames, reconstruction, error",
      pairs: pairs.map {
        ReconstructionPair(
          observation: $0.observation, reconstruction: $0.reconstruction,
          caption: "frame \($0.frame)")
      }
    ).frame()
  }

  private var sampleSheet: Frame {
    SampleSheet(title: "\(subject): decoded samples of the prior", pictures: samples).frame()
  }

  private var latentBars: Frame {
    BarChart("KL of each latent, nats, most first", values: divergences.sorted(by: >))
      .frame(width: 960, height: 360, scale: 2)
  }

  private var boundPlot: Frame {
    let bound = Series(
      "bound", x: bounds.map { log10(Double($0.samples)) }, y: bounds.map(\.value),
      low: bounds.map(\.low), high: bounds.map(\.high))
    return LinePlot(
      "−log p of a frame by latents a frame", xLabel: "log10 of their number", yLabel: "nats",
      series: [bound]
    ).frame(width: 960, height: 480, scale: 2)
  }
}
