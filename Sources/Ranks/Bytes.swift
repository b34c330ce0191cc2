/// Writes plain values one after the other, for another process of the same program on the same kind of machine.
public struct ByteWriter {
  /// What was written.
  public private(set) var bytes: [UInt8] = []

  /// Writes nothing yet.
  public init() {}

  /// Writes a value that holds no references.
  public mutating func write<Value: BitwiseCopyable>(_ value: Value) {
    withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
  }

  /// Writes a number of values, then these.
  public mutating func write<Value: BitwiseCopyable>(_ values: UnsafeBufferPointer<Value>) {
    write(values.count)
    bytes.append(contentsOf: UnsafeRawBufferPointer(values))
  }

  /// Writes a number of values, then these.
  public mutating func write<Value: BitwiseCopyable>(_ values: [Value]) {
    values.withUnsafeBufferPointer { write($0) }
  }
}

/// Reads what a `ByteWriter` wrote, in its order.
///
/// - Precondition: the same types are read as were written; bytes come from a process of the same program.
public struct ByteReader {
  private let bytes: [UInt8]
  private var place = 0

  /// Reads from the beginning.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Whether all was read.
  public var isAtEnd: Bool { place == bytes.count }

  /// Reads a value.
  public mutating func read<Value: BitwiseCopyable>(_ type: Value.Type = Value.self) -> Value {
    let end = place + MemoryLayout<Value>.size
    precondition(end <= bytes.count, "ByteReader.read: \(bytes.count) bytes, \(end) are asked for")
    defer { place = end }
    return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: Value.self) }
  }

  /// Reads values into memory of the caller, which has room for as many as were written.
  public mutating func read<Value: BitwiseCopyable>(into values: UnsafeMutableBufferPointer<Value>)
  {
    let count: Int = read()
    let end = place + count * MemoryLayout<Value>.stride
    precondition(
      count == values.count && end <= bytes.count,
      "ByteReader.read: \(count) values were written, \(values.count) are asked for")
    bytes.withUnsafeBytes { source in
      UnsafeMutableRawBufferPointer(values).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: source[place..<end]))
    }
    place = end
  }

  /// Reads an array.
  public mutating func readArray<Value: BitwiseCopyable>(of type: Value.Type = Value.self)
    -> [Value]
  {
    var ahead = self
    let count: Int = ahead.read()
    return [Value](unsafeUninitializedCapacity: count) { buffer, written in
      read(into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      written = count
    }
  }
}

/// What one rank can tell another.
public protocol Transmissible {
  /// Writes all of it.
  func write(to writer: inout ByteWriter)
  /// Reads what was written.
  init(from reader: inout ByteReader)
}

extension [Float]: Transmissible {
  /// Writes the number of elements, and these.
  public func write(to writer: inout ByteWriter) { writer.write(self) }
  /// Reads what `write` wrote.
  public init(from reader: inout ByteReader) { self = reader.readArray() }
}

extension Communicator {
  /// Every rank's plain values, in the order of ranks.
  public func gather<Value: BitwiseCopyable>(of values: [Value]) -> [[Value]] {
    guard isShared else { return [values] }
    var writer = ByteWriter()
    writer.write(values)
    return gather(writer.bytes).map {
      var reader = ByteReader($0)
      return reader.readArray()
    }
  }

  /// Everything that every rank has to tell, in the order of ranks; what this rank says comes back as it was.
  public func gather<Value: Transmissible>(_ values: [Value]) -> [Value] {
    guard isShared else { return values }
    var writer = ByteWriter()
    writer.write(values.count)
    for value in values { value.write(to: &writer) }
    return gather(writer.bytes).enumerated().flatMap { sender, bytes in
      guard sender != rank else { return values }
      var reader = ByteReader(bytes)
      return (0..<reader.read(Int.self)).map { _ in Value(from: &reader) }
    }
  }
}
