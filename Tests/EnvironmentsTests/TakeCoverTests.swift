import EnvironmentKit
import Environments
import Testing
import WorldChecking

/// The facts of a world by name.
private func facts(_ world: TakeCover) -> [String: Float] {
  let list = world.specification.facts
  var values = [Float](repeating: 0, count: list.count)
  values.withUnsafeMutableBufferPointer { world.facts(into: $0) }
  return Dictionary(uniqueKeysWithValues: zip(list.map(\.name), values))
}

/// What an agent sees.
private func picture(_ world: TakeCover, size: Int = 64) -> Frame {
  var frame = Frame(width: size, height: size)
  frame.withCanvas { world.draw(into: $0) }
  return frame
}

/// An action that depends on a step and nothing else.
private func wander(_ step: Int) -> TakeCover.Action {
  [.left, .right, .right, .stay, .left][step / 4 % 5]
}

@Suite struct TakeCoverTests {
  @Test func theSameSeedGivesTheSameEpisode() {
    var (one, two) = (TakeCover(), TakeCover())
    one.reset(seed: 11)
    two.reset(seed: 12)
    #expect(picture(one) != picture(two))
    two.reset(seed: 11)
    for step in 0..<400 {
      let (first, second) = (one.step(wander(step)), two.step(wander(step)))
      #expect(first == second)
      #expect(picture(one) == picture(two))
      if first.ended {
        one.reset(seed: nil)
        two.reset(seed: nil)
      }
    }
  }

  @Test func everyStepSurvivedGivesOneUntilAHitEndsTheEpisode() throws {
    var world = TakeCover()
    for seed in UInt64(0)..<20 {
      world.reset(seed: seed)
      var result = Step(reward: 0)
      while !result.ended {
        result = world.step(.stay)
        #expect(result.reward == 1)
      }
      let facts = facts(world)
      let (landing, player) = (
        try #require(facts["fireball0Landing"]), try #require(facts["playerPosition"])
      )
      #expect(result.terminated && !result.truncated)
      #expect(facts["nearestDistance"] == 0)
      #expect(abs(landing - player) <= world.rules.hitRadius)
    }
  }

  @Test func offsetsAreThoseOfFireballsInTheAirFromThePlayer() throws {
    var world = TakeCover()
    world.reset(seed: 3)
    var (far, near) = (0, 0)
    for step in 0..<400 {
      if world.step(step % 7 < 3 ? .left : .right).ended { world.reset(seed: nil) }
      let facts = facts(world)
      let offset = try #require(facts["nearestLandingOffset"])
      let nearOffset = try #require(facts["nearHalfLandingOffset"])
      let player = try #require(facts["playerPosition"])
      let second = try #require(facts["fireball1Position"])
      let secondOffset = try #require(facts["secondOffset"])
      #expect(second.isNaN ? secondOffset.isNaN : secondOffset == second - player)
      guard let distance = facts["fireball0Distance"], !distance.isNaN else {
        #expect(offset.isNaN && nearOffset.isNaN)
        continue
      }
      let landing = try #require(facts["fireball0Landing"])
      #expect(offset == landing - player)
      #expect(distance <= 0.5 ? nearOffset == offset : nearOffset.isNaN)
      if distance <= 0.5 { near += 1 } else { far += 1 }
    }
    #expect(near > 20 && far > 20)
  }

  @Test func anEpisodeIsCutOffAtItsLastStep() {
    var rules = TakeCoverRules()
    rules.firstShotChance = 0
    rules.lastShotChance = 0
    var world = TakeCover(rules: rules)
    world.reset(seed: 1)
    for step in 1...2_100 {
      #expect(world.step(.left) == Step(reward: 1, truncated: step == 2_100))
    }
  }

