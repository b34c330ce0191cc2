import Files
import Foundation

/// Numbers in a file, row-major: their kind and shape are known, and they are read from front to back.
struct NumberArray: Sendable {
  /// The file, for messages.
  let place: String
  /// What a number is.
  let kind: NumberKind
  /// Extents, row-major.
  let shape: [Int]

  private let url: URL
  /// The part of the file that is read; nil for all of it.
  private let range: Range<Int>?
  private let packing: FileBytes.Packing
  /// Bytes before the first number.
  private let head: Int

  /// Describes numbers.
  ///
  /// - Parameters:
  ///   - range: the part of the file that is unpacked; nil for all of it.
  ///   - head: bytes, once they are unpacked, before the first number.
  init(
    _ url: URL, place: String, range: Range<Int>? = nil, packing: FileBytes.Packing = .none,
    head: Int, kind: NumberKind, shape: [Int]
  ) {
    (self.url, self.place, self.range, self.packing) = (url, place, range, packing)
    (self.head, self.kind, self.shape) = (head, kind, shape)
  }

  /// Numbers in a row: the product of all extents but the first.
  var rowSize: Int { shape.dropFirst().reduce(1, *) }
  /// Rows.
  var count: Int { shape.first ?? 0 }

  /// Where the numbers lie in the file itself; nil where they are packed.
  var plainStart: Int? { packing == .none ? (range?.lowerBound ?? 0) + head : nil }

  /// The file, opened as it is on disk.
  func openFile() throws -> RegularFile { try RegularFile(url) }

  /// Checks that the file has as many bytes as the shape asks for, as far as that can be told.
  ///
  /// - Parameter found: bytes of head and numbers, where they are known without unpacking them.
  func check(size found: Int?) throws {
    var size = kind.size
    for extent in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow, product < 1 << 50 else {
        throw FileError(
          place: place, cause: "has a shape beyond all sizes: \(shape)",
          remedy: "give a file of whole numbers of rows")
      }
      size = product
    }
    guard let found else { return }
    guard found >= head + size else {
      throw FileBytes.cutShort(place, "should have \(head + size) bytes, has \(found)")
    }
    guard found == head + size else {
      throw FileError(
        place: place, cause: "has \(found - head - size) bytes after its numbers",
        remedy: "write it anew: its shape \(shape) does not say all that is in it")
    }
  }

  /// Hands on the bytes of each row, one after the other.
  ///
  /// - Throws: also where the file ends too early, or goes on after the last row.
  func forEachRow(_ take: (_ row: Int, UnsafeRawBufferPointer) throws -> Void) throws {
    let bytes = try FileBytes(url, range: range, packing: packing)
    _ = try bytes.bytes(head)
    var row = [UInt8](repeating: 0, count: rowSize * kind.size)
    for number in 0..<count {
      try row.withUnsafeMutableBytes { buffer in
        try bytes.readFully(into: buffer)
        try take(number, UnsafeRawBufferPointer(buffer))
      }
    }
    guard try bytes.isAtEnd() else {
      throw FileError(
        place: place, cause: "goes on after the \(count) rows that its head promises",
        remedy: "write it anew")
    }
  }
}

/// What a number in a file is, under NumPy's name for it.
enum NumberKind: String, Sendable {
  case bool = "|b1"
  case uint8 = "|u1"
  case int8 = "|i1"
  case int16 = "<i2"
  case uint16 = "<u2"
  case int32 = "<i4"
  case uint32 = "<u4"
  case int64 = "<i8"
  case uint64 = "<u8"
  case float32 = "<f4"
  case float64 = "<f8"

  /// Bytes.
  var size: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .int16, .uint16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }

  /// The number at a place of some bytes, counted in numbers.
  @inline(__always)
  func number(_ place: Int, in bytes: UnsafeRawBufferPointer) -> Double {
    func load<Value: BitwiseCopyable>(_ type: Value.Type) -> Value {
      bytes.loadUnaligned(fromByteOffset: place * MemoryLayout<Value>.size, as: type)
    }
    return switch self {
    case .bool, .uint8: Double(load(UInt8.self))
    case .int8: Double(load(Int8.self))
    case .int16: Double(load(Int16.self))
    case .uint16: Double(load(UInt16.self))
    case .int32: Double(load(Int32.self))
    case .uint32: Double(load(UInt32.self))
    case .int64: Double(load(Int64.self))
    case .uint64: Double(load(UInt64.self))
    case .float32: Double(load(Float.self))
    case .float64: load(Double.self)
    }
  }
}
