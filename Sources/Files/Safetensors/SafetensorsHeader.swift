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

  /// Reads the header's JSON strictly: a lenient reader drops duplicate keys and rounds numbers.
  package init(_ bytes: some Collection<UInt8>) throws(SafetensorsProblem) {
    let members: [JSONValue.Member]
    do throws(JSONProblem) {
      members = try JSONValue(reading: bytes).asObject ?? []
    } catch {
      let cause = error.cause.replacing("'__metadata__'", with: "the metadata")
      throw .foreign("the header: \(cause)")
    }
    for member in members {
      if member.name == "__metadata__" {
        metadata = try Self.metadata(member.value)
      } else {
        tensors.append(try Self.tensor(member))
      }
    }
  }

  private static func metadata(_ value: JSONValue) throws(SafetensorsProblem) -> [String: String] {
    guard let members = value.asObject else { throw .foreign("the metadata is no object") }
    var metadata: [String: String] = [:]
    for member in members {
      guard let text = member.value.asString else {
        throw .foreign("the metadata has no text as '\(member.name)'")
      }
      metadata[member.name] = text
    }
    return metadata
  }

  private static func tensor(_ member: JSONValue.Member) throws(SafetensorsProblem) -> Tensor {
    let name = member.name
    for key in (member.value.asObject ?? []).map(\.name)
    where !["dtype", "shape", "data_offsets"].contains(key) {
      throw .foreign("tensor '\(name)' has an unknown key '\(key)'")
    }
    guard let type = member.value["dtype"]?.asString, let shape = member.value["shape"]?.asArray,
      let offsets = member.value["data_offsets"]?.asArray, offsets.count == 2
    else {
      throw .foreign("tensor '\(name)' lacks its dtype, shape or two data_offsets")
    }
    guard let elementType = TensorElementType(rawValue: type) else {
      let known = TensorElementType.allCases.map(\.rawValue).joined(separator: ", ")
      throw SafetensorsProblem(
        cause: "tensor '\(name)' has elements of type '\(type)'",
        remedy: "convert it to one of \(known)")
    }
    let extents = try wholeNumbers(shape, name)
    let (begin, end) = (try wholeNumbers(offsets, name)[0], try wholeNumbers(offsets, name)[1])
    guard let size = byteCount(extents, elementType), begin <= end, end - begin == size else {
      throw .foreign(
        "tensor '\(name)', \(type) of shape \(extents), does not fit its bytes \(begin)..<\(end)")
    }
    return Tensor(name: name, elementType: elementType, shape: extents, begin: begin, end: end)
  }

  private static func wholeNumbers(
    _ values: [JSONValue], _ name: String
  ) throws(SafetensorsProblem) -> [Int] {
    var numbers: [Int] = []
    for value in values {
      guard let number = value.asInteger, number >= 0 else {
        throw .foreign(
          "tensor '\(name)' has an extent or offset that is no whole number below 2^63")
      }
      numbers.append(number)
    }
    return numbers
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