  @Test func thePlayerSlidesBetweenTheWalls() throws {
    var rules = TakeCoverRules()
    rules.lastShotChance = 0
    var world = TakeCover(rules: rules)
    world.reset(seed: 2)
    let start = try #require(facts(world)["playerPosition"])
    _ = world.step(.right)
    #expect(facts(world)["playerPosition"] == start + 1)
    #expect(facts(world)["playerVelocity"] == 1)
    for _ in 0..<50 { _ = world.step(.left) }
    #expect(facts(world)["playerPosition"] == -rules.halfWidth)
    #expect(facts(world)["playerVelocity"] == 0)
  }

  @Test func fireballsFlyStraightAndLandWhereTheFactsSay() throws {
    var world = TakeCover()
    world.reset(seed: 5)
    var seen = 0
    for step in 0..<2_000 where seen < 40 {
      let before = facts(world)
      let landing = try #require(before["fireball0Landing"])
      let result = world.step(wander(step))
      if result.ended { world.reset(seed: nil) }
      let after = facts(world)
      guard !landing.isNaN, after["fireball0Landing"] == landing else { continue }
      let (x, distance, steps) = (
        try #require(before["fireball0Position"]), try #require(before["fireball0Distance"]),
        try #require(before["fireball0Steps"])
      )
      // One step takes 1/steps of the way that is left, within rounding of 16-cell numbers.
      let way = try #require(after["fireball0Position"]) - x
      #expect(abs(way - (landing - x) / steps) < 1e-4)
      #expect(abs(try #require(after["fireball0Distance"]) - distance * (steps - 1) / steps) < 1e-5)
      seen += 1
    }
    #expect(seen == 40)
  }

  @Test func halfOfTheShotsAreAimed() throws {
    // A player who stands still at a wall: aimed shots land within a tenth of the room's width of
    // him, of the others one in ten (the line's clipped end) does.
    var world = TakeCover()
    var (near, all) = (0, 0)
    for seed in UInt64(0)..<400 {
      world.reset(seed: seed)
      var known: Float = .nan
      for _ in 0..<150 {
        if world.step(.left).ended { break }
        let facts = facts(world)
        let (landing, player) = (
          try #require(facts["fireball0Landing"]), try #require(facts["playerPosition"])
        )
        if landing.isNaN || landing == known || player > -world.rules.halfWidth { continue }
        known = landing
        all += 1
        if abs(landing - player) <= world.rules.aimSpread { near += 1 }
      }
    }
    let share = Float(near) / Float(all)
    // 0.5 + 0.5 · 0.1; a standard error of about 0.02, and nearest-first counting adds a little.
    #expect(all > 400 && abs(share - 0.55) < 0.08)
  }

  @Test func moreMonstersComeAndAreCounted() throws {
    var rules = TakeCoverRules()
    rules.hitRadius = -1
    var world = TakeCover(rules: rules)
    world.reset(seed: 3)
    var counts: [Float] = []
    for step in 0..<1_000 {
      _ = world.step(wander(step))
      let facts = facts(world)
      let count = try #require(facts["monsterCount"])
      if counts.last != count { counts.append(count) }
      let present = (0..<TakeCover.monsterSlots).filter {
        facts["monster\($0)Position"]?.isNaN == false
      }
      #expect(present.count == Int(count))
    }
    #expect(counts == counts.sorted() && counts.count > 2)
    #expect(counts.last == Float(TakeCover.monsterSlots))
  }

