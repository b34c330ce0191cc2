import Controllers
import EnvironmentKit
import Testing

@Suite("Memory that PPO takes") struct PPOMemoryTests {
  @Test("is estimated from about as many parameters as the networks have")
  func parameters() throws {
    for (sizes, units, isShared) in [
      ([512, 512], 0, false), ([512, 512], 0, true), ([64], 512, false),
    ] {
      var settings = PPOSettings()
      (settings.hiddenSizes, settings.memoryUnits) = (sizes, units)
      settings.sharesLayers = isShared
      let room = LearnerRoom(
        observation: ObservationSpace([ObservationField("frame", shape: [10, 5, 6])]),
        actions: .discrete(["left", "stay", "right"]), rootSeed: 1)
      let need = try #require(settings.memoryNeeds(in: room).last)
      #expect(need.key == (units > 0 ? "memoryUnits" : "hiddenSizes"))
      let count = Double(try settings.makeLearner(in: room).parameterCount)
      let copies = need.bytes / 4 / (9.5 + Double(settings.microbatches))
      // The heads, of a row per action, are left out.
      #expect((0.97...1).contains(copies / count), "\(copies) of \(count)")
    }
  }
}
