import EnvironmentKit
import Evaluation
import Experiments
import Files
import Foundation
import Pictures
import Randomness
import Statistics

/// What was made, for people and for programs.
struct MadeSamples {
  /// `[row, latent]`.
  var latents: [Float] = []
  /// What they decode to, one after the other.
  var frames: [UInt8] = []
  /// What stands in `sample.json` behind what all have.
  var details: JSONValue = .object([])
  /// The same for people.
  var lines: [String] = []
  /// What is to be looked at.
  var picture = Frame(width: 1, height: 1)
  /// Another picture, by what its name ends in.
  var more: (name: String, picture: Frame)?
  /// Where latents and frames lie, where they are written already.
  var written: [JSONValue.Member] = []
}

/// What `umwelt sample` made, and where it lies.
package struct SampleReport {
  /// `sample.json`.
  package let json: JSONValue
  /// What was made, for people.
  package let lines: [String]
}

extension FinishedVision {
  /// Writes `sample.json`, latents, frames and the picture.
  func write(_ made: MadeSamples, _ request: SampleRequest) throws -> SampleReport {
    try DurableFile.createFolder(folder.media)
    let size = reading.latentSize
    let rows = made.latents.count / size
    var members: [JSONValue.Member] = [
      .init("mode", .string(request.mode.name)),
      .init("seed", .integer(Int(clamping: request.seed))),
      .init("latentSize", .integer(size)),
    ]
    var files = made.written
    if made.written.isEmpty {
      members.append(.init("count", .integer(rows)))
      try NpyWriter.write(made.latents, shape: [rows, size], to: folder.sampledLatents)
      try writeFrames(made.frames, count: rows, to: folder.sampledFrames)
      files = [
        .init("latents", .string(folder.sampledLatents.lastPathComponent)),
        .init("frames", .string(folder.sampledFrames.lastPathComponent)),
      ]
    }
    let name = "sample-\(request.mode.name)"
    try PNG.write(made.picture, to: folder.picture("\(name).png").path)
    files.append(.init("picture", .string("media/\(name).png")))
    if let more = made.more {
      let name = "\(name)-\(more.name).png"
      try PNG.write(more.picture, to: folder.picture(name).path)
      files.append(.init(more.name, .string("media/\(name)")))
    }
    members += made.details.asObject ?? []
    members.append(.init("files", .object(files)))
    let json = JSONValue.object(members)
    try DurableFile.write(json, to: folder.sampleFile)
    let places = files.map { file -> String in
      let path = file.value.asString ?? ""
      return made.written.contains(file) ? path : folder.url.appending(path: path).relativePath
    }
    return SampleReport(json: json, lines: made.lines + ["wrote \(places.joined(separator: ", "))"])
  }

  private func writeFrames(_ bytes: [UInt8], count: Int, to url: URL) throws {
    let format = reading.format
    let shape = [count] + format.shape
    if format.isOfFloats {
      try NpyWriter.write(format.numbers(bytes), shape: shape, to: url)
    } else {
      try NpyWriter.write(bytes, shape: shape, to: url)
    }
  }

  /// Frames that lie one after the other, as people see them.
  func pictures(_ bytes: [UInt8]) -> [Frame] {
    let size = reading.format.size
    return stride(from: 0, to: bytes.count, by: size).map {
      Frame(Array(bytes[$0..<$0 + size]), format: reading.format)
    }
  }

  /// How likely latents are under each prior, nats a latent, a mean over them with its interval.
  func densities(_ latents: [Float], seed: UInt64) -> [(name: String, value: MeasuredValue)] {
    reading.frozen.priors.map { prior in
      var stream = RandomStream(root: seed, name: "sample/intervals")
      return (
        prior.title, MeasuredValue(meanOf: prior.logDensities(of: latents), using: &stream)
      )
    }
  }
}

extension MeasuredValue {
  /// `value`, `low` and `high`.
  var json: JSONValue { ["value": .number(value), "low": .number(low), "high": .number(high)] }

  /// The number with its interval, for people.
  func text(_ decimals: Int = 3) -> String {
    let number = NumberText.fixed(value, decimals)
    guard low.isFinite, high.isFinite else { return number }
    return "\(number) [\(NumberText.fixed(low, decimals)), \(NumberText.fixed(high, decimals))]"
  }
}

extension [(name: String, value: MeasuredValue)] {
  /// An object with a member each.
  var json: JSONValue { .object(map { JSONValue.Member($0.name, $0.value.json) }) }
}
