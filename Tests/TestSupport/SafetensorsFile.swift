import Foundation

/// A safetensors file of floats, read independently of the library's own reader.
public struct SafetensorsFile {
  /// The tensors by name: sizes and elements in row-major order.
  public let tensors: [String: (shape: [Int], values: [Float])]
  /// The file's notes.
  public let metadata: [String: String]

  /// Reads a file whose tensors are all F32.
  public init(_ url: URL) throws {
    let data = try Data(contentsOf: url)
    let headerBytes = Int(data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    let header =
      try JSONSerialization.jsonObject(with: data[8..<8 + headerBytes]) as? [String: Any] ?? [:]
    metadata = header["__metadata__"] as? [String: String] ?? [:]
    var tensors: [String: (shape: [Int], values: [Float])] = [:]
    for (name, value) in header where name != "__metadata__" {
      guard let entry = value as? [String: Any], entry["dtype"] as? String == "F32",
        let shape = entry["shape"] as? [Int], let offsets = entry["data_offsets"] as? [Int]
      else { throw CocoaError(.fileReadCorruptFile) }
      let bytes = data[8 + headerBytes + offsets[0]..<8 + headerBytes + offsets[1]]
      let values = [Float](unsafeUninitializedCapacity: bytes.count / 4) { buffer, count in
        count = bytes.copyBytes(to: buffer) / 4
      }
      tensors[name] = (shape, values)
    }
    self.tensors = tensors
  }
}

extension Array where Element == Float {
  /// ‖self − exact‖ / ‖exact‖; the numerator alone where `exact` is zero.
  public func relativeError(to exact: [Float]) -> Double {
    precondition(count == exact.count, "relativeError: \(count) and \(exact.count) elements")
    var (difference, norm) = (0.0, 0.0)
    for (a, b) in zip(self, exact) {
      difference += (Double(a) - Double(b)) * (Double(a) - Double(b))
      norm += Double(b) * Double(b)
    }
    return norm == 0 ? difference.squareRoot() : (difference / norm).squareRoot()
  }
}
