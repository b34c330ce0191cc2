import Datasets
import EnvironmentKit
import Randomness
import Statistics
import WorldModels

/// What latents and reconstructions tell of the facts behind frames.
extension AutoencoderEvaluation {
  private static let leastFit = 100
  private static let groups = 10
  /// Gradient steps of the networks that probe.
  private static let networkSteps = 1_500

  /// Disentanglement by the facts, and what of them reconstructions keep.
  ///
  /// - Parameters:
  ///   - fitted: latents of `factFit`.
  ///   - judged: latents of `heldOut`.
  func factNumbers(
    _ frames: [UInt8], _ decoded: [UInt8], fitted: LatentTable, judged: LatentTable,
    _ beat: () -> Void
  ) throws -> [JudgedNumber] {
    let places = FrameSelection.spread(Array(factFit.indices), extent.facts)
    let rows = FrameSelection.spread(factTest, extent.facts)
    let (fit, test) = (places.map { factFit[$0] }, rows.map { heldOut[$0] })
    let factors = try factors(of: fit + test, fitCount: fit.count)
    guard !factors.isEmpty else { return [] }
    let codes = places.flatMap { fitted.row($0) } + rows.flatMap { judged.row($0) }
    let table = CodedFactors(
      codes: codes, width: reading.latentSize, factors: factors, fitCount: fit.count)
    let numbers = disentanglement(table, rows, beat)
    return numbers + (try recall(factors, fit: fit, rows: rows, frames, decoded))
  }

  /// Facts that vary and are there often enough.
  private func factors(of frames: [Int], fitCount: Int) throws -> [CodedFactors.Factor] {
    let values = try frames.map { try source.readFacts($0) }
    return source.frameFacts.enumerated().compactMap { index, fact in
      let column = values.map { $0[index] }
      let there = { (part: ArraySlice<Float>) in part.filter(\.isFinite) }
      let (fitted, tested) = (there(column[..<fitCount]), there(column[fitCount...]))
      guard fitted.count >= Self.leastFit, tested.count >= Self.leastFit / 2,
        Set(fitted).count > 1, Set(tested).count > 1
      else { return nil }
      return CodedFactors.Factor(fact.name, column, isCategory: fact.kind == .category)
    }
  }

  /// - Parameter rows: places in `heldOut` of the examples to judge by.
  private func disentanglement(
    _ table: CodedFactors, _ rows: [Int], _ beat: () -> Void
  ) -> [JudgedNumber] {
    func measured(_ statistic: (CodedFactors) -> Double) -> MeasuredValue {
      defer { beat() }
      return MeasuredValue(
        statistic(table),
        leavingOut: (0..<Self.groups).map { statistic(table.without($0, of: Self.groups)) })
    }
    var stream = RandomStream(root: rootSeed, name: "vision/trees")
    let importance = FactorImportance(table, using: &stream)
    beat()
    stream = RandomStream(root: rootSeed, name: "vision/votes")
    let votes = FactorVotes(table, using: &stream)
    return [
      JudgedNumber("mig", measured { MutualInformationGap($0).value }),
      JudgedNumber("dci.disentanglement", importance.disentanglement),
      JudgedNumber("dci.completeness", importance.completeness),
      JudgedNumber(
        "dci.informativeness",
        intervals.value(
          of: importance.errors.flatMap { [$0.told, $0.constant] }, at: rows,
          FactorImportance.informativeness)),
      JudgedNumber("sap", measured { SeparatedAttributes($0).value }),
      JudgedNumber(
        "factorVAE",
        votes.outcomes.isEmpty
          ? MeasuredValue(votes.value) : MeasuredValue(meanOf: votes.outcomes, using: &stream)),
    ]
  }

  private func recall(
    _ factors: [CodedFactors.Factor], fit: [Int], rows: [Int], _ frames: [UInt8],
    _ decoded: [UInt8]
  ) throws -> [JudgedNumber] {
    let size = source.frameSize
    func chosen(_ bytes: [UInt8]) -> SampleSet {
      sampleSet(rows.flatMap { bytes[$0 * size..<($0 + 1) * size] })
    }
    let recall = EntityRecall(
      factors, fit: sampleSet(try source.frames(fit)), test: chosen(frames),
      reconstructed: chosen(decoded))
    return recall.shares.map { share in
      JudgedNumber(
        "entityRecall.\(share.fact)",
        intervals.mean(share.recalled, of: share.frames.map { rows[$0] }))
    }
  }

  /// How well a linear reader, and a small network, tell facts from latents, from as many principal components,
  /// and from the latents of the untrained network: R² of a quantity, the share told right of a category.
  ///
  /// - Parameters:
  ///   - fitted: latents of `factFit`.
  ///   - judged: latents of `heldOut`.
  func probeNumbers(
    fitted: LatentTable, judged: LatentTable, _ beat: () -> Void
  ) throws -> [JudgedNumber] {
    let frames = factFit + factTest.map { heldOut[$0] }
    let facts = try FactTable(source, frames: frames, fitCount: factFit.count)
    guard !(facts.quantities + facts.categories).isEmpty else { return [] }
    let latent = fitted.means + factTest.flatMap { judged.row($0) }
    let pca = try VisionStudy.componentScores(
      source, of: frames, fittedOn: factFit, count: reading.latentSize, reading.format)
    beat()
    let blank = try LatentTable(untrained, source, frames: frames).means
    let kinds = [("latent", latent), ("pca", pca), ("untrained", blank)]
    func numbers(
      _ columns: [FactTable.Column], _ score: (FactTable.Column, [Float]) -> MeasuredValue
    ) -> [JudgedNumber] {
      columns.flatMap { fact in
        kinds.map { kind, features in
          defer { beat() }
          return JudgedNumber("probe.\(fact.name).\(kind)", score(fact, features))
        }
      }
    }
    return numbers(facts.quantities) { fact, features in
      let told = facts.told(fact, features)
      return intervals.value(
        of: told.columns, at: told.rows.map { factTest[$0] }, ExplainedVariance.ofSums)
    }
      + numbers(facts.categories) { fact, features in
        let told = facts.right(fact, features)
        return intervals.mean(told.right, of: told.rows.map { factTest[$0] })
      } + networkNumbers(facts.targets, kinds, beat)
  }

  /// What a network with two hidden layers tells, from each kind of features.
  private func networkNumbers(
    _ targets: ProbeTargets, _ kinds: [(name: String, features: [Float])], _ beat: () -> Void
  ) -> [JudgedNumber] {
    guard !targets.targets.isEmpty else { return [] }
    let guesses = kinds.map { kind, features in
      defer { beat() }
      var stream = RandomStream(root: rootSeed, name: "vision/probe/\(kind)")
      return NetworkProbe.guesses(
        ProbeFeatures(kind, features, for: targets), targets, steps: Self.networkSteps,
        stream: &stream)
    }
    return targets.targets.flatMap { target in
      zip(kinds, guesses).map { kind, guesses in
        let told = targets.told(target, guesses)
        let frames = told.map { factTest[$0.place] }
        let value =
          target.kind == .category
          ? intervals.mean(told.map { $0.guess == $0.truth ? 1 : 0 }, of: frames)
          : intervals.value(
            of: ExplainedVariance.columns(
              told: told.map { Double($0.guess) }, of: told.map { Double($0.truth) }), at: frames,
            ExplainedVariance.ofSums)
        return JudgedNumber("probe.\(target.name).\(kind.name).network", value)
      }
    }
  }
}
