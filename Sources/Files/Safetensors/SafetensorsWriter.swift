/// Writes the safetensors format as its reference writer does.
package enum SafetensorsWriter {
  /// The bytes of a file.
  ///
  /// - Parameter isSealed: whether its metadata hold a checksum of all of it.
  package static func bytes(
    metadata: [String: String], entries: [String: TensorEntry], isSealed: Bool = false
  ) -> [UInt8] {
    let ordered = entries.sorted { a, b in
      a.value.elementType == b.value.elementType
        ? utf8Precedes(a.key, b.key)
        : a.value.elementType.rank > b.value.elementType.rank
    }
    var metadata = metadata
    if isSealed { metadata[SafetensorsChecksum.name] = SafetensorsChecksum.blank }
    var header = header(metadata: metadata, ordered: ordered)
    if isSealed {
      var data = Checksum()
      for (_, entry) in ordered { entry.bytes.withUnsafeBytes { data.add($0) } }
      SafetensorsChecksum.seal(&header, data: data)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count + ordered.reduce(0) { $0 + $1.value.bytes.count })
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: header)
    for (_, entry) in ordered { bytes.append(contentsOf: entry.bytes) }
    return bytes
  }

  private static func header(
    metadata: [String: String], ordered: [(key: String, value: TensorEntry)]
  ) -> [UInt8] {
    var parts: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { utf8Precedes($0.key, $1.key) }
        .map { jsonQuoted($0.key) + ":" + jsonQuoted($0.value) }
      parts.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for (name, entry) in ordered {
      let end = offset + entry.bytes.count
      let shape = entry.shape.map(String.init).joined(separator: ",")
      parts.append(
        jsonQuoted(name) + ":{\"dtype\":\"\(entry.elementType.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var header = [UInt8]("{\(parts.joined(separator: ","))}".utf8)
    header.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - header.count % 8) % 8))
    return header
  }
}
