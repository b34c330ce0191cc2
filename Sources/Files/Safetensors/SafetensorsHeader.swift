/// What the header of a safetensors file says.
package struct SafetensorsHeader {
  package struct Tensor {
    package var name: String
    package var elementType: TensorElementType
    package var shape: [Int]
    package var begin: Int
    package var end: Int
  }
  package var metadata: [String: String] = [:]
  package var tensors: [Tensor] = []
}

/// Reads the header's JSON strictly, as far as headers need it, so that no rule escapes: a general
/// reader drops duplicate keys and rounds numbers.
package struct SafetensorsHeaderScanner {
  private var text: JSONScanner

  package init(_ bytes: ArraySlice<UInt8>) {
    text = JSONScanner(bytes)
  }

  package mutating func scan() throws(SafetensorsProblem) -> SafetensorsHeader {
    var header = SafetensorsHeader()
    var seen: Set<String> = []
    try text.object { scanner, name throws(SafetensorsProblem) in
      guard seen.insert(name).inserted else { throw .foreign("'\(name)' stands twice") }
      if name == "__metadata__" {
        header.metadata = try Self.metadata(&scanner)
      } else {
        header.tensors.append(try Self.tensor(name, &scanner))
      }
    }
    try text.end()
    return header
  }

  private static func metadata(
    _ text: inout JSONScanner
  ) throws(SafetensorsProblem) -> [String: String] {
    var metadata: [String: String] = [:]
    try text.object { scanner, key throws(SafetensorsProblem) in
      let value = try scanner.string()
      guard metadata.updateValue(value, forKey: key) == nil else {
        throw .foreign("'\(key)' stands twice in the metadata")
      }
    }
    return metadata
  }

  private static func tensor(
    _ name: String, _ text: inout JSONScanner
  ) throws(SafetensorsProblem) -> SafetensorsHeader.Tensor {
    var type: String?
    var (shape, offsets): ([Int]?, [Int]?)
    try text.object { scanner, key throws(SafetensorsProblem) in
      switch key {
      case "dtype" where type == nil: type = try scanner.string()
      case "shape" where shape == nil: shape = try scanner.integers()
      case "data_offsets" where offsets == nil: offsets = try scanner.integers()
      default: throw .foreign("tensor '\(name)' has a second or unknown key '\(key)'")
      }
    }
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw .foreign("tensor '\(name)' lacks its dtype, shape or two data_offsets")
    }
    guard let elementType = TensorElementType(rawValue: type) else {
      let known = TensorElementType.allCases.map(\.rawValue).joined(separator: ", ")
      throw SafetensorsProblem(
        cause: "tensor '\(name)' has elements of type '\(type)'",
        remedy: "convert it to one of \(known)")
    }
    let (begin, end) = (offsets[0], offsets[1])
    guard let size = byteCount(shape, elementType), begin <= end, end - begin == size else {
      throw .foreign(
        "tensor '\(name)', \(type) of shape \(shape), does not fit its bytes \(begin)..<\(end)")
    }
    return .init(name: name, elementType: elementType, shape: shape, begin: begin, end: end)
  }

  /// Bytes of a tensor, or nil where the number leaves the range of integers.
  private static func byteCount(_ shape: [Int], _ elementType: TensorElementType) -> Int? {
    var size = elementType.size
    for extent in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      size = product
    }
    return size
  }
}
