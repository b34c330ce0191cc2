import Experiments
import Pictures
import Tensors
import Threads

/// Where the time of a benchmark's step goes.
public struct BenchmarkProfile: Sendable {
  /// The benchmark's name.
  public let name: String
  /// Steps that were recorded.
  public let steps: Int
  /// Seconds of all threads during those steps.
  public let threadSeconds: Double
  /// The operations, the dearest first.
  public let entries: [EngineProfile.Entry]
  /// What one thread reaches in a large matrix product, in operations a second.
  public let peak: Double

  /// The share of the threads' time that went into matrix work, its transforms included.
  public var matrixShare: Double {
    entries.filter { $0.matrixOperations > 0 }.reduce(0) { $0 + $1.seconds } / threadSeconds
  }

  /// Takes steps of some work and records where their time goes.
  package init(
    _ name: String, _ work: BenchmarkWork, steps: Int, peak: Double, _ progress: BenchmarkProgress
  ) throws {
    let clock = ContinuousClock()
    let start = clock.now
    let entries = try EngineProfile.recording {
      for step in 0..<steps {
        progress.beat("profile, step \(step + 1) of \(steps)")
        _ = try work.step()
      }
    }
    threadSeconds = (clock.now - start) / .seconds(1) * Double(ThreadCount.current)
    (self.name, self.steps, self.entries, self.peak) = (name, steps, entries, peak)
  }

  /// The lines of a table, then what they add up to.
  public var lines: [String] {
    let rows = entries.map { entry in
      let rate = entry.matrixOperations / entry.seconds
      return [
        entry.operation, NumberText.fixed(Double(entry.calls) / Double(steps), 0),
        NumberText.fixed(entry.seconds / Double(steps) * 1000, 2),
        NumberStyle.share(entry.seconds / threadSeconds),
        entry.matrixOperations > 0 ? NumberText.fixed(rate * 1e-9, 0) : "–",
        entry.matrixOperations > 0 ? NumberStyle.share(rate / peak) : "–",
      ]
    }
    let elsewhere = threadSeconds - entries.reduce(0) { $0 + $1.seconds }
    let rest = [
      "elsewhere, and waiting for other threads", "–",
      NumberText.fixed(elsewhere / Double(steps) * 1000, 2),
      NumberStyle.share(elsewhere / threadSeconds), "–", "–",
    ]
    let header = ["\(name): operation", "calls", "ms", "share", "GFLOP/s", "of a thread's peak"]
    return TextTable.lines(header: header, rows: rows + [rest], rightAligned: [1, 2, 3, 4, 5]) + [
      "calls and ms are those of a step, summed over \(ThreadCount.current) threads; operations are a plain",
      "algorithm's: filtering with fewer multiplications may pass the peak; matrix work \(NumberStyle.share(matrixShare)) of the time",
    ]
  }
}
