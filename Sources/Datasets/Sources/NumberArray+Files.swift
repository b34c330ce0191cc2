import Files
import Foundation

/// The files that arrays of numbers may lie in.
extension NumberArray {
  /// Opens `.npy`, `.npz` and idx files, those of gzip among them, by what they begin with.
  ///
  /// - Parameter path: the file; of `.npz` with several arrays one is named behind a colon.
  /// - Throws: where it is none of these, or damaged.
  static func open(_ path: String) throws -> NumberArray {
    let (file, member) = named(path)
    let url = URL(fileURLWithPath: file)
    let head = try start(of: url, .none)
    if head.starts(with: [0x50, 0x4B]) { return try npz(url, member: member) }
    if head.starts(with: [0x1F, 0x8B]) {
      return try plain(url, try start(of: url, .gzip), .gzip)
    }
    return try plain(url, head, .none)
  }

  /// The file and the array that are meant, where one is named behind `.npz:`.
  private static func named(_ path: String) -> (file: String, member: String?) {
    guard let mark = path.range(of: ".npz:"), !FileManager.default.fileExists(atPath: path) else {
      return (path, nil)
    }
    return (String(path[..<mark.lowerBound]) + ".npz", String(path[mark.upperBound...]))
  }

  private static func start(of url: URL, _ packing: FileBytes.Packing) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 16)
    let file = try FileBytes(url, packing: packing)
    let count = try bytes.withUnsafeMutableBytes { try file.read(into: $0) }
    return Array(bytes[..<count])
  }

  private static func plain(
    _ url: URL, _ start: [UInt8], _ packing: FileBytes.Packing
  ) throws -> NumberArray {
    let path = url.relativePath
    if start.starts(with: NpyHeader.magic.dropLast(2)) {
      return try npy(url, place: path, range: nil, packing, size: nil)
    }
    guard start.count >= 4, start[0] == 0, start[1] == 0, (1...4).contains(start[3]) else {
      throw FileError(
        place: path,
        cause: start.isEmpty ? "is empty" : "is no file of frames: it begins otherwise",
        remedy:
          "give .npy or .npz of NumPy, idx or idx.gz, a folder of PNG files, or a run's folder")
    }
    return try idx(url, packing)
  }

  private static func npy(
    _ url: URL, place: String, range: Range<Int>?, _ packing: FileBytes.Packing, size: Int?
  ) throws -> NumberArray {
    let bytes = try FileBytes(url, range: range, packing: packing)
    let (header, head) = try NpyHeader.read(from: bytes, place: place)
    guard let kind = NumberKind(rawValue: header.description) else {
      throw FileError(
        place: place, cause: "holds \(NpyHeader.words(header.description))",
        remedy: "save it as uint8, float32 or float64: x.astype(numpy.float32)")
    }
    let array = NumberArray(
      url, place: place, range: range, packing: packing, head: head, kind: kind,
      shape: header.shape)
    try array.check(size: size ?? (packing == .none ? bytes.fileSize : nil))
    return array
  }

  private static func npz(_ url: URL, member name: String?) throws -> NumberArray {
    let zip = try ZipFile(url)
    let arrays = zip.members.filter { $0.name.hasSuffix(".npy") }
    let names = arrays.map { String($0.name.dropLast(4)) }
    let wanted = name ?? (names.count == 1 ? names[0] : usualNames.first(where: names.contains))
    guard let wanted, let place = names.firstIndex(of: wanted) else {
      throw FileError(
        place: url.relativePath,
        cause: name.map { "has no array '\($0)'" }
          ?? (names.isEmpty ? "holds no arrays" : "holds several arrays"),
        remedy: names.isEmpty
          ? "give a file that numpy.savez wrote"
          : "name one of them as \(url.relativePath):NAME: \(names.joined(separator: ", "))")
    }
    let member = arrays[place]
    guard member.method == 0 || member.method == 8 else {
      throw FileError(
        place: url.relativePath, cause: "'\(member.name)' is packed in an unknown way",
        remedy: "write it by numpy.savez or numpy.savez_compressed")
    }
    return try npy(
      url, place: "\(url.relativePath):\(wanted)", range: try zip.range(of: member),
      member.method == 0 ? .none : .deflate, size: member.size)
  }

  /// Which array of several holds the frames, where it has one of the names that are usual.
  private static let usualNames = ["frames", "images", "imgs", "pictures", "x", "x_train", "arr_0"]

  /// - SeeAlso: Y. LeCun, C. Cortes, C. Burges, "The MNIST database", "File formats".
  private static func idx(_ url: URL, _ packing: FileBytes.Packing) throws -> NumberArray {
    let path = url.relativePath
    let bytes = try FileBytes(url, packing: packing)
    let magic = try bytes.bytes(4)
    guard magic[2] == 0x08 else {
      throw FileError(
        place: path,
        cause: "is an idx file of kind 0x\(String(magic[2], radix: 16)), not of bytes (0x08)",
        remedy: "give an idx file of unsigned bytes, or save it as .npy")
    }
    let extents = try (0..<Int(magic[3])).map { _ in
      try bytes.bytes(4).reduce(0) { $0 << 8 | Int($1) }
    }
    let array = NumberArray(
      url, place: path, packing: packing, head: 4 + 4 * extents.count, kind: .uint8, shape: extents)
    try array.check(size: packing == .none ? bytes.fileSize : nil)
    return array
  }
}

extension NpyHeader {
  /// Reads a head; what follows in the file is the numbers.
  ///
  /// - Returns: it with its length in bytes.
  fileprivate static func read(
    from bytes: FileBytes, place: String
  ) throws -> (NpyHeader, length: Int) {
    let start = try bytes.bytes(10)
    let whole = start + (try bytes.bytes(Int(start[8]) + Int(start[9]) << 8))
    do throws(NpyProblem) {
      return try whole.withUnsafeBufferPointer { bytes throws(NpyProblem) in
        try NpyHeader.read(UnsafeRawBufferPointer(bytes))
      }
    } catch {
      throw FileError(
        place: place, cause: error.cause, remedy: "give a whole file that numpy.save wrote")
    }
  }
}
