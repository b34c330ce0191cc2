/// Where a learner learns; what it learns in is a batch like any other, and it cannot tell.
public enum LearningPlace: String, Hashable, Sendable, Codable, CaseIterable {
  /// In the world itself, perhaps seen through a model.
  case world
  /// In the dream of a world model: it never sees the world.
  case dream
}
