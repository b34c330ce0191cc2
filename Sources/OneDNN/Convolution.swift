/// Convolves images with weights, adds a bias and, when asked, cuts off what is negative.
///
/// - Parameters:
///   - geometry: the sizes.
///   - image: `[batch, inputHeight, inputWidth, inputChannels]`.
///   - weights: `[kernelHeight, kernelWidth, inputChannels, outputChannels]`.
///   - bias: `[outputChannels]`, or nil.
///   - rectified: whether ReLU is applied.
///   - output: `[batch, outputHeight, outputWidth, outputChannels]`, written.
public func convolve(
  _ geometry: ConvolutionGeometry, image: UnsafePointer<Float>, weights: UnsafePointer<Float>,
  bias: UnsafePointer<Float>?, rectified: Bool, output: UnsafeMutablePointer<Float>
) throws(OneDNNError) {
  try primitive(geometry, .forward(bias: bias != nil, rectified: rectified))
    .execute(image: image, weights: weights, bias: bias, output: output)
}

/// The gradient of a convolution's input; also a transposed convolution.
///
/// - Parameters:
///   - geometry: the sizes of the convolution.
///   - output: the gradient of its output, or the transposed convolution's input.
///   - weights: `[kernelHeight, kernelWidth, inputChannels, outputChannels]`.
///   - image: the gradient of its input, or the transposed convolution's output; written.
public func convolveBackwardData(
  _ geometry: ConvolutionGeometry, output: UnsafePointer<Float>, weights: UnsafePointer<Float>,
  image: UnsafeMutablePointer<Float>
) throws(OneDNNError) {
  try primitive(geometry, .backwardData)
    .execute(image: image, weights: weights, bias: nil, output: output)
}

/// The gradients of a convolution's weights and bias.
///
/// - Parameters:
///   - geometry: the sizes.
///   - image: the convolution's input.
///   - output: the gradient of its output.
///   - weights: `[kernelHeight, kernelWidth, inputChannels, outputChannels]`, written.
///   - bias: `[outputChannels]`, written; or nil.
public func convolveBackwardWeights(
  _ geometry: ConvolutionGeometry, image: UnsafePointer<Float>, output: UnsafePointer<Float>,
  weights: UnsafeMutablePointer<Float>, bias: UnsafeMutablePointer<Float>?
) throws(OneDNNError) {
  try primitive(geometry, .backwardWeights(bias: bias != nil))
    .execute(
      image: image, weights: UnsafePointer(weights), bias: UnsafePointer(bias), output: output)
}

/// The names of the kernels that oneDNN chose for the three directions of a convolution.
package func convolutionKernelNames(_ geometry: ConvolutionGeometry) throws(OneDNNError) -> [String]
{
  let directions: [ConvolutionDirection] = [
    .forward(bias: true, rectified: true), .backwardData, .backwardWeights(bias: true),
  ]
  var names: [String] = []
  for direction in directions { names.append(try primitive(geometry, direction).kernelName) }
  return names
}

private func primitive(_ geometry: ConvolutionGeometry, _ direction: ConvolutionDirection)
  throws(OneDNNError) -> ConvolutionPrimitive
{
  let context = try ThreadContext.current()
  let key = ConvolutionKey(geometry: geometry, direction: direction)
  if let known = context.convolutions[key] { return known }
  let made = try ConvolutionPrimitive(key, context: context)
  context.convolutions[key] = made
  return made
}
