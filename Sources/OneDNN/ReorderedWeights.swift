import COneDNN

/// A convolution's weights: where the caller has them, or in the layout that a kernel wants.
public enum ConvolutionWeights {
  /// `[kernelHeight, kernelWidth, inputChannels, outputChannels]`, row-major.
  case plain(UnsafePointer<Float>)
  /// As `packConvolutionWeights` wrote them for the same sizes and direction.
  case packed(UnsafePointer<Float>)
}

/// The weights' argument of a primitive, with the reorder between the plain and the packed layout.
final class ReorderedWeights {
  let memory: Memory
  let packedBytes: Int
  private let plain: Memory
  private let packedBuffer: UnsafeMutableRawPointer?
  private let reorder: Primitive?
  private let isGradient: Bool
  private unowned let context: ThreadContext

  init(
    plain: dnnl_memory_desc_t, packed: dnnl_memory_desc_t, isGradient: Bool, context: ThreadContext
  ) throws(OneDNNError) {
    self.isGradient = isGradient
    self.context = context
    self.plain = try Memory(plain, engine: context.engine)
    memory = try Memory(packed, engine: context.engine)
    packedBytes = memory.bytes
    let equal = withUnsafePointer(to: plain) { plain in
      withUnsafePointer(to: packed) { dnnl_memory_desc_equal(plain, $0) != 0 }
    }
    if equal {
      (packedBuffer, reorder) = (nil, nil)
    } else {
      packedBuffer = .allocate(byteCount: packedBytes, alignment: 4096)
      reorder = try Self.makeReorder(
        from: isGradient ? packed : plain, to: isGradient ? plain : packed, engine: context.engine)
      try memory.point(at: packedBuffer)
    }
  }

  deinit { packedBuffer?.deallocate() }

  /// Makes the argument ready before the primitive runs.
  func prepare(_ weights: ConvolutionWeights) throws(OneDNNError) {
    switch weights {
    case .packed(let pointer):
      try memory.point(at: pointer)
    case .plain(let pointer):
      guard reorder != nil, let packedBuffer else { return try memory.point(at: pointer) }
      try memory.point(at: packedBuffer)
      if !isGradient { try run(plainBuffer: pointer) }
    }
  }

  /// Writes a gradient to where the caller wants it, after the primitive has run.
  func finish(_ weights: ConvolutionWeights) throws(OneDNNError) {
    guard isGradient, case .plain(let pointer) = weights, reorder != nil else { return }
    try run(plainBuffer: pointer)
  }

  /// Reorders plain weights into a buffer of the caller's.
  func pack(_ weights: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>)
    throws(OneDNNError)
  {
    guard reorder != nil else {
      return UnsafeMutableRawPointer(packed).copyMemory(from: weights, byteCount: packedBytes)
    }
    try memory.point(at: packed)
    try run(plainBuffer: weights)
  }

  private func run(plainBuffer: UnsafePointer<Float>) throws(OneDNNError) {
    guard let reorder else { return }
    try plain.point(at: plainBuffer)
    let (from, to) = isGradient ? (memory, plain) : (plain, memory)
    let arguments = [
      dnnl_exec_arg_t(arg: DNNL_ARG_FROM, memory: from.handle),
      dnnl_exec_arg_t(arg: DNNL_ARG_DST, memory: to.handle),
    ]
    try OneDNNError.check(
      dnnl_primitive_execute(
        reorder.handle, context.stream, Int32(arguments.count), arguments),
      "reorder", "weights")
  }

  private static func makeReorder(
    from: dnnl_memory_desc_t, to: dnnl_memory_desc_t, engine: dnnl_engine_t
  ) throws(OneDNNError) -> Primitive {
    var (from, to) = (from, to)
    var description: dnnl_primitive_desc_t?
    let status = dnnl_reorder_primitive_desc_create(
      &description, &from, engine, &to, engine, nil)
    try OneDNNError.check(status, "reorder", "weights")
    guard let description else { throw OneDNNError.noHandle("reorder") }
    return try Primitive(description)
  }
}
