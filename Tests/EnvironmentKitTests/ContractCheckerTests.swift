import EnvironmentKit
import Testing
import WorldChecking

/// The checks that failed, with what was found.
private func failures(_ report: ContractReport) -> [String] {
  report.findings.compactMap { finding in finding.problem.map { "\(finding.check): \($0)" } }
}

/// A fault, the check that must report it, and words of its report.
private let expectations: [(Fault, String, String)] = [
  (.factTwice, "the specification's", "the fact 'goal' stands twice"),
  (.impossibleNumber, "the specification's", "maximumSteps is 0"),
  (.observationShort, "every byte", "the world wrote 19 bytes, its space has 20"),
  (.observationLong, "every byte", "the world wrote 21 bytes, its space has 20"),
  (.observationGap, "every byte", "after 0 steps image[0, 0, 0] was left unwritten"),
  (.rewardOutside, "rewards are", "seed 7, after 1 steps: the reward is 1.5, the range -1.0...1.0"),
  (.rewardNaN, "rewards are", "the reward is nan"),
  (.endless, "episodes end", "seed 7: goes on after 40 steps"),
  (.cutAtOnce, "episodes end", "seed 7: cut off after one step"),
  (.factUnwritten, "every fact", "after 1 steps: fact 'gap' was not written"),
  (.factInfinite, "every fact", "fact 'goal' is inf"),
  (.factNeverKnown, "every fact", "fact 'gap' was NaN throughout"),
  (.drawingGap, "drawing fills", "on 160×90 the pixel (0, 0) was left unfilled"),
  (.drawingBeyond, "drawing fills", "on 64×64 it drew beyond the canvas"),
  (.seedForgotten, "the same seed", "two plays of seed 7: after"),
  (.hiddenRandomness, "the same seed", "two plays of seed 7: after"),
  (.seedIgnored, "another seed", "seeds 7...14 all give the same episodes"),
  (.seedRepeated, "a reset without", "eight resets without a seed all give the same episode"),
  (.sharedState, "a copy is", "original and copy made after"),
  (.observingCounts, "drawing and observing leave", "observed once and three times"),
  (.stepAllocates, "step, observe and facts", "seed 7, after 0 steps: step allocates"),
  (.observeAllocates, "step, observe and facts", "observe allocates"),
  (.factsAllocate, "step, observe and facts", "facts allocates"),
  (
    .drawingCounts, "drawing and observing leave",
    "with and without drawing between the steps: after"
  ),
  (.globalState, "in a batch", "seed 7 alone and in slot 0 of 5, 1 threads: after 1 steps"),
]

@Suite("The contract checker") struct ContractCheckerTests {
  @Test("a correct world passes all sixteen checks") func correctWorld() {
    let report = ContractChecker().check(TinyWorld<TinyMove>())
    #expect(failures(report) == [])
    #expect(report.findings.count == 16)
    #expect(report.passed)
  }

  @Test("a world that always starts alike and has its luck in steps passes too")
  func lateLuck() {
    #expect(failures(ContractChecker().check(LateLuckWorld())) == [])
  }

  @Test("every fault is among the expectations") func allFaults() {
    #expect(Set(expectations.map(\.0)) == Set(Fault.allCases))
  }

  @Test("a faulty world fails exactly the check of its fault", arguments: expectations)
  func faultyWorld(fault: Fault, check: String, words: String) {
    var world = TinyWorld<TinyMove>(fault)
    world.reset(seed: 99)
    let failures = failures(ContractChecker().check(world))
    #expect(failures.count == 1, "\(failures)")
    #expect(failures.first?.hasPrefix(check) == true, "\(failures)")
    #expect(failures.first?.contains(words) == true, "\(failures)")
  }

  @Test("actions that are not of the space must be refused") func carelessActions() {
    let failures = failures(ContractChecker().check(TinyWorld<CarelessMove>()))
    #expect(
      failures == [
        "every action of the space can be taken, and no other: action -1 is taken, there are 3"
      ])
  }

  @Test("a batch that forgets the final observation fails the check of resets")
  func forgetfulBatch() {
    let world = TinyWorld<TinyMove>()
    let report = ContractChecker().check(world) {
      ForgetfulBatch(WorldBatch(world, count: $0, autoreset: $1))
    }
    #expect(
      failures(report) == [
        "a batch starts ended episodes anew as its mode says: same-step, at the end: "
          + "the final observation is not the ended episode's last"
      ])
  }
  @Test("a batch that does not put snapshots back fails the check of branches")
  func stubbornBatch() {
    let world = TinyWorld<TinyMove>()
    let report = ContractChecker().check(world) {
      let batch = ForgetfulBatch(WorldBatch(world, count: $0, autoreset: $1))
      (batch.forgetsLast, batch.ignoresSnapshots) = (false, true)
      return batch
    }
    let failures = failures(report)
    #expect(failures.count == 1)
    #expect(
      failures.first?.hasPrefix(
        "a batch's snapshot goes on in another slot as in its own: slot 0 and its copy in slot 1, 1 "
      ) == true, "\(failures)")
  }
}
