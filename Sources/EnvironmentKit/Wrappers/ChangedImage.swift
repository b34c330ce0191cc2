/// A change of the image of an observation.
public protocol ImageChange: Sendable {
  /// The shape of the changed image, nil where images of that shape cannot be changed.
  func shape(of image: [Int]) -> [Int]?

  /// Writes the changed image.
  ///
  /// - Parameters:
  ///   - image: the bytes of an image.
  ///   - shape: its shape.
  ///   - changed: as many bytes as the changed image has.
  func write(
    _ image: UnsafeBufferPointer<UInt8>, _ shape: [Int],
    into changed: UnsafeMutableBufferPointer<UInt8>)
}

/// A world whose image is shown changed; other fields stay.
public struct ChangedImage<Base: World, Change: ImageChange>: WorldWrapper {
  /// The world within.
  public var base: Base
  /// The world's, with another image.
  public let specification: WorldSpecification
  private let change: Change
  private let shape: [Int]
  private let range: Range<Int>
  private let changedCount: Int
  private var kept: KeptObservations

  /// Changes a world's image.
  ///
  /// - Precondition: the world has one, of a shape that can be so changed.
  public init(_ base: Base, _ change: Change) {
    var specification = base.specification
    let space = specification.observation
    guard let image = space.image, let range = space.range(of: "image"),
      let shape = change.shape(of: image.shape)
    else {
      preconditionFailure(
        "\(Change.self): \(specification.id) has no image that can be so changed, it shows "
          + "\(space.fields.map { "\($0.name) \($0.shape)" })")
    }
    specification.observation = ObservationSpace(
      space.fields.map {
        $0.name == "image" ? ObservationField("image", shape: shape, order: $0.order) : $0
      })
    self.base = base
    self.specification = specification
    self.change = change
    self.shape = image.shape
    self.range = range
    changedCount = shape.reduce(1, *)
    kept = KeptObservations(1, of: space)
    kept.keep(base)
  }

  /// Starts an episode.
  public mutating func reset(seed: UInt64?) {
    base.reset(seed: seed)
    kept.keep(base)
  }

  /// Steps.
  public mutating func step(_ action: Base.Action) -> Step {
    let result = base.step(action)
    kept.keep(base)
    return result
  }

  /// Writes the changed image among the other fields.
  public func observe(into writer: inout ObservationWriter) {
    kept.bytes.withUnsafeBufferPointer { bytes in
      for byte in bytes[..<range.lowerBound] { writer.write(byte) }
      writer.write(count: changedCount) {
        change.write(UnsafeBufferPointer(rebasing: bytes[range]), shape, into: $0)
      }
      for byte in bytes[range.upperBound...] { writer.write(byte) }
    }
  }
}

/// Leaves the image of an observation and drops its other fields.
public struct ImageOnly<Base: World>: WorldWrapper {
  /// The world within.
  public var base: Base
  /// The world's, with the image alone.
  public let specification: WorldSpecification
  private let range: Range<Int>
  private var kept: KeptObservations

  /// Drops a world's other fields.
  ///
  /// - Precondition: the world has an image.
  public init(_ base: Base) {
    var specification = base.specification
    let space = specification.observation
    guard let image = space.image, let range = space.range(of: "image") else {
      preconditionFailure("ImageOnly: \(specification.id) has no image")
    }
    specification.observation = ObservationSpace([image])
    self.base = base
    self.specification = specification
    self.range = range
    kept = KeptObservations(1, of: space)
    kept.keep(base)
  }

  /// Starts an episode.
  public mutating func reset(seed: UInt64?) {
    base.reset(seed: seed)
    kept.keep(base)
  }

  /// Steps.
  public mutating func step(_ action: Base.Action) -> Step {
    let result = base.step(action)
    kept.keep(base)
    return result
  }

  /// Writes the image.
  public func observe(into writer: inout ObservationWriter) {
    kept.bytes.withUnsafeBufferPointer { bytes in
      writer.write(count: range.count) { _ = $0.update(fromContentsOf: bytes[range]) }
    }
  }
}

extension World {
  /// This world, its image changed.
  public func changingImage<Change: ImageChange>(
    _ change: Change
  ) -> ChangedImage<Self, Change> { ChangedImage(self, change) }

  /// This world, with nothing but its image to see.
  public func imageOnly() -> ImageOnly<Self> { ImageOnly(self) }
}
