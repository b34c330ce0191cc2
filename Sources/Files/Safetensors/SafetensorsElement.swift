/// What a tensor on disk consists of, under safetensors' names.
///
/// The order of the cases is the format's own order by rising alignment; its writer puts the last first.
public enum TensorElementType: String, Hashable, Sendable, CaseIterable {
  /// Unsigned bytes.
  case uint8 = "U8"
  /// 32-bit signed integers.
  case int32 = "I32"
  /// 32-bit floats.
  case float32 = "F32"
  /// 64-bit floats.
  case float64 = "F64"
  /// 64-bit signed integers.
  case int64 = "I64"
  /// 64-bit unsigned integers.
  case uint64 = "U64"

  /// Bytes of one element.
  public var size: Int {
    switch self {
    case .uint8: 1
    case .int32, .float32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// Place in the format's order.
  package var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// A Swift type that tensors on disk can hold.
public protocol TensorElement: BitwiseCopyable, Sendable {
  /// Its name on disk.
  static var elementType: TensorElementType { get }
  /// Whether it is a number: neither NaN nor infinite.
  var isFiniteNumber: Bool { get }
}

extension TensorElement {
  /// Whole numbers always are.
  public var isFiniteNumber: Bool { true }
}

extension UInt8: TensorElement {
  /// `U8`.
  public static var elementType: TensorElementType { .uint8 }
}
extension Int32: TensorElement {
  /// `I32`.
  public static var elementType: TensorElementType { .int32 }
}
extension Float: TensorElement {
  /// Whether it is neither NaN nor infinite.
  public var isFiniteNumber: Bool { isFinite }
  /// `F32`.
  public static var elementType: TensorElementType { .float32 }
}
extension Double: TensorElement {
  /// Whether it is neither NaN nor infinite.
  public var isFiniteNumber: Bool { isFinite }
  /// `F64`.
  public static var elementType: TensorElementType { .float64 }
}
extension Int64: TensorElement {
  /// `I64`.
  public static var elementType: TensorElementType { .int64 }
}
extension UInt64: TensorElement {
  /// `U64`.
  public static var elementType: TensorElementType { .uint64 }
}

/// One tensor of a file: element type, shape and its bytes, row-major and little-endian.
public struct TensorEntry: Hashable, Sendable {
  /// What the elements are.
  public let elementType: TensorElementType
  /// Extents, each 0 or more; empty for a scalar.
  public let shape: [Int]
  /// The elements' bytes.
  public let bytes: [UInt8]

  /// Creates an entry of values.
  ///
  /// - Parameters:
  ///   - values: the elements, row-major.
  ///   - shape: the extents; nil means one of `values.count`.
  /// - Precondition: the shape holds as many elements as there are values.
  public init<Element: TensorElement>(_ values: [Element], shape: [Int]? = nil) {
    let shape = shape ?? [values.count]
    precondition(
      shape.reduce(1, *) == values.count,
      "TensorEntry: \(values.count) values for shape \(shape)")
    elementType = Element.elementType
    self.shape = shape
    bytes = values.withUnsafeBytes { [UInt8]($0) }
  }

  package init(elementType: TensorElementType, shape: [Int], bytes: [UInt8]) {
    self.elementType = elementType
    self.shape = shape
    self.bytes = bytes
  }

  /// The elements, row-major, or nil where they are of another type.
  public func values<Element: TensorElement>(as type: Element.Type = Element.self) -> [Element]? {
    guard type.elementType == elementType else { return nil }
    let count = bytes.count / MemoryLayout<Element>.stride
    return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      UnsafeMutableRawBufferPointer(buffer).copyBytes(from: bytes)
      initialized = count
    }
  }
}
