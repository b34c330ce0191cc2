import EnvironmentKit
import Files

/// What a worker says of an environment.
package struct WorldDescription: Sendable {
  /// A way to observe it.
  package struct Way: Sendable {
    package let kind: ObservationKind
    package let space: ObservationSpace
    /// Height, width and channels of the picture that is brought to the space's size; nil where none is.
    package let picture: [Int]?

    /// Bytes that the worker writes of one observation.
    var workerBytes: Int { picture?.reduce(1, *) ?? space.count }
  }

  package let ways: [Way]
  package let facts: [Fact]
  package let actions: ActionSpace
  let maximumSteps: Int
  let stepsPerSecond: Double
  let reference: String
  let file: String
  /// Height, width and channels of what `render()` gives; nil where it gives no picture.
  let rendered: [Int]?
  /// Why it gives none.
  let noPicture: String?

  /// Reads what a worker has answered; nil where it is of another form.
  package init?(_ answer: JSONValue) {
    guard let ways = answer["observations"]?.asArray?.map(Way.init), !ways.isEmpty,
      let facts = answer["facts"]?.asArray, let steps = answer["maximumSteps"]?.asInteger,
      let rate = answer["stepsPerSecond"]?.asNumber, let reference = answer["reference"]?.asString,
      let file = answer["file"]?.asString, let actions = Self.actions(answer)
    else { return nil }
    self.ways = ways.compactMap { $0 }
    self.facts = facts.compactMap { fact in
      guard let parts = fact.asArray?.compactMap(\.asString), parts.count == 2 else { return nil }
      return Fact(parts[0], Fact.Kind(rawValue: parts[1]) ?? .quantity)
    }
    guard self.ways.count == ways.count, self.facts.count == facts.count, steps > 0, rate > 0 else {
      return nil
    }
    (self.actions, self.reference, self.file) = (actions, reference, file)
    (maximumSteps, stepsPerSecond) = (steps, rate)
    rendered = answer["picture"].flatMap(Self.pictureShape)
    noPicture = answer["noPicture"]?.asString
  }

  private static func actions(_ answer: JSONValue) -> ActionSpace? {
    if let names = answer["names"]?.asArray?.compactMap(\.asString), !names.isEmpty {
      return .discrete(names)
    }
    let bounds = answer["bounds"]?.asArray?.compactMap { pair -> ClosedRange<Float>? in
      guard let ends = pair.asArray?.compactMap(\.asNumber), ends.count == 2, ends[0] <= ends[1]
      else { return nil }
      return Float(ends[0])...Float(ends[1])
    }
    return bounds.flatMap { $0.isEmpty ? nil : .continuous($0) }
  }

  /// Height, width and channels of a picture; nil where these are no such.
  static func pictureShape(_ value: JSONValue) -> [Int]? {
    guard let shape = extents(value), shape.count == 3, [1, 3].contains(shape[2]) else {
      return nil
    }
    return shape
  }

  /// Extents of 1 to 2³⁰; nil where these are no such.
  static func extents(_ value: JSONValue) -> [Int]? {
    guard let values = value.asArray, !values.isEmpty else { return nil }
    let extents = values.compactMap(\.asInteger).filter { 1...1 << 30 ~= $0 }
    return extents.count == values.count ? extents : nil
  }

  /// The way of a kind; the first where there is none.
  func way(_ kind: ObservationKind) -> Way { ways.first { $0.kind == kind } ?? ways[0] }

  /// What the world is, observed in a given way.
  func specification(_ kind: ObservationKind, id: String) -> WorldSpecification {
    let shape = rendered ?? [1, 1]
    return WorldSpecification(
      id: id, observation: way(kind).space, maximumSteps: maximumSteps,
      rewardRange: -Float.infinity...Float.infinity, facts: facts, stepsPerSecond: stepsPerSecond,
      aspectRatio: Double(shape[1]) / Double(shape[0]))
  }
}

extension WorldDescription.Way {
  fileprivate init?(_ answer: JSONValue) {
    guard let kind = answer["kind"]?.asString.flatMap(ObservationKind.init(rawValue:)) else {
      return nil
    }
    self.kind = kind
    picture = answer["picture"].flatMap(WorldDescription.pictureShape)
    guard (picture == nil) == (answer["picture"] == nil) else { return nil }
    if let count = answer["numbers"]?.asInteger {
      guard 1...1 << 28 ~= count else { return nil }
      space = .numbers(count)
      return
    }
    let fields = answer["fields"]?.asArray ?? []
    let known = fields.compactMap { field -> ObservationField? in
      guard let parts = field.asArray, parts.count == 2, let name = parts[0].asString,
        let shape = WorldDescription.extents(parts[1])
      else { return nil }
      return ObservationField(name, shape: shape)
    }
    guard !known.isEmpty, known.count == fields.count else { return nil }
    space = ObservationSpace(known)
  }
}
