import Files
import Foundation
import OneDNN
import Statistics
import Tensors

/// What a run's last bits depend on beside its configuration.
///
/// The program's own kernels give the same bits everywhere; oneDNN and OpenBLAS choose by processor.
struct Machine: Hashable {
  /// The processor's name.
  let processor: String
  /// The widest instructions that the own kernels and oneDNN use.
  let instructions: String
  /// oneDNN and OpenBLAS with their versions.
  let libraries: String
  /// What the program was compiled by.
  let compiler: String

  /// The machine of this process.
  static var current: Machine {
    Machine(
      processor: processorName,
      instructions: "\(InstructionSet.selected), oneDNN \(OneDNNLibrary.instructions)",
      libraries: "oneDNN \(OneDNNLibrary.version), \(LinearAlgebraLibrary.name)",
      compiler: compilerName)
  }

  /// Its parts, by the names that they have in `meta.json`.
  var facts: [(name: String, text: String)] {
    [
      ("processor", processor), ("instructions", instructions), ("libraries", libraries),
      ("compiler", compiler),
    ]
  }

  /// What is another than when the metadata were written, in words; nil where bits cannot differ.
  func change(since metadata: JSONValue) -> String? {
    let decisive = facts.filter { $0.name != "compiler" }
    for (name, now) in decisive {
      guard let before = metadata[name]?.asString, before != now else { continue }
      return "the run was worked on with other \(name), '\(before)', not '\(now)'"
    }
    return nil
  }

  private static var processorName: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    let name = line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces)
    return name ?? "unknown"
  }

  private static var compilerName: String {
    #if compiler(>=6.5)
      "Swift 6.5 or later"
    #elseif compiler(>=6.4)
      "Swift 6.4"
    #elseif compiler(>=6.3)
      "Swift 6.3"
    #else
      "Swift 6.2"
    #endif
  }
}
