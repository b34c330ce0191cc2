import Files
import Foundation

/// The plots of a study of the world model as SVG, each in a file of its own.
package enum ModelPlotFile: String, CaseIterable {
  case openLoopLatents = "openloop-latents"
  case openLoopPictures = "openloop-pictures"
  case openLoopRegions = "openloop-regions"
  case actionErrors = "action-use-errors"
  case actionDifferences = "action-use-differences"
  case linearProbes = "probes-linear"
  case networkProbes = "probes-network"
  case integralTransform = "calibration-transform"
  case coverage = "calibration-coverage"

  /// Where the plot lies.
  package func url(in folder: RunFolder) -> URL { folder.picture("\(rawValue).svg") }
}
