import COneDNN

/// Owns a memory object of oneDNN; the buffer behind it belongs to the caller.
final class Memory {
  let handle: dnnl_memory_t
  let layout: dnnl_memory_desc_t

  var bytes: Int {
    withUnsafePointer(to: layout) { dnnl_memory_desc_get_size($0) }
  }

  init(_ layout: dnnl_memory_desc_t, engine: dnnl_engine_t) throws(OneDNNError) {
    var memory: dnnl_memory_t?
    let status = withUnsafePointer(to: layout) { dnnl_memory_create(&memory, $0, engine, nil) }
    try OneDNNError.check(status, "memory", "a layout")
    guard let memory else { throw OneDNNError.noHandle("memory") }
    self.handle = memory
    self.layout = layout
  }

  deinit { dnnl_memory_destroy(handle) }

  func point(at buffer: UnsafeRawPointer?) throws(OneDNNError) {
    try OneDNNError.check(
      dnnl_memory_set_data_handle(handle, UnsafeMutableRawPointer(mutating: buffer)), "memory",
      "a buffer")
  }
}

/// Owns a primitive of oneDNN and its description.
final class Primitive {
  let handle: dnnl_primitive_t
  private let description: dnnl_primitive_desc_t

  /// Makes the primitive of a description, which it takes over.
  init(_ description: dnnl_primitive_desc_t) throws(OneDNNError) {
    var primitive: dnnl_primitive_t?
    let status = dnnl_primitive_create(&primitive, description)
    guard status == dnnl_success, let primitive else {
      dnnl_primitive_desc_destroy(description)
      try OneDNNError.check(status, "primitive", "a description")
      throw OneDNNError.noHandle("primitive")
    }
    self.handle = primitive
    self.description = description
    PrimitiveCount.add()
  }

  deinit {
    dnnl_primitive_destroy(handle)
    dnnl_primitive_desc_destroy(description)
  }

  /// The layout that the kernel wants for one of its arguments.
  func layout(_ query: dnnl_query_t) throws(OneDNNError) -> dnnl_memory_desc_t {
    guard let layout = dnnl_primitive_desc_query_md(description, query, 0) else {
      throw OneDNNError.noHandle("layout")
    }
    return layout.pointee
  }

  /// The name of the kernel behind the primitive.
  var kernelName: String {
    var name: UnsafePointer<CChar>?
    let status = dnnl_primitive_desc_query(description, dnnl_query_impl_info_str, 0, &name)
    guard status == dnnl_success, let name else { return "unknown" }
    return String(cString: name)
  }
}

extension OneDNNError {
  static func noHandle(_ operation: String) -> OneDNNError {
    OneDNNError(
      operation: operation, place: "oneDNN", cause: "no handle was returned",
      remedy: "check the installation of oneDNN")
  }
}

/// Runs `body` with attributes that leave the scratchpad to the caller.
func withUserScratchpad<Result>(
  _ body: (dnnl_primitive_attr_t) throws(OneDNNError) -> Result
) throws(OneDNNError) -> Result {
  var attributes: dnnl_primitive_attr_t?
  try OneDNNError.check(dnnl_primitive_attr_create(&attributes), "attributes", "a primitive")
  guard let attributes else { throw OneDNNError.noHandle("attributes") }
  defer { dnnl_primitive_attr_destroy(attributes) }
  try OneDNNError.check(
    dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user), "attributes",
    "a scratchpad")
  return try body(attributes)
}
