import Foundation
import Randomness

/// Codes that are all equally likely: the prior that the divergence of codes is measured from.
package struct UniformCodes: Prior {
  private let form: any CodedForm

  package init(_ form: some CodedForm) { self.form = form }

  package var title: String { "uniform codes" }
  package var latentSize: Int { form.size }

  /// −groups · log classes, whatever the codes.
  package func logDensities(of latents: [Float]) -> [Double] {
    [Double](
      repeating: -Double(form.groups) * log(Double(form.classes)),
      count: latents.count / form.size)
  }

  package func samples(_ count: Int, stream: inout RandomStream) -> [Float] {
    (0..<count).flatMap { _ in
      form.latent(of: (0..<form.groups).map { _ in stream.integers(in: 0..<form.classes) })
    }
  }
}
