/// Memory for the slots being encoded, allocated once.
final class LatentWorkspace {
  let chosen: UnsafeMutableBufferPointer<Bool>
  let logVariance: UnsafeMutableBufferPointer<Float>
  let pictures: UnsafeMutableBufferPointer<UInt8>
  /// `[slot, latentSize]`: the last latents of episodes that ended.
  let lastLatents: UnsafeMutableBufferPointer<Float>
  /// `[slot]`: whether the world takes the slot's next step to start an episode.
  let restarts: UnsafeMutableBufferPointer<Bool>
  /// The chosen slots, ascending.
  private(set) var slots: [Int] = []

  init(slots count: Int, latentSize: Int, pictureCount: Int, startsUnasked: Bool) {
    func make<T>(_ count: Int, _ value: T) -> UnsafeMutableBufferPointer<T> {
      let buffer = UnsafeMutableBufferPointer<T>.allocate(capacity: count)
      buffer.initialize(repeating: value)
      return buffer
    }
    chosen = make(count, false)
    logVariance = make(count * latentSize, 0)
    pictures = make(count * pictureCount, 0)
    lastLatents = make(count * latentSize, 0)
    restarts = make(count, startsUnasked)
    slots.reserveCapacity(count)
  }

  deinit {
    chosen.deallocate()
    logVariance.deallocate()
    pictures.deallocate()
    lastLatents.deallocate()
    restarts.deallocate()
  }

  func choose(_ isChosen: (Int) -> Bool) {
    slots.removeAll(keepingCapacity: true)
    for slot in chosen.indices {
      chosen[slot] = isChosen(slot)
      if chosen[slot] { slots.append(slot) }
    }
  }

  func lastLatent(of slot: Int) -> UnsafeMutableBufferPointer<Float> {
    let size = lastLatents.count / chosen.count
    return UnsafeMutableBufferPointer(rebasing: lastLatents[slot * size..<(slot + 1) * size])
  }
}
