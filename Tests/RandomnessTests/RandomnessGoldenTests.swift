import Foundation
import Randomness
import TestSupport
import Testing

/// What NumPy gave for one seed; numbers above 53 bits are decimal strings, floats C hexadecimal.
private struct Record: Decodable {
  let seed: String
  let seed_sequence_u32: [UInt32]
  let seed_sequence_u64: [String]
  let spawned_u64: [[String]]
  let raw_u64: [String]
  let random: [String]
  let integers: [[Int]]
  let mixed_calls_in_order: [Call]
  let shuffle_list_0_to_9: [Int]
  let choice_of_5_six_times: [Int]
  let choice_7_of_3_no_replacement: [Int]
  let permutation_8: [Int]
  let standard_normal: [String]

  /// A call's name, with its result.
  struct Call: Decodable {
    let name: String
    let text: String

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      name = try list.decode(String.self)
      if let number = try? list.decode(Int.self) {
        text = String(number)
      } else {
        text = try list.decode(String.self)
      }
    }
  }

  /// The seed's 32-bit words, lowest first.
  var words: [UInt32] {
    var digits = seed.compactMap(\.wholeNumberValue).map(UInt64.init)
    var words: [UInt32] = []
    repeat {
      var (rest, quotient): (UInt64, [UInt64]) = (0, [])
      for digit in digits {
        let value = rest * 10 + digit
        quotient.append(value >> 32)
        rest = value & 0xffff_ffff
      }
      words.append(UInt32(rest))
      digits = Array(quotient.drop { $0 == 0 })
    } while !digits.isEmpty
    return words
  }

  func sequence(spawnKey: [UInt32] = []) -> SeedSequence {
    SeedSequence(words: words, spawnKey: spawnKey)
  }

  var stream: RandomStream { RandomStream(sequence()) }
}

private struct Recording: Decodable {
  let generator_pcg64: [Record]
}

private func records() throws -> [Record] {
  let fixtures = Bundle.module.bundleURL.appendingPathComponent("Fixtures")
  let url = Golden.url("numeric/numpy-random.json", fixtures: fixtures)
  return try JSONDecoder().decode(Recording.self, from: Data(contentsOf: url)).generator_pcg64
}

@Suite("Random streams equal NumPy's recorded ones: Golden")
struct RandomnessGoldenTests {
  @Test("every recorded value of every seed is reproduced")
  func everything() throws {
    var compared = 0
    for record in try records() {
      checkSeeding(record, &compared)
      checkNumbers(record, &compared)
      checkSampling(record, &compared)
      checkMixedCalls(record, &compared)
    }
    Golden.report(compared)
    #expect(compared > 0)
  }

  private func compare<T: Equatable>(
    _ got: [T], _ want: [T], _ what: Comment, _ compared: inout Int
  ) {
    #expect(got == want, what)
    compared += want.count
  }

  private func checkSeeding(_ record: Record, _ compared: inout Int) {
    let sequence = record.sequence()
    let words32 = sequence.words32(record.seed_sequence_u32.count)
    compare(words32, record.seed_sequence_u32, "words32 of \(record.seed)", &compared)
    let words64 = sequence.words64(record.seed_sequence_u64.count).map { String($0) }
    compare(words64, record.seed_sequence_u64, "words64 of \(record.seed)", &compared)
    for (index, want) in record.spawned_u64.enumerated() {
      let child = record.sequence(spawnKey: [UInt32(index)])
      let got = child.words64(want.count).map { String($0) }
      compare(got, want, "child \(index) of \(record.seed)", &compared)
    }
    if let seed = UInt64(record.seed) {
      #expect(RandomStream(seed: seed) == record.stream)
    }
  }

  private func checkNumbers(_ record: Record, _ compared: inout Int) {
    var stream = record.stream
    let raw = record.raw_u64.map { _ in String(stream.nextUInt64()) }
    compare(raw, record.raw_u64, "raw of \(record.seed)", &compared)
    stream = record.stream
    let random = record.random.map { _ in stream.random() }
    compare(random.map { $0 }, record.random.compactMap(Double.init), "random", &compared)
    stream = record.stream
    let integers = record.integers.map { stream.integers(in: $0[0]..<$0[1]) }
    compare(integers, record.integers.map { $0[2] }, "integers of \(record.seed)", &compared)
    stream = record.stream
    let normal = record.standard_normal.map { _ in stream.standardNormal() }
    compare(normal, record.standard_normal.compactMap(Double.init), "normal", &compared)
  }

  private func checkSampling(_ record: Record, _ compared: inout Int) {
    var stream = record.stream
    var list = Array(0..<record.shuffle_list_0_to_9.count)
    stream.shuffle(&list)
    compare(list, record.shuffle_list_0_to_9, "shuffle of \(record.seed)", &compared)
    stream = record.stream
    let choices = record.choice_of_5_six_times.map { _ in stream.choice(Array(0..<5)) }
    compare(choices, record.choice_of_5_six_times, "choice of \(record.seed)", &compared)
    stream = record.stream
    let few = stream.choice(record.choice_7_of_3_no_replacement.count, of: 7)
    compare(few, record.choice_7_of_3_no_replacement, "choice of 7", &compared)
    stream = record.stream
    let order = stream.permutation(record.permutation_8.count)
    compare(order, record.permutation_8, "permutation of \(record.seed)", &compared)
  }

  private func checkMixedCalls(_ record: Record, _ compared: inout Int) {
    var stream = record.stream
    for call in record.mixed_calls_in_order {
      switch call.name {
      case "integers": #expect(stream.integers(in: 0..<10) == Int(call.text))
      case "random": #expect(stream.random() == Double(call.text))
      case "uniform(-2,3)": #expect(stream.uniform(-2, 3) == Double(call.text))
      default: Issue.record("unknown call \(call.name)")
      }
      compared += 1
    }
  }
}
