import Files

/// The learning curves of one part, and the means of the point that is not full yet.
struct CurveRecorder {
  /// Steps that one point of a curve averages.
  let pointSteps: Int
  private(set) var curves = LearningCurves()
  private var open: [(name: String, sum: Double)] = []
  private var openSteps = 0.0

  init(pointSteps: Int) { self.pointSteps = pointSteps }

  /// Adds a step; returns the means of the point that it completes.
  ///
  /// A step that has a number which is not finite counts for nothing, unless points are single steps.
  mutating func add(_ metrics: [Metric], step: Int, closes: Bool) -> [Metric]? {
    guard pointSteps > 1 else {
      curves.append(metrics, step: step)
      return metrics
    }
    if metrics.allSatisfy({ $0.value.isFinite }) { sum(metrics) }
    guard closes || step.isMultiple(of: pointSteps) else { return nil }
    let point = open.map { Metric($0.name, $0.sum / max(1, openSteps)) }
    (open, openSteps) = ([], 0)
    curves.append(point, step: step)
    return point
  }

  private mutating func sum(_ metrics: [Metric]) {
    if open.isEmpty { open = metrics.map { ($0.name, 0) } }
    for (index, metric) in metrics.enumerated() where index < open.count {
      open[index].sum += metric.value
    }
    openSteps += 1
  }

  /// Puts curves and the open point into a checkpoint.
  func save(in file: inout TensorFile) {
    curves.save(in: &file)
    file.metadata["open"] = open.map(\.name).joined(separator: "\n")
    let values = [openSteps] + open.map(\.sum)
    file.entries["series/open"] = TensorEntry(values, shape: [values.count])
  }

  /// Takes up what a checkpoint holds.
  mutating func restore(_ file: TensorFile, place: String) throws {
    curves = try LearningCurves(in: file, place: place)
    let names = (file.metadata["open"] ?? "").split(separator: "\n").map(String.init)
    let values = try file.values("series/open", as: Double.self, shape: [names.count + 1])
    guard values.allSatisfy(\.isFinite) else {
      throw FileError(
        operation: "read", place: "\(place), series/open", cause: "a value is not finite",
        remedy: "the file is damaged: restore it, or start anew")
    }
    openSteps = values[0]
    open = zip(names, values.dropFirst()).map { ($0, $1) }
  }
}
