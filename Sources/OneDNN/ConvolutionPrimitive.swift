import COneDNN

/// Which of a convolution's three products a primitive computes.
enum ConvolutionDirection: Hashable {
  case forward(bias: Bool, rectified: Bool)
  case backwardData
  case backwardWeights(bias: Bool)

  var name: String {
    switch self {
    case .forward: "convolution forward"
    case .backwardData: "convolution backward data"
    case .backwardWeights: "convolution backward weights"
    }
  }

  var hasBias: Bool {
    switch self {
    case .forward(let bias, _), .backwardWeights(let bias): bias
    case .backwardData: false
    }
  }
}

struct ConvolutionKey: Hashable {
  let geometry: ConvolutionGeometry
  let direction: ConvolutionDirection
}

/// One direction of a convolution for fixed sizes, with its memory handles and packed weights.
///
/// Images are explicitly NHWC: that is what brings oneDNN's fast kernels in training too. Weights
/// are taken and given as `[height, width, in, out]` and reordered to what the kernel wants.
final class ConvolutionPrimitive {
  private let key: ConvolutionKey
  private unowned let context: ThreadContext
  private let primitive: Primitive
  private let image: Memory
  private let output: Memory
  private let bias: Memory?
  private let scratchpad: Memory
  private let weights: ReorderedWeights
  private var arguments: [dnnl_exec_arg_t] = []

  init(_ key: ConvolutionKey, context: ThreadContext) throws(OneDNNError) {
    self.key = key
    self.context = context
    let layouts = try ConvolutionLayouts(key.geometry)
    primitive = try Primitive(layouts.descriptor(of: key, engine: context.engine))
    image = try Memory(layouts.image, engine: context.engine)
    output = try Memory(layouts.output, engine: context.engine)
    bias = key.direction.hasBias ? try Memory(layouts.bias, engine: context.engine) : nil
    scratchpad = try Memory(primitive.layout(dnnl_query_scratchpad_md), engine: context.engine)
    let weightsQuery: dnnl_query_t
    let isGradient: Bool
    switch key.direction {
    case .backwardWeights: (weightsQuery, isGradient) = (dnnl_query_diff_weights_md, true)
    default: (weightsQuery, isGradient) = (dnnl_query_weights_md, false)
    }
    weights = try ReorderedWeights(
      plain: layouts.plainWeights, packed: primitive.layout(weightsQuery), isGradient: isGradient,
      context: context)
    arguments = assembled()
  }

  /// The kernel that oneDNN chose, such as `brgconv:avx512_core`.
  var kernelName: String { primitive.kernelName }

  /// Runs the primitive.
  ///
  /// - Parameters:
  ///   - image: the convolution's input, or its gradient.
  ///   - weights: the weights, or their gradient.
  ///   - bias: the bias, or its gradient, where the direction has one.
  ///   - output: the convolution's output, or its gradient.
  func execute(
    image: UnsafePointer<Float>, weights pointer: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    output: UnsafePointer<Float>
  ) throws(OneDNNError) {
    try self.image.point(at: image)
    try self.output.point(at: output)
    if let bias { try self.bias?.point(at: bias) }
    try scratchpad.point(at: context.scratchpad(bytes: scratchpad.bytes))
    try weights.prepare(pointer)
    try OneDNNError.check(
      withoutSignals {
        dnnl_primitive_execute(
          primitive.handle, context.stream, Int32(arguments.count), arguments)
      },
      key.direction.name, key.geometry.description)
    try weights.finish(pointer)
  }

  private func assembled() -> [dnnl_exec_arg_t] {
    let names: (image: Int32, weights: Int32, bias: Int32, output: Int32)
    switch key.direction {
    case .forward:
      names = (DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_BIAS, DNNL_ARG_DST)
    case .backwardData:
      names = (DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, 0, DNNL_ARG_DIFF_DST)
    case .backwardWeights:
      names = (DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_BIAS, DNNL_ARG_DIFF_DST)
    }
    var list = [
      dnnl_exec_arg_t(arg: names.image, memory: image.handle),
      dnnl_exec_arg_t(arg: names.weights, memory: weights.memory.handle),
      dnnl_exec_arg_t(arg: names.output, memory: output.handle),
      dnnl_exec_arg_t(arg: DNNL_ARG_SCRATCHPAD, memory: scratchpad.handle),
    ]
    if let bias { list.append(dnnl_exec_arg_t(arg: names.bias, memory: bias.handle)) }
    return list
  }
}
