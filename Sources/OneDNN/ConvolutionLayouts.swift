import COneDNN

/// oneDNN's descriptions of a convolution's arguments, images explicitly NHWC.
struct ConvolutionLayouts {
  let image: dnnl_memory_desc_t
  let output: dnnl_memory_desc_t
  let bias: dnnl_memory_desc_t
  let plainWeights: dnnl_memory_desc_t
  private let anyWeights: dnnl_memory_desc_t
  private let geometry: ConvolutionGeometry

  init(_ geometry: ConvolutionGeometry) throws(OneDNNError) {
    let g = geometry
    self.geometry = g
    image = try layout([g.batch, g.inputChannels, g.inputHeight, g.inputWidth], dnnl_nhwc)
    output = try layout([g.batch, g.outputChannels, g.outputHeight, g.outputWidth], dnnl_nhwc)
    bias = try layout([g.outputChannels], dnnl_x)
    let kernel = [g.outputChannels, g.inputChannels, g.kernelHeight, g.kernelWidth]
    plainWeights = try layout(kernel, dnnl_hwio)
    anyWeights = try layout(kernel, dnnl_format_tag_any)
  }

  /// The description of one direction; the caller takes it over.
  func descriptor(of key: ConvolutionKey, engine: dnnl_engine_t) throws(OneDNNError)
    -> dnnl_primitive_desc_t
  {
    var operation = try operationDescriptor(key.direction)
    if case .backwardWeights = key.direction {
      return try make(&operation, key: key, hint: forwardHint(key, engine: engine), engine)
    }
    if case .backwardData = key.direction {
      return try make(&operation, key: key, hint: forwardHint(key, engine: engine), engine)
    }
    return try make(&operation, key: key, hint: nil, engine)
  }

  private func forwardHint(_ key: ConvolutionKey, engine: dnnl_engine_t) throws(OneDNNError)
    -> dnnl_primitive_desc_t
  {
    let forward = ConvolutionDirection.forward(bias: key.direction.hasBias, rectified: false)
    return try descriptor(
      of: ConvolutionKey(geometry: key.geometry, direction: forward), engine: engine)
  }

  private func make(
    _ operation: inout dnnl_convolution_desc_t, key: ConvolutionKey, hint: dnnl_primitive_desc_t?,
    _ engine: dnnl_engine_t
  ) throws(OneDNNError) -> dnnl_primitive_desc_t {
    defer { if let hint { dnnl_primitive_desc_destroy(hint) } }
    return try withUserScratchpad { (attributes) throws(OneDNNError) -> dnnl_primitive_desc_t in
      if case .forward(_, true) = key.direction { try Self.appendReLU(to: attributes) }
      var description: dnnl_primitive_desc_t?
      try OneDNNError.check(
        dnnl_primitive_desc_create(&description, &operation, attributes, engine, hint),
        key.direction.name, key.geometry.description)
      guard let description else { throw OneDNNError.noHandle(key.direction.name) }
      return description
    }
  }

  private static func appendReLU(to attributes: dnnl_primitive_attr_t) throws(OneDNNError) {
    var operations: dnnl_post_ops_t?
    try OneDNNError.check(dnnl_post_ops_create(&operations), "post-operations", "a convolution")
    defer { dnnl_post_ops_destroy(operations) }
    try OneDNNError.check(
      dnnl_post_ops_append_eltwise(operations, 1, dnnl_eltwise_relu, 0, 0), "post-operations",
      "a convolution")
    try OneDNNError.check(
      dnnl_primitive_attr_set_post_ops(attributes, operations), "post-operations", "a convolution")
  }

  private func operationDescriptor(_ direction: ConvolutionDirection) throws(OneDNNError)
    -> dnnl_convolution_desc_t
  {
    var (image, output, bias, weights) = (image, output, bias, anyWeights)
    var result = dnnl_convolution_desc_t()
    let strides = [Int64](repeating: Int64(geometry.stride), count: 2)
    let padding = [Int64](repeating: Int64(geometry.padding), count: 2)
    let status = withUnsafeMutablePointer(to: &bias) { bias in
      let bias = direction.hasBias ? bias : nil
      return switch direction {
      case .forward:
        dnnl_convolution_forward_desc_init(
          &result, dnnl_forward_training, dnnl_convolution_direct, &image, &weights, bias, &output,
          strides, padding, padding)
      case .backwardData:
        dnnl_convolution_backward_data_desc_init(
          &result, dnnl_convolution_direct, &image, &weights, &output, strides, padding, padding)
      case .backwardWeights:
        dnnl_convolution_backward_weights_desc_init(
          &result, dnnl_convolution_direct, &image, &weights, bias, &output, strides, padding,
          padding)
      }
    }
    try OneDNNError.check(status, direction.name, geometry.description)
    return result
  }
}

/// A dense float layout of oneDNN.
func layout(_ sizes: [Int], _ tag: dnnl_format_tag_t) throws(OneDNNError) -> dnnl_memory_desc_t {
  var result = dnnl_memory_desc_t()
  try OneDNNError.check(
    dnnl_memory_desc_init_by_tag(&result, Int32(sizes.count), sizes.map(Int64.init), dnnl_f32, tag),
    "layout", "\(sizes)")
  return result
}
