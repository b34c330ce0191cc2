import Experiments
import Files
import Foundation

/// How a run's numbers went, as `metrics.jsonl` has them.
package struct RunCurves: Sendable {
  /// A number over steps.
  package struct Curve: Hashable, Sendable {
    /// Training steps, or of a controller the environment steps that it had learned from.
    package var x: [Double] = []
    /// The number at each of them; all are finite.
    package var y: [Double] = []
  }

  /// The curves, by their names such as `vision/kl`.
  package private(set) var curves: [String: Curve] = [:]

  /// What environment steps are counted by, in the lines of a controller.
  private static let stepCount = "controller/steps"

  /// Reads a run's file; a run that has none has no curves.
  ///
  /// A resumed run repeats steps that it had lost: the later line of a step counts.
  ///
  /// - Throws: `FileError` with the line where one is not JSON. The last may be cut short, as it is while
  ///   a run works.
  package init(reading folder: RunFolder) throws {
    guard FileManager.default.fileExists(atPath: folder.metricsFile.path) else { return }
    let path = folder.metricsFile.relativePath
    let lines = try readFile(folder.metricsFile.path).split(separator: UInt8(ascii: "\n"))
    var phases: [String: [(step: Int, line: JSONValue)]] = [:]
    for (index, bytes) in lines.enumerated() {
      let line: JSONValue
      do {
        line = try JSONValue(reading: bytes)
      } catch {
        if index == lines.count - 1 { break }
        throw FileError(
          operation: "read", place: "\(path):\(index + 1)", cause: "the line is not JSON",
          remedy: "remove the line; curves are drawn without it")
      }
      guard let phase = line["phase"]?.asString, let number = line["step"]?.asInteger
      else { continue }
      while let last = phases[phase]?.last, last.step >= number { phases[phase]?.removeLast() }
      phases[phase, default: []].append((number, line))
    }
    for lines in phases.values { add(lines) }
  }

  private mutating func add(_ lines: [(step: Int, line: JSONValue)]) {
    var environmentSteps = 0.0
    let countsSteps = lines.allSatisfy { $0.line[Self.stepCount]?.asNumber != nil }
    for (step, line) in lines {
      environmentSteps += line[Self.stepCount]?.asNumber ?? 0
      for member in line.asObject ?? [] {
        guard member.name.contains("/"), let number = member.value.asNumber, number.isFinite else {
          continue
        }
        curves[member.name, default: Curve()].x.append(
          countsSteps ? environmentSteps : Double(step))
        curves[member.name, default: Curve()].y.append(number)
      }
    }
  }
}

extension RunCurves.Curve {
  /// The curve at evenly spaced places: the mean of the points around each, or where there are none the
  /// line between its neighbours.
  ///
  /// - Parameter places: rising, 2 or more, evenly spaced.
  /// - Returns: a value per place; NaN before the first point and behind the last.
  func values(at places: [Double]) -> [Double] {
    let half = (places[1] - places[0]) / 2
    var next = 0
    return places.map { place in
      var (sum, count) = (0.0, 0.0)
      while next < x.count, x[next] < place - half { next += 1 }
      var index = next
      while index < x.count, x[index] < place + half {
        sum += y[index]
        count += 1
        index += 1
      }
      if count > 0 { return sum / count }
      guard index > 0, index < x.count else { return .nan }
      let share = (place - x[index - 1]) / (x[index] - x[index - 1])
      return y[index - 1] + share * (y[index] - y[index - 1])
    }
  }
}
