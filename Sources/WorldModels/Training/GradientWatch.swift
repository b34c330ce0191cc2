/// Decides which training steps are taken: not those whose loss or gradient went wrong.
struct GradientWatch {
  /// The running mean of the gradient's norm; 0 before the first step.
  var average: Float = 0
  /// Finite norms seen so far.
  var count = 0
  private let multiple: Float
  private let grace = 100
  private let rate: Float = 0.01

  /// Creates a watch.
  ///
  /// - Parameter multiple: how often the running mean a norm may be; 0 for any.
  init(multiple: Float) { self.multiple = multiple }

  /// Whether a step may be taken.
  ///
  /// The mean follows skipped norms too, cut off, so that a lasting change is accepted in time.
  mutating func accepts(loss: Float, norm: Float) -> Bool {
    guard loss.isFinite, norm.isFinite else { return false }
    let limit = multiple > 0 && count >= grace ? multiple * average : .infinity
    average = count == 0 ? norm : average + rate * (min(norm, limit) - average)
    count += 1
    return norm <= limit
  }
}
