import Files

/// How often each of some keys came: 64 bits that stand for what was met.
///
/// Two different things have the same key with a chance of 2⁻⁶⁴. Memory grows by doubling; an entry that
/// is known costs none.
package struct VisitTable {
  /// The keys, in the order of their first coming.
  package private(set) var keys: [UInt64] = []
  /// How often each came.
  package private(set) var counts: [Int64] = []
  /// Where keys stand, by their bits; −1 is free.
  private var places = [Int32](repeating: -1, count: 1024)

  /// Different keys so far.
  package var count: Int { keys.count }

  /// Nothing has come yet.
  package init() {}

  /// Counts a key; gives how often it has come, this time included.
  package mutating func visit(_ key: UInt64) -> Int64 {
    let place = find(key)
    guard places[place] < 0 else {
      let entry = Int(places[place])
      counts[entry] += 1
      return counts[entry]
    }
    enter(key, 1, at: place)
    return 1
  }

  private func find(_ key: UInt64) -> Int {
    var place = Int(truncatingIfNeeded: KeyHash.mixed(key)) & (places.count - 1)
    while places[place] >= 0, keys[Int(places[place])] != key {
      place = (place + 1) & (places.count - 1)
    }
    return place
  }

  private mutating func enter(_ key: UInt64, _ number: Int64, at place: Int) {
    places[place] = Int32(keys.count)
    keys.append(key)
    counts.append(number)
    guard 2 * keys.count > places.count else { return }
    places = [Int32](repeating: -1, count: 2 * places.count)
    for entry in keys.indices { places[find(keys[entry])] = Int32(entry) }
  }

  /// Writes keys and counts into a file.
  package func save(as name: String, in file: inout TensorFile) {
    file.entries["\(name)/keys"] = TensorEntry(keys)
    file.entries["\(name)/counts"] = TensorEntry(counts)
  }

  /// Takes up what was saved.
  package mutating func restore(_ name: String, in file: TensorFile) throws(FileError) {
    let keys = try file.values("\(name)/keys", as: UInt64.self)
    let counts = try file.values("\(name)/counts", as: Int64.self, shape: [keys.count])
    var table = VisitTable()
    for (key, number) in zip(keys, counts) {
      let place = table.find(key)
      guard number > 0, table.places[place] < 0 else {
        throw FileError(
          operation: "read", place: "\(name)/keys",
          cause: "a key stands there twice, or never came",
          remedy: "the file is damaged: restore it, or start anew")
      }
      table.enter(key, number, at: place)
    }
    self = table
  }
}

/// A hash of numbers, bit for bit, that allocates nothing, as a checksum of files does.
struct KeyHash {
  private(set) var value: UInt64 = 0x9e37_79b9_7f4a_7c15

  /// Takes in a word.
  mutating func add(_ word: UInt64) { value = Self.mixed(value ^ Self.mixed(word &+ 1)) &* 5 &+ 1 }

  /// Takes in numbers.
  mutating func add(_ numbers: UnsafeBufferPointer<Float>) {
    for number in numbers { add(UInt64(number.bitPattern)) }
  }

  /// A word whose every bit depends on every bit of another; no two words become one.
  ///
  /// - SeeAlso: G. Steele et al., "Fast splittable pseudorandom number generators" (2014), the mixer of SplitMix64.
  static func mixed(_ word: UInt64) -> UInt64 {
    var x = word
    x = (x ^ x >> 30) &* 0xbf58_476d_1ce4_e5b9
    x = (x ^ x >> 27) &* 0x94d0_49bb_1331_11eb
    return x ^ x >> 31
  }
}
