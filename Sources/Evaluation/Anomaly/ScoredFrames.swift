import Datasets
import Threads
import WorldModels

/// Frames to be scored, and what several scores ask of them, each found once.
package final class ScoredFrames {
  /// The frames, one after the other, as the autoencoder is judged by them.
  let bytes: [UInt8]
  /// What was known of them before they came; nil where frames stand alone.
  let foretold: Foretold?
  private let reading: AutoencoderReading
  private let rootSeed: UInt64
  private var known: [String: [Double]] = [:]
  private var knownErrors: [Drawn: [DrawnError]] = [:]

  /// From which latents frames are drawn to be compared with.
  enum Drawn: Hashable {
    /// The frames' own.
    case own
    /// Those that M foretold.
    case foretold
  }

  /// Takes frames.
  ///
  /// - Parameter foretold: of as many frames.
  package init(
    _ bytes: [UInt8], _ reading: AutoencoderReading, rootSeed: UInt64, foretold: Foretold? = nil
  ) {
    (self.bytes, self.reading, self.rootSeed) = (bytes, reading, rootSeed)
    self.foretold = foretold
    precondition(
      foretold?.count ?? count == count,
      "ScoredFrames: \(count) frames, \(foretold?.count ?? 0) foretold; give one each")
  }

  /// How many there are.
  var count: Int { bytes.count / max(1, reading.format.size) }
  /// Height, width and numbers of a pixel or cell; a line where frames are no grids.
  var shape: [Int] { reading.format.places }

  /// Both parts of the evidence lower bound of each frame, by one latent.
  private(set) lazy var bounds = reading.bounds(of: bytes, rootSeed: rootSeed)
  /// The expected latents, `[frame, latent]`.
  private(set) lazy var latents = reading.expectedLatents(of: bytes)

  /// The negative evidence lower bound of each frame, in nats.
  var negativeBounds: [Double] { bounds.whole.map(-) }

  /// The scores of the frames, one a frame.
  func scores(by score: any AnomalyScore) -> [Double] {
    if let found = known[score.name] { return found }
    let found = score.scores(of: self)
    known[score.name] = found
    return found
  }

  /// −log p of each frame's latent by what M foretold, in nats.
  private(set) lazy var surprises = eachForetold { $2.reading.nats($1, $2.output($0)) }

  /// A number of each frame, by its place, its latent, and what M foretold.
  func eachForetold<Number>(
    _ number: (Int, ArraySlice<Float>, Foretold) -> Number
  ) -> [Number] {
    guard let foretold else { preconditionFailure("ScoredFrames: these frames are not foretold") }
    let (size, latents) = (foretold.reading.latentSize, latents)
    return (0..<count).map { number($0, latents[$0 * size..<($0 + 1) * size], foretold) }
  }

  /// How far each frame is from what is drawn of a latent.
  func errors(of drawn: Drawn) -> [DrawnError] {
    if let found = knownErrors[drawn] { return found }
    let (size, kind, depth) = (reading.format.size, reading.format.kind, shape[2])
    let (cells, parts, bytes) = (shape[0] * shape[1], FrameParts(shape), bytes)
    let pictures = reading.pictures(of: drawnLatents(drawn))
    var errors = [DrawnError](repeating: DrawnError(whole: 0, parts: []), count: count)
    errors.withUnsafeMutableBufferPointer { errors in
      parallelFor(errors.count) { frame in
        var map = [Float](repeating: 0, count: cells)
        for number in 0..<cells * depth {
          let place = frame * size + number
          let difference = (Float(bytes[place]) - Float(pictures[place])) / 255
          map[number / depth] +=
            kind == .cells ? (difference == 0 ? 0 : 1) : difference * difference
        }
        errors[frame] = parts.sums(map)
      }
    }
    knownErrors[drawn] = errors
    return errors
  }

  private func drawnLatents(_ drawn: Drawn) -> [Float] {
    switch drawn {
    case .own: latents
    case .foretold: foretold?.means ?? latents
    }
  }
}
