import Datasets
import EnvironmentKit

/// Plays the actions of a script: the first episode from a seed, the others from where the stream is.
///
/// Episodes end also where the script says so, or where it ends: what no policy can say.
final class ScriptPlayer {
  private let recorder: RecordingBatch
  private let buffers: BatchBuffers<UInt8>
  private let actions: ActionStorage
  private let script: ActionScript
  private let seed: UInt64
  private var place = 0

  init(_ batch: any EnvironmentBatch<UInt8>, _ script: ActionScript, seed: UInt64) {
    recorder = RecordingBatch(batch)
    buffers = batch.makeBuffers()
    actions = batch.makeActions()
    self.script = script
    self.seed = seed
  }

  /// Actions not taken yet.
  var actionsLeft: Int { script.actions.count - place }

  /// Plays the next episode; nil where no action is left.
  ///
  /// - Parameters:
  ///   - takePart: takes the first parts of a long episode away; the last part is returned.
  ///   - eachStep: called before every step; may throw to stop.
  func next(
    takePart: @escaping (Episode) throws -> Void, eachStep: () throws -> Void
  ) throws -> Episode? {
    guard actionsLeft > 0 else { return nil }
    recorder.takePart = takePart
    // The stream goes on, but every episode is listed under the seed it comes from.
    try recorder.reset(seeds: [place == 0 ? seed : nil], mask: nil, into: buffers)
    var hasEnded = false
    while !hasEnded, actionsLeft > 0 {
      try eachStep()
      let action = script.actions[place]
      place += 1
      guard action != ActionScript.reset else { break }
      actions.set(action, of: 0)
      try recorder.step(actions.buffer, active: nil, into: buffers)
      hasEnded = buffers.terminated[0] || buffers.truncated[0]
    }
    // A reset asked for where the world begins anew by itself is the same one.
    if hasEnded, actionsLeft > 0, script.actions[place] == ActionScript.reset { place += 1 }
    var episode = recorder.take().first
    episode?.seed = seed
    return episode
  }
}
