import CAllocations
import EnvironmentKit

/// Checks of what a world asks of the system while it is played.
extension ContractChecker {
  /// Plays once, so that what is made at its first use is there, and then counts in the same play.
  ///
  /// Where the system offers no way to count, the check passes.
  package func allocationProblem<W: World>(_ world: W) -> String? {
    guard umwelt_count_allocations() else { return nil }
    let actions = choices(world).compactMap { $0.action(in: world) }
    let room = PlayingRoom(world.specification)
    var world = world
    _ = allocatingStep(&world, actions, room)
    return allocatingStep(&world, actions, room)
  }

  private func allocatingStep<W: World>(
    _ world: inout W, _ actions: [W.Action], _ room: PlayingRoom
  ) -> String? {
    world.reset(seed: seed)
    for (number, action) in actions.enumerated() {
      var result = Step(reward: 0)
      let inStep = Self.allocations { result = world.step(action) }
      let inLook = Self.allocations { room.observe(world) }
      let inFacts = Self.allocations { room.ask(world) }
      for (count, what) in [(inStep, "step"), (inLook, "observe"), (inFacts, "facts")]
      where count > 0 {
        return "seed \(seed), after \(number) steps: \(what) allocates \(count) times"
      }
      if result.ended { world.reset(seed: nil) }
    }
    return nil
  }

  @inline(__always)
  private static func allocations(_ work: () -> Void) -> UInt64 {
    let before = umwelt_allocations_of_this_thread()
    work()
    return umwelt_allocations_of_this_thread() - before
  }
}

/// Memory into which a world shows itself.
private final class PlayingRoom {
  private let observation: OwnedBuffer<UInt8>
  private let facts: OwnedBuffer<Float>

  init(_ specification: WorldSpecification) {
    observation = OwnedBuffer(specification.observation.count, zero: 0)
    facts = OwnedBuffer(specification.facts.count, zero: 0)
  }

  func observe(_ world: some World) {
    var writer = ObservationWriter(observation.elements)
    world.observe(into: &writer)
  }

  func ask(_ world: some World) { world.facts(into: facts.elements) }
}
