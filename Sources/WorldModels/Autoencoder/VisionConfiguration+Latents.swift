import Files
import Tensors

extension VisionConfiguration {
  /// What latents are.
  ///
  /// - Parameter book: the model's vectors, `[classes, codeSize]`, where latents are quantised.
  func makeLatentForm(book: Tensor?) -> any LatentForm {
    switch latent.kind {
    case .gaussian:
      GaussianForm(size: latentSize, logVarianceRange: logVarianceLow...logVarianceHigh)
    case .quantised:
      QuantisedForm(
        groups: latent.groups, classes: latent.classes, codeSize: latent.codeSize,
        book: book?.scalars ?? [Float](repeating: 0, count: latent.classes * latent.codeSize))
    case .categorical:
      CategoricalForm(
        groups: latent.groups, classes: latent.classes, uniformShare: latent.uniformShare)
    }
  }

  /// Settings that have no meaning with codes in the place of Gaussian numbers.
  func latentProblems() -> [SettingProblem] {
    guard latent.kind != .gaussian else { return [] }
    let (name, isQuantised) = (latent.kind.rawValue, latent.kind == .quantised)
    var problems: [SettingProblem] = []
    func refuse(_ isWrong: Bool, _ key: String, _ cause: String, _ remedy: String) {
      if isWrong { problems.append(SettingProblem(key, cause, remedy)) }
    }
    let divergence = objective.divergence
    refuse(
      latentSize > 65_536, "latent.groups", "a latent of \(latentSize) numbers",
      "lower model.latent.groups: 65536 numbers are the most")
    refuse(
      divergence == .decomposed || isQuantised && divergence != .weighted, "objective.divergence",
      isQuantised
        ? "the divergence of quantised latents is constant, there is nothing to weigh"
        : "only Gaussian latents are decomposed", "set model.objective.divergence=weighted")
    refuse(
      isQuantised && divergence == .weighted && beta != 1, "beta",
      "the divergence of quantised latents is constant, beta \(beta) weighs nothing",
      "set model.beta=1")
    refuse(
      isQuantised && divergence == .weighted && freeBits > 0, "freeBits",
      "the divergence of quantised latents is constant, there are no free bits",
      "set model.freeBits=0")
    refuse(
      isQuantised && divergence == .weighted && warmUpSteps > 0, "warmUpSteps",
      "the divergence of quantised latents is constant, there is no warm-up",
      "set model.warmUpSteps=0")
    refuse(
      objective.mmdWeight > 0, "objective.mmdWeight",
      "the discrepancy is of Gaussian latents, these are \(name)", "set model.objective.mmdWeight=0"
    )
    refuse(
      objective.importanceSamples > 1, "objective.importanceSamples",
      "the bound of several samples is trained with Gaussian latents, these are \(name)",
      "set model.objective.importanceSamples=1")
    return problems
  }
}
