import Foundation

/// How much memory this process takes.
public enum ProcessMemory {
  /// Resident bytes now; 0 where the system does not tell.
  public static var residentBytes: Int { field("VmRSS:") }
  /// Most resident bytes so far; 0 where the system does not tell.
  public static var peakBytes: Int { field("VmHWM:") }

  /// Counts the most resident bytes from now on; where the system cannot, from the start as before.
  package static func restartPeak() {
    let file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    _ = write(file, "5", 1)
    close(file)
  }

  /// Bytes that this process may have: the machine's, or less where a limit is set.
  public static var limitBytes: Int {
    var limits = [Int.max]
    let machine = field("MemTotal:", of: "/proc/meminfo")
    if machine > 0 { limits.append(machine) }
    for file in ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"] {
      let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
      if let bytes = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) {
        limits.append(bytes)
      }
    }
    var space = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &space) == 0,
      let bytes = Int(exactly: space.rlim_cur)
    {
      limits.append(bytes)
    }
    return limits.min() ?? .max
  }

  private static func field(_ name: String, of file: String = "/proc/self/status") -> Int {
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
      return 0
    }
    for line in text.split(separator: "\n") where line.hasPrefix(name) {
      return (line.split(separator: " ").dropFirst().compactMap { Int($0) }.first ?? 0) * 1024
    }
    return 0
  }
}
