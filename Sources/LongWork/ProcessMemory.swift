import Foundation

/// How much memory this process takes.
public enum ProcessMemory {
  /// Resident bytes now; 0 where the system does not tell.
  public static var residentBytes: Int { field("VmRSS:") }
  /// Most resident bytes so far; 0 where the system does not tell.
  public static var peakBytes: Int { field("VmHWM:") }

  private static func field(_ name: String) -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else {
      return 0
    }
    for line in text.split(separator: "\n") where line.hasPrefix(name) {
      return (line.split(separator: " ").dropFirst().compactMap { Int($0) }.first ?? 0) * 1024
    }
    return 0
  }
}
