import Datasets
import EnvironmentKit
import Files
import Layers
import Randomness
import Tensors

extension VisionConfiguration {
  /// The encoder's network with fresh weights.
  func makeEncoder(_ format: FrameFormat, stream: inout RandomStream) -> any VisionNetwork {
    switch network {
    case .residual where format.kind == .cells:
      GridEncoder(
        GridLayout(format, channels: width), blocks: blocks, stream: &stream)
    case .patches:
      PatchEncoder(
        frame: format.shape, patch: patch, width: width, blocks: residualBlocks, stream: &stream)
    case .convolutional, .residual:
      ConvolutionalEncoder(
        layout(format), frame: format.shape, blocks: blocks, stream: &stream)
    case .dense:
      DenseNetwork(
        "encoder", sizes: [VisionInput(format).count] + hiddenSizes, activation: hiddenActivation,
        last: hiddenActivation, shape: [hiddenSizes.last ?? VisionInput(format).count],
        stream: &stream)
    }
  }

  /// The decoder's network with fresh weights.
  func makeDecoder(_ format: FrameFormat, stream: inout RandomStream) -> any VisionNetwork {
    let outputs = makeLikelihood(logSigma: nil, format).outputsPerNumber
    let last = format.shape.count - 1
    let shape = Array(format.shape[..<last]) + [format.shape[last] * outputs]
    switch network {
    case .residual where format.kind == .cells:
      return GridDecoder(
        GridLayout(format, channels: width), latentSize: latentSize, blocks: blocks, shape: shape,
        stream: &stream)
    case .patches:
      return PatchDecoder(
        frame: shape, patch: patch, width: width, latentSize: latentSize, blocks: residualBlocks,
        last: outputActivation(format), stream: &stream)
    case .convolutional, .residual:
      return ConvolutionalDecoder(
        layout(format), latentSize: latentSize, blocks: blocks, stream: &stream)
    case .dense:
      return DenseNetwork(
        "decoder", sizes: [latentSize] + hiddenSizes.reversed() + [format.count * outputs],
        activation: hiddenActivation, last: outputActivation(format), shape: shape, stream: &stream)
    }
  }

  private func layout(_ format: FrameFormat) -> VisionLayout {
    let likelihood = makeLikelihood(logSigma: nil, format)
    return VisionLayout(
      frame: format.shape, width: width, last: outputActivation(format),
      outputsPerNumber: likelihood.outputsPerNumber)
  }

  private var blocks: Int { network == .residual ? residualBlocks : 0 }

  /// What follows the decoder's last layer: what holds pixels within 0...1 holds nothing else.
  private func outputActivation(_ format: FrameFormat) -> Activation {
    format.kind == .pictures ? makeLikelihood(logSigma: nil, format).activation : .none
  }

  /// What is wrong with frames of a format; nothing where the network and the likelihood take them.
  package func problems(with format: FrameFormat) -> [SettingProblem] {
    layoutProblems(format) + likelihoodProblems(format)
  }

  private func layoutProblems(_ format: FrameFormat) -> [SettingProblem] {
    let (sides, channels) = (VisionLayout.sides, VisionLayout.channels)
    guard network.needsPictures else {
      let isPicture = format.shape.count == 3 && channels.contains(format.shape[2])
      guard format.kind == .pictures, !isPicture else { return [] }
      return [
        SettingProblem(
          "network", "frames of \(format.shape) are no pictures",
          "set agent.observation=pixels64, or take them as symbols: data.kind=cells")
      ]
    }
    guard format.kind == .pictures else {
      let isGrid = format.kind == .cells && !format.grid.isEmpty
      guard network != .residual || !isGrid else { return [] }
      return [
        SettingProblem(
          "network",
          "\(network.rawValue) layers take pictures\(network == .residual ? " and grids of cells" : ""), "
            + "these are \(format.kind.rawValue)",
          isGrid ? "set model.network=residual or model.network=dense" : "set model.network=dense")
      ]
    }
    if network == .patches, VisionLayout.fits(format.shape) {
      return patchProblems(format)
    }
    guard !VisionLayout.fits(format.shape) else { return [] }
    return [
      SettingProblem(
        "kind",
        "an autoencoder of convolutions takes pictures of \(sides.lowerBound) to \(sides.upperBound) "
          + "pixels a side and \(channels.lowerBound) to \(channels.upperBound) channels, frames here are of "
          + "\(format.shape)",
        "set agent.observation=pixels64 or model.network=dense, or give another model.kind")
    ]
  }

  private func patchProblems(_ format: FrameFormat) -> [SettingProblem] {
    let (height, width) = (format.shape[0], format.shape[1])
    guard !(height.isMultiple(of: patch) && width.isMultiple(of: patch)) else { return [] }
    let fitting = Self.patches.filter { height.isMultiple(of: $0) && width.isMultiple(of: $0) }
    return [
      SettingProblem(
        "patch", "frames of \(height) by \(width) pixels are not made of patches of \(patch)",
        fitting.isEmpty
          ? "give another model.network"
          : "give one of: \(fitting.map { "\($0)" }.joined(separator: ", "))")
    ]
  }

  private func likelihoodProblems(_ format: FrameFormat) -> [SettingProblem] {
    let fitting = VisionLikelihood.fitting(format.kind)
    var problems: [SettingProblem] = []
    if !fitting.contains(likelihood) {
      problems.append(
        SettingProblem(
          "likelihood",
          "\(likelihood.rawValue) says nothing about \(format.kind.rawValue)",
          "give one of: \(fitting.map(\.rawValue).joined(separator: ", "))"))
    }
    if binarises, format.kind != .pictures || likelihood != .bernoulli {
      problems.append(
        SettingProblem(
          "binarises", "only pictures under model.likelihood=bernoulli are drawn as zeros and ones",
          "set model.binarises=false"))
    }
    if movingWeight > 0, format.kind != .pictures {
      problems.append(
        SettingProblem(
          "movingWeight", "only pixels are weighed by how much they change",
          "set model.movingWeight=0"))
    }
    return problems
  }
}

extension VisionLikelihood {
  /// The likelihoods that say something about frames of a kind, the usual one first.
  package static func fitting(_ kind: FrameKind) -> [VisionLikelihood] {
    switch kind {
    case .pictures:
      [.sumOfSquares, .bernoulli, .gaussian, .gaussianLearned, .gaussianOptimal, .categorical]
    case .vectors: [.gaussianLearned, .gaussianOptimal, .gaussian, .sumOfSquares]
    case .cells: [.categorical]
    case .counts: [.multinomial]
    }
  }
}
