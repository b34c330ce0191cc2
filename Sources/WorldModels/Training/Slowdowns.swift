import Files
import Foundation

/// How often a training broke down and went on from before, each time with a quarter of its learning rate.
struct Slowdowns {
  /// How often.
  var count = 0

  /// What the learning rate is multiplied by.
  var share: Float { pow(0.25, Float(count)) }

  private static let name = "counter/slowdowns"

  /// Puts the number into a checkpoint; one of a steady training has no such entry.
  func save(in file: inout TensorFile) {
    if count > 0 { file.entries[Self.name] = TensorEntry([Int64(count)], shape: [1]) }
  }

  /// None.
  init() {}

  /// What a checkpoint holds.
  init(_ file: TensorFile) throws(FileError) {
    count = file.entries[Self.name] == nil ? 0 : try file.counter(Self.name)
  }
}
