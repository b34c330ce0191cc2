import EnvironmentKit

/// What the doctor looked at: how V learned, how much frames vary by direction, and what latents carry.
package struct DoctorSheet: Hashable, Sendable {
  /// Stands above all.
  package var title: String
  /// V's loss.
  package var losses: LossCurves
  /// Variances of the principal directions of frames, the greatest first; empty where there are none.
  package var variances: [Double]
  /// σ² that a direction must exceed to be kept; nil where it is not known.
  package var keptVariance: Double?
  /// Nats that each latent carries.
  package var divergences: [Double]

  /// Creates a sheet.
  package init(
    title: String, losses: LossCurves, variances: [Double], keptVariance: Double?,
    divergences: [Double]
  ) {
    (self.title, self.losses) = (title, losses)
    (self.variances, self.keptVariance, self.divergences) = (variances, keptVariance, divergences)
  }

  private var spectrum: LinePlot {
    let kept = keptVariance.map { [ReferenceLine("σ² implied", $0, color: Theme.warning)] } ?? []
    return LinePlot(
      "variance of frames along principal directions", xLabel: "direction",
      series: [
        Series(
          "variance", x: variances.indices.map { Double($0 + 1) }, y: variances,
          color: Theme.series(0))
      ], references: kept, yScale: .logarithmic)
  }

  private var latents: LinePlot {
    let sorted = divergences.sorted(by: >)
    return LinePlot(
      "nats of each latent, the most first", xLabel: "latent",
      series: [
        Series("KL", x: sorted.indices.map { Double($0 + 1) }, y: sorted, color: Theme.series(1))
      ], yIncludes: [0])
  }

  /// The sheet as a picture.
  package func frame(width: Int = 1280, height: Int = 720, scale: Int = 2) -> Frame {
    Frame(drawnAt: width, height) { canvas in
      let margin = 8 * scale
      canvas.write(title, x: margin, y: margin, scale: scale, limit: width - 2 * margin)
      let columns = canvas.area.inset(
        left: margin, top: margin + 16 * scale, right: margin, bottom: margin / 2
      ).columns(2, gap: 6 * scale)
      let (left, right) = (columns[0].rows(2, gap: 0), columns[1].rows(2, gap: 0))
      losses.reconstructionPlot("step").draw(on: canvas, in: left[0], scale: scale)
      losses.divergencePlot("step").draw(on: canvas, in: left[1], scale: scale)
      if !variances.isEmpty { spectrum.draw(on: canvas, in: right[0], scale: scale) }
      latents.draw(on: canvas, in: right[1], scale: scale)
    }
  }
}
