import Ranks
import Tensors

extension Communicator {
  /// Adds up what every rank has of a gradient, in the order of ranks; only the parts that count go between them.
  ///
  /// - Parameters:
  ///   - gradient: of a network's numbers; this rank's part, then the sum.
  ///   - blocks: how the numbers are cut.
  ///   - isUsed: one flag per row of the first matrix, the same in all ranks; nil where all count.
  ///   - sums: of this rank's samples.
  /// - Returns: the sums over all samples.
  func sum(
    _ gradient: UnsafeMutablePointer<Float>, _ blocks: NumberBlocks,
    isUsed: UnsafePointer<Bool>?, _ sums: PolicySums
  ) -> PolicySums {
    func forEachPart(_ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
      for block in 0..<blocks.blocks {
        blocks.forEachPart(of: block, isUsed: isUsed) { start, count in
          body(UnsafeMutableBufferPointer(start: gradient + start, count: count))
        }
      }
    }
    var numbers: [Float] = []
    forEachPart { numbers += $0 }
    var writer = ByteWriter()
    writer.write(sums)
    writer.write(numbers)
    var total = PolicySums()
    for (sender, bytes) in gather(writer.bytes).enumerated() {
      var reader = ByteReader(bytes)
      total.add(reader.read(PolicySums.self))
      let theirs: [Float] = reader.readArray()
      theirs.withUnsafeBufferPointer { theirs in
        guard var next = theirs.baseAddress else { return }
        forEachPart { part in
          guard let place = part.baseAddress else { return }
          if sender == 0 {
            place.update(from: next, count: part.count)
          } else {
            PlainLayer.add(next, to: place, count: part.count)
          }
          next += part.count
        }
      }
    }
    return total
  }
}
