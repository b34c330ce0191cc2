import Foundation

/// Where recorded traces are read from: the folder `UMWELT_GOLDEN` when it is set, else a test's own fixtures.
public enum Golden {
  /// The folder named by `UMWELT_GOLDEN`, or nil.
  public static var folder: URL? {
    ProcessInfo.processInfo.environment["UMWELT_GOLDEN"].map { URL(fileURLWithPath: $0) }
  }

  /// The place of a recorded file.
  ///
  /// - Parameters:
  ///   - path: the file's path within the golden folder, such as `numeric/numpy-random.json`.
  ///   - fixtures: the folder of a test target's own copies, where the file lies by its last name.
  public static func url(_ path: String, fixtures: URL) -> URL {
    if let folder { return folder.appendingPathComponent(path) }
    return fixtures.appendingPathComponent((path as NSString).lastPathComponent)
  }

  /// Prints how many records a golden suite compared.
  public static func report(_ count: Int) {
    print("golden: \(count) records compared")
  }
}
