import CKernels

extension Tensor {
  /// Every element brought into a range; outside it no gradient flows.
  public func clamped(to range: ClosedRange<Float>) -> Tensor {
    clamped(to: range, inward: false)
  }

  /// Every element brought into a range; outside it only gradients flow that lead back inside.
  ///
  /// A bound that training cannot get stuck behind: descent may always return from beyond it.
  public func restrained(to range: ClosedRange<Float>) -> Tensor {
    clamped(to: range, inward: true)
  }

  private func clamped(to range: ClosedRange<Float>, inward: Bool) -> Tensor {
    let bounded = Tensor(uninitialized: shape)
    var (low, high) = (range.lowerBound, range.upperBound)
    umwelt_binary(
      UmweltMaximum, pointer, Int64(count), &low, 1, bounded.mutablePointer, Int64(count))
    umwelt_binary(
      UmweltMinimum, bounded.pointer, Int64(count), &high, 1, bounded.mutablePointer, Int64(count))
    return bounded.recorded(from: self) { gradient, tape in
      tape.add(self.clampGradient(gradient, low, high, inward), to: self)
    }
  }

  private func clampGradient(_ gradient: Tensor, _ low: Float, _ high: Float, _ inward: Bool)
    -> Tensor
  {
    let result = Tensor(uninitialized: shape)
    umwelt_clamp_backward(
      pointer, gradient.pointer, low, high, inward, result.mutablePointer, Int64(count))
    return result
  }
}
