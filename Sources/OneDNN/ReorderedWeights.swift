import COneDNN

/// The weights' argument of a primitive, with the reorder between the plain and the packed layout.
final class ReorderedWeights {
  let memory: Memory
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
    let equal = withUnsafePointer(to: plain) { plain in
      withUnsafePointer(to: packed) { dnnl_memory_desc_equal(plain, $0) != 0 }
    }
    if equal {
      (packedBuffer, reorder) = (nil, nil)
    } else {
      packedBuffer = .allocate(byteCount: memory.bytes, alignment: 4096)
      reorder = try Self.makeReorder(
        from: isGradient ? packed : plain, to: isGradient ? plain : packed, engine: context.engine)
      try memory.point(at: packedBuffer)
    }
  }

  deinit { packedBuffer?.deallocate() }

  /// Makes the argument ready before the primitive runs.
  func prepare(_ weights: UnsafePointer<Float>) throws(OneDNNError) {
    guard reorder != nil else { return try memory.point(at: weights) }
    if !isGradient { try run(plainBuffer: weights) }
  }

  /// Writes a gradient to where the caller wants it, after the primitive has run.
  func finish(_ weights: UnsafePointer<Float>) throws(OneDNNError) {
    if isGradient { try run(plainBuffer: weights) }
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
      withoutSignals {
        dnnl_primitive_execute(
          reorder.handle, context.stream, Int32(arguments.count), arguments)
      },
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
