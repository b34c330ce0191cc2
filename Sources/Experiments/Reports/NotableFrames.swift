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
  init(_ dataset: EpisodeDataset, _ split: DatasetSplit, _ world: CatalogEntry, count: Int = 6) {
    func entry(_ index: Int, _ caption: String) -> Entry {
      Entry(bytes: [UInt8](dataset.frame(index)), caption: caption)
    }
    guard let regions = world.regions(inFramesOf: dataset.index.frameShape) else {
      frames = FrameSelection.spread(split.heldOutFrames, count).map {
        entry($0, "frame \($0)")
      }
      return
    }
    let areas = split.heldOutFrames.map { index in
      let discs = regions(dataset.facts(index))
      return (index: index, radius: discs.map(\.radius).max() ?? 0)
    }
    let seen = areas.filter { $0.radius > 0 }.sorted {
      ($0.radius, $0.index) < ($1.radius, $1.index)
    }
    let chosen = FrameSelection.spread(seen, count)
    // Where all are of one size their size says nothing.
    let differ = Set(chosen.map(\.radius)).count > 1
    frames = chosen.map {
      entry(
        $0.index,
        differ ? "object \(NumberText.short(Double($0.radius * 2))) px" : "frame \($0.index)")
    }
  }
}
