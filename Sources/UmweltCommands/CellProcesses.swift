import Experiments
import Files
import Foundation
import LongWork
import Ranks
import Settings

/// Runs the cells of a sweep, each as a process of its own: one that fails leaves the others alone.
///
/// Several ranks share the cells; each starts processes on its own machine.
struct CellProcesses {
  /// Where the cells' folders and their logs lie.
  let folder: URL
  /// Processes at a time.
  let jobs: Int
  /// The arguments that train a cell.
  let arguments: (SettingGrid.Cell) -> [String]
  let progress: ProgressReporter
  var ranks: any Communicator = SoleProcess()

  /// A cell that did not come to its end.
  struct Failure {
    let cell: SettingGrid.Cell
    /// What its program said last, and where all of it stands.
    let lastWords: String
    let log: URL
  }

  /// The folder of a cell's run.
  func runFolder(_ cell: SettingGrid.Cell) -> RunFolder {
    RunFolder(folder.appendingPathComponent(cell.name))
  }

  private func log(_ cell: SettingGrid.Cell) -> URL {
    folder.appendingPathComponent("logs/\(cell.name).log")
  }

  /// Whether a cell's run came to its end.
  func isDone(_ cell: SettingGrid.Cell) -> Bool { runFolder(cell).summary != nil }

  /// Runs all cells that are not done.
  ///
  /// - Returns: those that failed.
  /// - Throws: when Ctrl-C was pressed, after what runs has saved; or where no process can be started.
  func run(_ cells: [SettingGrid.Cell]) throws -> [Failure] {
    try ranks.leaderFirst {
      try DurableFile.createFolder(folder.appendingPathComponent("logs"))
    }
    let waiting = ranks.agreed(cells.map { !isDone($0) })
    let left = cells.indices.filter { waiting[$0] }
    let phase = progress.phase(
      "sweep", total: cells.count, done: cells.count - left.count, unit: "runs")
    var (done, ended) = (cells.count - left.count, 0)
    var deal = WorkDeal(left.count, in: ranks)
    var running: [(cell: SettingGrid.Cell, process: Process)] = []
    var failures: [Failure] = []
    var wasAsked = false
    while !deal.isOver || !running.isEmpty {
      if Interruption.isRequested {
        deal.leave()
        if !wasAsked { for job in running { job.process.interrupt() } }
        wasAsked = true
      }
      deal.attend(room: jobs - running.count)
      while running.count < jobs, let next = deal.next() {
        let cell = cells[left[next]]
        progress.say("begun: \(cell.name)")
        running.append((cell, try start(cell)))
      }
      for (index, job) in running.enumerated().reversed() where !job.process.isRunning {
        running.remove(at: index)
        if isDone(job.cell) || !wasAsked { ended += 1 }
        if isDone(job.cell) {
          progress.say("done: \(job.cell.name)")
        } else if !wasAsked {
          failures.append(failure(job.cell, job.process))
          progress.say("failed: \(job.cell.name)")
        }
        // Of other ranks' runs the leader sees what lies in the folder.
        done =
          ranks.isShared
          ? cells.count(where: isDone) + failures.count : cells.count - left.count + ended
        phase.update(done: done, terms: [])
      }
      phase.beat()
      if !deal.isOver || !running.isEmpty { Thread.sleep(forTimeInterval: 0.05) }
    }
    guard !ranks.isTrueAnywhere(wasAsked) else { throw stopped }
    let all = exchanged(failures, cells)
    phase.finish(done: ranks.isShared ? cells.count(where: isDone) + all.count : done)
    return all
  }

  /// What has failed in any rank.
  private func exchanged(_ failures: [Failure], _ cells: [SettingGrid.Cell]) -> [Failure] {
    guard ranks.isShared else { return failures }
    let told = failures.map { "\($0.cell.number)\t\($0.lastWords)" }.joined(separator: "\n")
    return ranks.gather(Array(told.utf8)).flatMap { bytes in
      String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
        let parts = line.split(separator: "\t", maxSplits: 1)
        guard let number = Int(parts[0]), let cell = cells.first(where: { $0.number == number })
        else { return nil }
        return Failure(
          cell: cell, lastWords: parts.count > 1 ? String(parts[1]) : "", log: log(cell))
      }
    }
  }

  /// Runs one cell, whose program says what it has to say where this one does.
  ///
  /// - Returns: whether it came to its end.
  func runAlone(_ cell: SettingGrid.Cell) throws -> Bool {
    guard !isDone(cell) else { return true }
    let process = try launched(arguments(cell), output: nil)
    var wasAsked = false
    while process.isRunning {
      if Interruption.isRequested, !wasAsked {
        process.interrupt()
        wasAsked = true
      }
      Thread.sleep(forTimeInterval: 0.05)
    }
    guard !wasAsked || isDone(cell) else { throw stopped }
    return isDone(cell)
  }

  private var stopped: ExperimentError {
    ExperimentError(
      .interrupted, place: "stopped",
      cause: "what its runs had done is saved in \(folder.relativePath)",
      remedy: "go on with: " + ShellCommand.text(Array(CommandLine.arguments.dropFirst())))
  }

  private func start(_ cell: SettingGrid.Cell) throws -> Process {
    let path = log(cell).path
    guard
      FileManager.default.fileExists(atPath: path)
        || FileManager.default.createFile(atPath: path, contents: nil),
      let file = FileHandle(forWritingAtPath: path)
    else {
      throw FileError(
        place: path, cause: "cannot be written", remedy: "give another folder by --sweep-dir")
    }
    try file.seekToEnd()
    return try launched(arguments(cell), output: file)
  }

  private func launched(_ arguments: [String], output: FileHandle?) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    // A run is a process by itself, though this one be a rank of a job.
    process.environment = ProcessInfo.processInfo.environment.filter { name, _ in
      !["OMPI_", "PMIX_", "PMI_"].contains { name.hasPrefix($0) }
    }
    if let output {
      process.standardOutput = output
      process.standardError = output
    }
    do {
      try process.run()
    } catch {
      throw ExperimentError(
        place: ShellCommand.text(arguments),
        cause: "cannot be started: \(error.localizedDescription)",
        remedy: "run it by hand to see why")
    }
    return process
  }

  private func failure(_ cell: SettingGrid.Cell, _ process: Process) -> Failure {
    let text = (try? readFile(log(cell).path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let lines = text.split(separator: "\n")
    let said = lines.last { $0.hasPrefix("error:") } ?? lines.last
    let end =
      process.terminationReason == .uncaughtSignal
      ? "ended by signal \(process.terminationStatus)" : "exit \(process.terminationStatus)"
    return Failure(
      cell: cell, lastWords: "\(end)\(said.map { ": \($0)" } ?? "")", log: log(cell))
  }
}
