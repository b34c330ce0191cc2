import ArgumentParser
import Datasets
import Evaluation
import Experiments
import Files
import LongWork
import Pictures
import Statistics

/// Tells how far one set of samples is from another.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Tell how far samples, vectors or pictures, lie from a reference.",
    discussion: """
      A is the reference, B the samples: .npy, .npz (FILE.npz:NAME) or idx, a row per sample, or folders of \
      PNG files or of runs. Prints precision, recall, density and coverage (k = \(SetComparison.neighbour)), \
      the Fréchet distance, the kernel distance (KID) and the maximum mean discrepancy, each with a 95 % \
      interval.
      """)

  @Argument(help: ArgumentHelp("The reference.", valueName: "a"), completion: .file())
  var reference: String

  @Argument(help: ArgumentHelp("The samples.", valueName: "b"), completion: .file())
  var samples: String

  @Flag(help: "One JSON object, for programs.")
  var json = false

  func run() throws {
    let progress = ProgressReporter.standardError()
    let first = try read(reference, progress)
    let second = try read(samples, progress)
    guard first.width == second.width else {
      throw FileError(
        place: samples,
        cause: "has rows of \(second.width) numbers, \(reference) has rows of \(first.width)",
        remedy: "bring both to one size")
    }
    let phase = progress.phase(
      "compare", total: SetComparison.partCount, done: 0, unit: "parts")
    let comparison = SetComparison(
      reference: first.values, samples: second.values, width: first.width
    ) { phase.update(done: $0, terms: []) }
    phase.finish(done: SetComparison.partCount)
    if json {
      print(comparison.table.json.document, terminator: "")
    } else {
      print("\(samples): \(Self.size(second)), beside \(reference): \(Self.size(first))")
      for line in comparison.table.lines { print(line) }
    }
  }

  private func read(_ path: String, _ progress: ProgressReporter) throws -> NumberRows {
    var phase: ProgressPhase?
    let rows = try NumberRows(path) { done, total in
      phase = phase ?? progress.phase("read frames", total: total, done: 0, unit: "frames")
      if done.isMultiple(of: 256) { phase?.update(done: done, terms: []) }
      if done == total { phase?.finish(done: done) }
    }
    guard rows.count >= SetComparison.leastRows else {
      throw FileError(
        place: path, cause: "has \(rows.count) rows: too few to compare",
        remedy: "give \(SetComparison.leastRows) or more")
    }
    return rows
  }

  private static func size(_ rows: NumberRows) -> String {
    let some = rows.count < rows.found ? " of \(NumberStyle.count(rows.found))" : ""
    return
      "\(NumberStyle.count(rows.count))\(some) rows of \(NumberStyle.count(rows.width)) numbers"
  }
}

extension SetComparison {
  /// The numbers, with what each means.
  fileprivate var table: NumberTable {
    let meanings = [
      "precision": "share of B where A lies", "recall": "share of A where B lies",
      "density": "how densely A lies around B; 1 of one law",
      "coverage": "share of A with some of B near; about 0.97 of one law",
      "frechet": "squared, of Gaussians; 0 of one law, more of few rows",
      "kid": "polynomial kernel, squared; one law gives as much in "
        + NumberStyle.share(kernels.polynomial.chance),
      "mmd": "inverse multiquadric kernel, squared; one law gives as much in "
        + NumberStyle.share(kernels.multiquadric.chance),
    ]
    return NumberTable(
      named.map { name, number in
        .init(
          name, number.value, low: number.low, high: number.high, meaning: meanings[name] ?? "")
      })
  }
}
