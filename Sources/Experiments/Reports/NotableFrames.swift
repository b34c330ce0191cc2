import Datasets
import EnvironmentKit
import Pictures

/// Held-out frames worth looking at: small things that matter seen near, far, and not at all.
struct NotableFrames {
  /// The bytes of a frame, and what stands below it.
  struct Entry {
    let bytes: [UInt8]
    let caption: String
  }

  let frames: [Entry]

  /// Chooses frames by how much of the picture the world's regions take.
  init(
    _ source: any FrameSource, _ split: FrameSplit, _ room: RunRoom, count: Int = 6
  ) throws {
    func entry(_ index: Int, _ caption: String) throws -> Entry {
      Entry(bytes: try source.frames([index]), caption: caption)
    }
    guard let regions = room.regions(inFramesOf: source.frameShape) else {
      frames = try FrameSelection.spread(split.heldOut, count).map {
        try entry($0, Self.caption($0, source))
      }
      return
    }
    let areas = try split.heldOut.map { index in
      let discs = try source.readFacts(index).withUnsafeBufferPointer { regions($0) }
      return (index: index, radius: discs.map(\.radius).max() ?? 0)
    }
    let seen = areas.filter { $0.radius > 0 }.sorted {
      ($0.radius, $0.index) < ($1.radius, $1.index)
    }
    let chosen = FrameSelection.spread(seen, count)
    // Where all are of one size their size says nothing.
    let differ = Set(chosen.map(\.radius)).count > 1
    frames = try chosen.map {
      try entry(
        $0.index,
        differ ? "object \(NumberText.short(Double($0.radius * 2))) px" : "frame \($0.index)")
    }
  }

  /// A frame's label where it has one, else its number.
  private static func caption(_ frame: Int, _ source: any FrameSource) throws -> String {
    guard source.frameGroups.isEmpty, source.frameFacts.first?.kind == .category,
      let label = try source.readFacts(frame).first
    else { return "frame \(frame)" }
    return "label \(NumberText.short(Double(label)))"
  }
}
