import Foundation

/// The table of a zip file: which files are in it, and where.
///
/// - SeeAlso: PKWARE, "APPNOTE.TXT – .ZIP File Format Specification", 4.3 and 4.5.3.
package struct ZipFile: Sendable {
  /// A file in it.
  package struct Member: Hashable, Sendable {
    /// Its name.
    package let name: String
    /// How it is packed: 0 for not at all, 8 for deflate.
    package let method: Int
    /// Its bytes as they lie in the zip file.
    package let packedSize: Int
    /// Its bytes unpacked.
    package let size: Int
    fileprivate let head: Int
  }

  /// The zip file.
  package let url: URL
  /// The files in it, in their order.
  package let members: [Member]

  private static let endBytes = 22
  private static let longestComment = 65_535
  private static let mostTableBytes = 1 << 28

  /// Reads the table.
  ///
  /// - Throws: where it is no zip file, or a damaged one.
  package init(_ url: URL) throws(FileError) {
    self.url = url
    let file = try RegularFile(url)
    let tail = max(0, file.size - Self.endBytes - Self.longestComment - 20)
    let bytes = ZipBytes(try file.read(tail..<file.size, path: url.path), from: tail)
    guard let end = bytes.last(signature: 0x0605_4b50, room: Self.endBytes) else {
      throw Self.damaged(url.path, "is no whole zip file: its table of contents is missing")
    }
    var (count, size, start) = (
      bytes.number(end + 10, 2), bytes.number(end + 12, 4), bytes.number(end + 16, 4)
    )
    if let large = bytes.large(before: end) {
      let record = ZipBytes(
        try Self.read(file, large, 56, url.path), from: large)
      guard record.number(large, 4) == 0x0606_4b50 else {
        throw Self.damaged(url.path, "its table of contents is damaged")
      }
      (count, size, start) = (
        record.number(large + 32, 8), record.number(large + 40, 8), record.number(large + 48, 8)
      )
    }
    guard size <= Self.mostTableBytes else {
      throw Self.damaged(url.path, "its table of contents is damaged")
    }
    let table = ZipBytes(try Self.read(file, start, size, url.path), from: 0)
    guard let members = table.members(count) else {
      throw Self.damaged(url.path, "its table of contents is damaged")
    }
    self.members = members
  }

  /// Where the packed bytes of a member lie.
  package func range(of member: Member) throws(FileError) -> Range<Int> {
    let file = try RegularFile(url)
    let head = ZipBytes(try Self.read(file, member.head, 30, url.path), from: 0)
    let start = member.head + 30 + head.number(26, 2) + head.number(28, 2)
    guard head.number(0, 4) == 0x0403_4b50, start <= file.size,
      member.packedSize <= file.size - start
    else {
      throw Self.damaged(url.path, "its file '\(member.name)' is damaged")
    }
    return start..<start + member.packedSize
  }

  private static func read(
    _ file: borrowing RegularFile, _ start: Int, _ count: Int, _ path: String
  ) throws(FileError) -> [UInt8] {
    guard start >= 0, count >= 0, start <= file.size, count <= file.size - start else {
      throw damaged(path, "its table of contents points beyond its end")
    }
    return try file.read(start..<start + count, path: path)
  }

  private static func damaged(_ path: String, _ cause: String) -> FileError {
    FileError(place: path, cause: cause, remedy: "copy it again whole")
  }
}

/// Numbers in the bytes of a zip file, least byte first.
private struct ZipBytes {
  private let bytes: [UInt8]
  private let first: Int

  init(_ bytes: [UInt8], from first: Int) { (self.bytes, self.first) = (bytes, first) }

  /// The number at a place; 0 where there is none.
  func number(_ place: Int, _ size: Int) -> Int {
    let start = place - first
    guard start >= 0, start + size <= bytes.count else { return 0 }
    let value = (0..<size).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << (8 * UInt64($1)) }
    return Int(exactly: value) ?? -1
  }

  /// The last place where a record of some size begins.
  func last(signature: Int, room: Int) -> Int? {
    guard bytes.count >= room else { return nil }
    return (first...first + bytes.count - room).last { number($0, 4) == signature }
  }

  /// Where the end record of a file beyond 4 GB lies, as the record before the usual one says.
  func large(before end: Int) -> Int? {
    number(end - 20, 4) == 0x0706_4b50 ? number(end - 12, 8) : nil
  }

  /// The entries of the table; nil where they are damaged.
  func members(_ count: Int) -> [ZipFile.Member]? {
    var (found, place) = ([ZipFile.Member](), 0)
    while found.count < count {
      guard number(place, 4) == 0x0201_4b50 else { return nil }
      let (nameSize, extraSize) = (number(place + 28, 2), number(place + 30, 2))
      let nameStart = place + 46
      guard nameStart + nameSize + extraSize <= bytes.count else { return nil }
      let name = String(decoding: bytes[nameStart..<nameStart + nameSize], as: UTF8.self)
      var sizes = [number(place + 24, 4), number(place + 20, 4), number(place + 42, 4)]
      enlarge(&sizes, nameStart + nameSize..<nameStart + nameSize + extraSize)
      guard sizes.allSatisfy({ $0 >= 0 }) else { return nil }
      found.append(
        ZipFile.Member(
          name: name, method: number(place + 10, 2), packedSize: sizes[1], size: sizes[0],
          head: sizes[2]))
      place = nameStart + nameSize + extraSize + number(place + 32, 2)
    }
    return found
  }

  /// Puts the long form of sizes in the place of those that say that there is one.
  private func enlarge(_ sizes: inout [Int], _ extra: Range<Int>) {
    var place = extra.lowerBound
    while place + 4 <= extra.upperBound {
      let (kind, size) = (number(place, 2), number(place + 2, 2))
      if kind == 1 {
        var next = place + 4
        for index in sizes.indices where sizes[index] == 0xFFFF_FFFF {
          sizes[index] = number(next, 8)
          next += 8
        }
      }
      place += 4 + size
    }
  }
}
