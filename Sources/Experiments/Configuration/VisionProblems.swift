import Controllers
import WorldModels

/// Ranges of the autoencoder's and the controller's settings.
extension RunConfiguration {
  func visionProblems() -> [ConfigurationProblem] {
    let value = vision
    let checks: [(String, Bool, String, String)] = [
      ("width", (1...512).contains(value.width), "\(value.width)", "give 1 to 512"),
      (
        "latentSize", (1...4096).contains(value.latentSize), "\(value.latentSize)",
        "give 1 to 4096"
      ),
      ("sigma", value.sigma > 0, "\(value.sigma)", "give a number above 0"),
      ("beta", value.beta >= 0, "\(value.beta)", "give 0 or more"),
      ("freeBits", value.freeBits >= 0, "\(value.freeBits)", "give 0 or more"),
      ("warmUpSteps", value.warmUpSteps >= 0, "\(value.warmUpSteps)", "give 0 or more"),
      ("learningRate", value.learningRate > 0, "\(value.learningRate)", "give a number above 0"),
      (
        "batchSize", (1...100_000).contains(value.batchSize), "\(value.batchSize)",
        "give 1 to 100000"
      ),
      (
        "gradientClipNorm", value.gradientClipNorm >= 0, "\(value.gradientClipNorm)",
        "give 0 or more; 0 for no limit"
      ),
      (
        "gradientSkipMultiple", value.gradientSkipMultiple >= 0, "\(value.gradientSkipMultiple)",
        "give 0 or more; 0 for never"
      ),
      ("parts", (1...1024).contains(value.parts), "\(value.parts)", "give 1 to 1024"),
      (
        "logVarianceLow", value.logVarianceLow < value.logVarianceHigh,
        "\(value.logVarianceLow)", "give less than vision.logVarianceHigh"
      ),
    ]
    return checks.filter { !$0.1 }.map {
      ConfigurationProblem("vision.\($0.0)", "\($0.2) is out of range", $0.3)
    }
  }

  func controllerProblems() -> [ConfigurationProblem] {
    do {
      try controller.validate()
      return []
    } catch {
      return [ConfigurationProblem(error.place, error.cause, error.remedy)]
    }
  }
}