  @Test func absentFireballsAreNotANumberAndTheNearestComesFirst() throws {
    var world = TakeCover()
    world.reset(seed: 8)
    for step in 0..<600 {
      if world.step(wander(step)).ended { world.reset(seed: nil) }
      let facts = facts(world)
      let count = Int(try #require(facts["fireballCount"]))
      let distances = try (0..<TakeCover.fireballSlots).map {
        try #require(facts["fireball\($0)Distance"])
      }
      #expect(distances.prefix(count).allSatisfy { (0...1).contains($0) })
      #expect(distances.dropFirst(count).allSatisfy { $0.isNaN })
      #expect(Array(distances.prefix(count)) == distances.prefix(count).sorted())
      #expect(try #require(facts["nearestDistance"]).isNaN == (count == 0))
    }
  }

  @Test func drawingLeavesTheWorldAlone() {
    var (watched, unwatched) = (TakeCover(), TakeCover())
    watched.reset(seed: 21)
    unwatched.reset(seed: 21)
    for step in 0..<300 {
      _ = picture(watched, size: 64 + step % 50)
      #expect(watched.step(wander(step)) == unwatched.step(wander(step)))
    }
    #expect(picture(watched) == picture(unwatched))
  }

  @Test func aCopyIsASnapshot() {
    var world = TakeCover()
    world.reset(seed: 4)
    for step in 0..<30 { _ = world.step(wander(step)) }
    var copy = world
    for step in 0..<200 {
      let (one, two) = (world.step(wander(step)), copy.step(wander(step)))
      #expect(one == two)
      if one.ended { break }
    }
    #expect(picture(world) == picture(copy))
  }

  @Test func theObservationIsTheDrawing() {
    var world = TakeCover()
    world.reset(seed: 6)
    var bytes = [UInt8](repeating: 0, count: world.specification.observation.count)
    for step in 0..<200 {
      if world.step(wander(step)).ended { world.reset(seed: nil) }
      bytes.withUnsafeMutableBufferPointer { buffer in
        var writer = ObservationWriter(buffer)
        world.observe(into: &writer)
        let complete = writer.isComplete
        #expect(complete)
      }
      #expect(bytes == picture(world).pixels)
    }
  }

  @Test func otherRulesAreObservedAsTheyAreDrawn() {
    var rules = TakeCoverRules()
    rules.halfWidth = 20
    rules.playerSpeed = 0.7
    var world = TakeCover(rules: rules)
    world.reset(seed: 6)
    for _ in 0..<60 { _ = world.step(.right) }
    var bytes = [UInt8](repeating: 0, count: world.specification.observation.count)
    bytes.withUnsafeMutableBufferPointer { buffer in
      var writer = ObservationWriter(buffer)
      world.observe(into: &writer)
    }
    #expect(bytes == picture(world).pixels)
  }

  @Test func thePlaceOfThePlayerShowsInEveryPicture() {
    var rules = TakeCoverRules()
    rules.lastShotChance = 0
    rules.firstMonsterCount = 0
    rules.stepsPerMonster = 10_000
    var world = TakeCover(rules: rules)
    world.reset(seed: 1)
    for _ in 0..<30 { _ = world.step(.left) }
    var last = picture(world)
    for _ in 0..<26 {
      _ = world.step(.right)
      let next = picture(world)
      let changed = zip(last.pixels, next.pixels).count { abs(Int($0) - Int($1)) > 4 }
      #expect(changed > 300)
      last = next
    }
  }

  @Test func theContractHolds() throws {
    let report = try #require(Catalog.entry("TakeCover"))
      .check(.pixels64, with: ContractChecker())
    #expect(report.findings.filter { $0.problem != nil } == [])
  }

  @Test func regionsLieOnBrightFireballs() throws {
    let entry = try #require(Catalog.entry("TakeCover"))
    let regions = try #require(entry.regions)
    var world = TakeCover()
    world.reset(seed: 13)
    var seen = 0
    for step in 0..<2_000 {
      if world.step(wander(step)).ended { world.reset(seed: nil) }
      var values = [Float](repeating: 0, count: world.specification.facts.count)
      values.withUnsafeMutableBufferPointer { world.facts(into: $0) }
      let discs = values.withUnsafeBufferPointer { regions($0) }
      guard let disc = discs.first, (2..<62).contains(disc.centerX), values[3] > 0 else { continue }
      let color = picture(world)[Int(disc.centerX), Int(disc.centerY)]
      #expect(color.red > 200 && color.green > 140)
      #expect(disc.radius >= 2.5 && disc.radius < 6.5)
      seen += 1
    }
    #expect(seen > 200)
  }
}
