import EnvironmentKit

/// Arrays of the caller that a batch reads actions from and writes results to, bound once.
struct CallerArrays {
  /// The order in which arrays are given; a table of observation fields follows, and one of final fields.
  enum Place: Int, CaseIterable {
    case actions, rewards, terminated, truncated, facts, counts
  }

  let actions: UnsafeRawPointer
  let rewards: UnsafeMutablePointer<Float>
  let terminated: UnsafeMutablePointer<Bool>
  let truncated: UnsafeMutablePointer<Bool>
  /// `[slot, fact]`; nil where facts are not asked for.
  let facts: UnsafeMutablePointer<Float>?
  /// How many episodes ended, and how many began, in the last call; in how many slots the mission is news.
  let counts: UnsafeMutablePointer<Int64>
  /// Where each field of the observations goes, `[slot, field]`.
  let fields: [UnsafeMutableRawPointer]
  /// Where each field of last observations goes; empty where they are not asked for.
  let finalFields: [UnsafeMutableRawPointer]
  /// Bytes of each field of one observation.
  let fieldBytes: [Int]

  /// Checks arrays against what a batch needs.
  ///
  /// - Parameters:
  ///   - arrays: an address per place and then per field, twice; null where one is not asked for.
  ///   - bytes: the length of each, in bytes.
  ///   - count: how many there are.
  init(
    _ arrays: UnsafePointer<UnsafeMutableRawPointer?>?, bytes: UnsafePointer<Int64>?,
    count: Int32, for batch: any SteppedEnvironments, actionBytes: Int
  ) throws {
    let slots = batch.count
    let fieldBytes = batch.space.fields.map { $0.count * batch.elementBytes }
    let perSlot =
      [actionBytes, 4, 1, 1, 4 * batch.specification.facts.count] + [0] + fieldBytes + fieldBytes
    guard let arrays, let bytes, Int(count) == perSlot.count else {
      throw CallError.invalid("arrays: \(count) given; give \(perSlot.count)")
    }
    let firstField = Place.allCases.count
    let firstFinal = firstField + fieldBytes.count
    func array(_ place: Int) throws -> UnsafeMutableRawPointer? {
      guard let array = arrays[place] else { return nil }
      let wanted = place == Place.counts.rawValue ? 24 : slots * perSlot[place]
      try checkLength(bytes[place], "bytes of array \(place)", needs: wanted)
      return array
    }
    func needed(_ place: Place) throws -> UnsafeMutableRawPointer {
      guard let array = try array(place.rawValue) else {
        throw CallError.invalid("array \(place): there is none; give one")
      }
      return array
    }
    actions = UnsafeRawPointer(try needed(.actions))
    rewards = try needed(.rewards).assumingMemoryBound(to: Float.self)
    terminated = try needed(.terminated).assumingMemoryBound(to: Bool.self)
    truncated = try needed(.truncated).assumingMemoryBound(to: Bool.self)
    facts = try array(Place.facts.rawValue)?.assumingMemoryBound(to: Float.self)
    counts = try needed(.counts).assumingMemoryBound(to: Int64.self)
    self.fieldBytes = fieldBytes
    fields = try (firstField..<firstFinal).compactMap(array)
    finalFields = try (firstFinal..<perSlot.count).compactMap(array)
    guard fields.count == fieldBytes.count,
      finalFields.isEmpty || finalFields.count == fieldBytes.count
    else {
      throw CallError.invalid(
        "arrays of observations: give one for each of \(fieldBytes.count) fields, and for all of "
          + "them or none a second one for last observations")
    }
  }

  /// Writes what a batch shows of all slots.
  func publish(_ batch: any SteppedEnvironments) {
    copyObservations(batch.observations, to: fields, slots: 0..<batch.count)
    rewards.update(from: batch.rewards)
    terminated.update(from: batch.terminated)
    truncated.update(from: batch.truncated)
    if facts != nil { for slot in 0..<batch.count { publishFacts(batch, slot) } }
  }

  /// Writes what a batch shows of one slot.
  func publish(_ batch: any SteppedEnvironments, _ slot: Int) {
    copyObservations(batch.observations, to: fields, slots: slot..<slot + 1)
    rewards[slot] = batch.rewards[slot]
    terminated[slot] = batch.terminated[slot]
    truncated[slot] = batch.truncated[slot]
    publishFacts(batch, slot)
  }

  /// Writes the last observation of a slot whose episode ended.
  func publishFinal(_ batch: any SteppedEnvironments, _ slot: Int) {
    guard !finalFields.isEmpty else { return }
    copyObservations(batch.finalObservations, to: finalFields, slots: slot..<slot + 1)
  }

  private func publishFacts(_ batch: any SteppedEnvironments, _ slot: Int) {
    let width = batch.specification.facts.count
    guard let facts, width > 0 else { return }
    batch.facts(
      of: slot, into: UnsafeMutableBufferPointer(start: facts + slot * width, count: width))
  }

  /// Takes observations apart into their fields.
  private func copyObservations(
    _ source: UnsafeMutableRawBufferPointer, to targets: [UnsafeMutableRawPointer],
    slots: Range<Int>
  ) {
    guard let source = source.baseAddress else { return }
    let stride = fieldBytes.reduce(0, +)
    if targets.count == 1 {
      targets[0].advanced(by: slots.lowerBound * stride).copyMemory(
        from: source + slots.lowerBound * stride, byteCount: slots.count * stride)
      return
    }
    var first = 0
    for (target, bytes) in zip(targets, fieldBytes) {
      copyField(source + first, stride, to: target, bytes, slots)
      first += bytes
    }
  }

  private func copyField(
    _ source: UnsafeMutableRawPointer, _ stride: Int, to target: UnsafeMutableRawPointer,
    _ bytes: Int, _ slots: Range<Int>
  ) {
    if bytes == 1 {
      for slot in slots {
        target.storeBytes(
          of: source.load(fromByteOffset: slot * stride, as: UInt8.self), toByteOffset: slot,
          as: UInt8.self)
      }
    } else {
      for slot in slots {
        target.advanced(by: slot * bytes).copyMemory(
          from: source + slot * stride, byteCount: bytes)
      }
    }
  }
}

extension UnsafeMutablePointer {
  /// Takes over the elements of a buffer.
  fileprivate func update(from buffer: UnsafeMutableBufferPointer<Pointee>) {
    guard let base = buffer.baseAddress else { return }
    update(from: base, count: buffer.count)
  }
}
