/// How the divergence's weight rises at the beginning of training, or again and again.
///
/// It rises evenly from 0 over `steps` steps and then holds; where `every` is not 0, it begins anew so often.
///
/// - SeeAlso: S. Bowman et al., "Generating Sentences from a Continuous Space" (2016), section 3.1; H. Fu et al.,
///   "Cyclical Annealing Schedule" (2019), eq. 6, whose R is steps / every and whose M is the training's
///   steps / every.
package struct WarmUp: Hashable, Sendable {
  /// Steps of the rise; 0 for none.
  package let steps: Int
  /// Steps of a cycle; 0 for one rise only.
  package let every: Int

  package init(steps: Int, every: Int) { (self.steps, self.every) = (steps, every) }

  /// A weight at a step, counted from 0.
  package func weight(_ weight: Float, at step: Int) -> Float {
    let step = every > 0 ? step % every : step
    return step >= steps ? weight : weight * Float(step) / Float(steps)
  }
}
