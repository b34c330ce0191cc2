/// Where something stands in a world's file.
struct SourcePlace: Hashable, Sendable, BitwiseCopyable {
  /// From 1.
  var line = 1
  /// From 1, in characters.
  var column = 1
}
