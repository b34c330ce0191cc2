import Foundation

extension DurableFile {
  /// Replaces a file by a JSON document, indented.
  public static func write(_ value: JSONValue, to url: URL) throws {
    try write(value.document, to: url)
  }
}
