import EnvironmentKit
import Foundation
import Randomness
import WorldModels

/// Runs M along real episodes: at every step it sees the real latent and the real action.
struct TeacherForcing {
  /// Episodes run at a time: bounds the memory, never the result.
  private static let slots = 64

  let memory: FrozenMemory
  let dataset: EpisodeDataset
  let latents: LatentStore
  let actions: ActionSpace
  let encoding: ActionEncoding
  /// Where M is given samples: the root seed they are drawn from; nil gives it V's means.
  var sampleSeed: UInt64?

  /// The latent of a frame as M is given it, `[latentSize]`; the same whenever it is asked for.
  func latent(_ frame: Int) -> [Float] {
    var row = [Float](latents.means.row(frame))
    guard let sampleSeed else { return row }
    var noise = RandomStream(root: sampleSeed, name: "memory/sample/\(frame)")
    for (index, logVariance) in latents.logVariances.row(frame).enumerated() {
      row[index] += exp(logVariance / 2) * Float(noise.standardNormal())
    }
    return row
  }

  /// Visits every step of some episodes, after M has taken it in.
  ///
  /// - Parameter visit: the step's global index, the global index of the frame it was taken upon, the
  ///   state and the slot in it. M's outputs there speak of the frame after.
  func run(_ episodes: [EpisodeSpan], visit: (Int, Int, FrozenMemory.State, Int) -> Void) {
    for first in stride(from: 0, to: episodes.count, by: Self.slots) {
      run(group: Array(episodes[first..<min(episodes.count, first + Self.slots)]), visit)
    }
  }

  private func run(
    group: [EpisodeSpan], _ visit: (Int, Int, FrozenMemory.State, Int) -> Void
  ) {
    let (size, width) = (latents.latentSize, encoding.size(for: actions))
    let state = memory.makeState(slots: group.count)
    var seen = [Float](repeating: 0, count: group.count * size)
    var done = [Float](repeating: 0, count: group.count * width)
    var active = group.map { !$0.steps.isEmpty }
    for slot in group.indices { state.reset(slot) }
    for time in 0..<(group.map(\.steps.count).max() ?? 0) {
      for (slot, span) in group.enumerated() {
        active[slot] = time < span.steps.count
        guard active[slot] else { continue }
        let row = latent(span.frames.lowerBound + time)
        seen.replaceSubrange(slot * size..<(slot + 1) * size, with: row)
        done.withUnsafeMutableBufferPointer {
          encoding.encode(
            dataset.action(span.steps.lowerBound + time), of: actions,
            into: UnsafeMutableBufferPointer(rebasing: $0[slot * width..<(slot + 1) * width]))
        }
      }
      seen.withUnsafeBufferPointer { seen in
        done.withUnsafeBufferPointer { done in
          active.withUnsafeBufferPointer {
            memory.advance(latents: seen, actions: done, state: state, active: $0)
          }
        }
      }
      for (slot, span) in group.enumerated() where active[slot] {
        visit(span.steps.lowerBound + time, span.frames.lowerBound + time, state, slot)
      }
    }
  }
}
