import Datasets
import Layers
import Randomness
import Tensors
import TestSupport
import Testing
import WorldModels

/// Networks and kinds of frames of V: gradients, frozen forms, what is said about a frame.
@Suite struct VisionNetworkTests {
  /// A configuration, and frames for it.
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let format: FrameFormat
    var configuration = VisionConfiguration()

    var testDescription: String { name }

    /// Bytes of some frames.
    func frames(_ count: Int, seed: UInt64) -> [UInt8] {
      var stream = RandomStream(seed: seed)
      switch format.kind {
      case .pictures:
        return (0..<count * format.count).map { _ in UInt8(stream.integers(in: 0..<256)) }
      case .cells:
        return (0..<count * format.count).map { _ in
          UInt8(stream.integers(in: 0..<format.classes))
        }
      case .vectors, .counts:
        return (0..<count * format.count).flatMap { _ -> [UInt8] in
          let number =
            format.kind == .counts
            ? Float(stream.integers(in: 0..<5)) : Float(stream.standardNormal())
          return withUnsafeBytes(of: number) { Array($0) }
        }
      }
    }
  }

  private static func make(
    _ name: String, _ format: FrameFormat, _ change: (inout VisionConfiguration) -> Void
  ) -> Case {
    var value = Case(name: name, format: format)
    value.configuration.latentSize = 3
    value.configuration.width = 2
    value.configuration.freeBits = 0
    change(&value.configuration)
    return value
  }

  static let all: [Case] = {
    let pictures = FrameFormat(shape: [14, 12, 2])
    var list = [
      make("residual", pictures) { ($0.network, $0.residualBlocks) = (.residual, 2) },
      make("patches", FrameFormat(shape: [12, 16, 2])) {
        ($0.network, $0.patch, $0.residualBlocks) = (.patches, 4, 2)
      },
      make("patches, few and categorical", FrameFormat(shape: [8, 8, 1])) {
        ($0.network, $0.patch, $0.likelihood) = (.patches, 4, .categorical)
      },
      make("dense pictures, relu", FrameFormat(shape: [5, 4, 1])) {
        ($0.network, $0.hiddenSizes, $0.hiddenActivation) = (.dense, [7, 6], .relu)
        ($0.likelihood, $0.binarises) = (.bernoulli, true)
      },
      make("dense pictures, categorical", FrameFormat(shape: [2, 3, 1])) {
        ($0.network, $0.hiddenSizes, $0.likelihood) = (.dense, [6], .categorical)
      },
      make("linear vectors", FrameFormat(.vectors, shape: [6])) {
        ($0.network, $0.hiddenSizes, $0.likelihood) = (.dense, [], .gaussianLearned)
      },
      make("cells", FrameFormat(.cells, shape: [3, 4, 2], classes: 5)) {
        ($0.network, $0.hiddenSizes, $0.likelihood) = (.dense, [8], .categorical)
      },
      make("grid", FrameFormat(.cells, shape: [3, 4, 2], classes: 5)) {
        ($0.network, $0.likelihood, $0.residualBlocks) = (.residual, .categorical, 2)
      },
      make("grid and more", FrameFormat(.cells, shape: [14], classes: 3, grid: [3, 4, 1])) {
        ($0.network, $0.likelihood) = (.residual, .categorical)
      },
      make("grid too small for blocks", FrameFormat(.cells, shape: [2, 2, 1], classes: 4)) {
        ($0.network, $0.likelihood) = (.residual, .categorical)
      },
      make("counts", FrameFormat(.counts, shape: [9])) {
        ($0.network, $0.hiddenSizes, $0.likelihood) = (.dense, [8], .multinomial)
      },
    ]
    for likelihood in VisionLikelihood.fitting(.vectors) {
      list.append(
        make("vectors, \(likelihood)", FrameFormat(.vectors, shape: [4])) {
          ($0.network, $0.hiddenSizes, $0.likelihood) = (.dense, [5], likelihood)
        })
    }
    return list
  }()

  private func model(_ some: Case) -> Vision {
    var stream = RandomStream(seed: 4)
    return Vision(some.configuration, format: some.format, stream: &stream)
  }

  private func data(_ some: Case, _ bytes: [UInt8], count: Int) -> Tensor {
    Tensor(some.format.numbers(bytes), shape: [count] + some.format.shape)
  }

  @Test(arguments: all)
  func `The settings fit the frames, and others do not`(_ some: Case) {
    #expect(some.configuration.problems(with: some.format).isEmpty)
    var other = some.configuration
    other.likelihood = some.format.kind == .counts ? .gaussian : .multinomial
    #expect(other.problems(with: some.format).contains { $0.key == "likelihood" })
    other = some.configuration
    other.network = .convolutional
    #expect(
      other.problems(with: some.format).isEmpty
        == (some.format.kind == .pictures && some.format.shape[0] >= 8))
  }

  @Test func `Patches that do not fill a frame are refused with those that do`() throws {
    var configuration = VisionConfiguration()
    (configuration.network, configuration.patch) = (.patches, 9)
    let problems = configuration.problems(with: FrameFormat(shape: [64, 48, 3]))
    let problem = try #require(problems.first)
    #expect(
      problems.count == 1 && problem.key == "patch" && problem.remedy == "give one of: 2, 4, 8, 16")
    let cells = FrameFormat(.cells, shape: [64, 48, 3], classes: 4)
    #expect(configuration.problems(with: cells).contains { $0.key == "network" })
  }

  @Test(arguments: all)
  func `The loss's gradient is that of finite differences`(_ some: Case) {
    let model = model(some)
    let bytes = some.frames(3, seed: 8)
    var stream = RandomStream(seed: 2)
    let noise = Tensor(normal: [3, 3], stream: &stream)
    let (_, gradient) = valueAndGradient(of: model) {
      $0.meanLoss(of: data(some, bytes, count: 3), noise: noise)
    }
    let slopes = gradient.flattenedParameters.map(Double.init)
    let start = model.flattenedParameters
    // A direction of all parameters at once: rounding of single ones hides in sums of Float32.
    var direction = (0..<start.count).map { _ in Float(stream.standardNormal()) }
    let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
    direction = direction.map { $0 / length }
    func loss(_ step: Float) -> Double {
      var moved = model
      moved.setFlattenedParameters(zip(start, direction).map { $0 + step * $1 })
      return Double(moved.meanLoss(of: data(some, bytes, count: 3), noise: noise).scalar)
    }
    let step: Float = 5e-3
    let measured = (loss(step) - loss(-step)) / Double(2 * step)
    let exact = zip(slopes, direction).reduce(0) { $0 + $1.0 * Double($1.1) }
    let size = slopes.reduce(0) { $0 + $1 * $1 }.squareRoot() / Double(start.count).squareRoot()
    // Float32 losses of some tens keep six digits; kinks of ReLU lie in the way.
    #expect(abs(measured - exact) < 0.03 * abs(exact) + 0.1 * size, "\(measured) for \(exact)")
  }

  @Test(arguments: all)
  func `Frozen it says the same, whatever the batch`(_ some: Case) {
    let model = model(some)
    let frozen = FrozenVision(model)
    let bytes = some.frames(7, seed: 9)
    let (mean, _) = model.encode(data(some, bytes, count: 7))
    let found = frozen.encode(bytes)
    #expect(found.relativeError(to: mean.scalars) < 1e-4)
    let size = some.format.size
    #expect(
      (0..<7).allSatisfy { index in
        frozen.encode(Array(bytes[index * size..<(index + 1) * size]))
          == Array(found[index * 3..<(index + 1) * 3])
      })
    let decoded = some.format.numbers(frozen.decode(found))
    let expected = expected(some, model.decode(Tensor(found, shape: [7, 3])), model)
    let worst = zip(decoded, expected).map { abs($0 - $1) }.max() ?? 1
    // A byte is a 255th; rounding may go the other way.
    #expect(worst < (some.format.kind == .pictures ? 1.01 / 255 : 1e-4))
  }

  /// What frames are expected of the decoder's output.
  private func expected(_ some: Case, _ decoded: Tensor, _ model: Vision) -> [Float] {
    switch some.format.kind {
    case .pictures, .vectors: return model.likelihood.mean(of: decoded).scalars
    case .counts: return decoded.softmax().scalars
    case .cells:
      let (logits, classes) = (decoded.scalars, some.format.classes)
      return stride(from: 0, to: logits.count, by: classes).map { start in
        let row = logits[start..<start + classes]
        return Float((row.indices.max { row[$0] < row[$1] } ?? start) - start)
      }
    }
  }

  @Test(arguments: all)
  func `Training lowers the loss, and is the same for any number of threads`(_ some: Case) {
    var configuration = some.configuration
    configuration.learningRate = 1e-2
    let bytes = some.frames(8, seed: 3)
    let losses = [1, 2].map { threads in
      withThreads(threads) {
        let trainer = VisionTrainer(configuration, format: some.format, seed: 1)
        return (0..<60).map { _ in trainer.step(bytes).loss }
      }
    }
    #expect(losses[0] == losses[1])
    #expect(losses[0].suffix(10).reduce(0, +) < losses[0].prefix(10).reduce(0, +))
  }

  @Test func `Names of layers are those that files have`() {
    let names = model(Self.all[0]).parameters.map(\.name)
    #expect(names.contains("encoder.0.block.1.narrow.weight"))
    #expect(names.contains("decoder.0.block.1.widen.bias"))
    #expect(
      model(Self.all[3]).parameters.map(\.name) == [
        "encoder.0.weight", "encoder.0.bias", "encoder.1.weight", "encoder.1.bias", "mean.weight",
        "mean.bias", "log_variance.weight", "log_variance.bias", "decoder.0.weight",
        "decoder.0.bias",
        "decoder.1.weight", "decoder.1.bias", "decoder.2.weight", "decoder.2.bias",
      ])
  }

  @Test func `Pixels become 1 as often as their value says`() {
    var stream = RandomStream(seed: 6)
    var ones = [Int](repeating: 0, count: 256)
    let draws = 4_000
    for _ in 0..<draws {
      var bytes = (0..<256).map { UInt8($0) }
      bytes.withUnsafeMutableBufferPointer { Binarisation.draw($0, &stream) }
      for (level, byte) in bytes.enumerated() {
        #expect(byte == 0 || byte == 255)
        ones[level] += byte == 255 ? 1 : 0
      }
    }
    #expect(ones[0] == 0 && ones[255] == draws)
    for level in 0..<256 {
      let (share, wanted) = (Double(ones[level]) / Double(draws), Double(level) / 255)
      // Five standard deviations.
      #expect(
        abs(share - wanted) <= 5 * (wanted * (1 - wanted) / Double(draws)).squareRoot() + 1e-3)
    }
  }
}
