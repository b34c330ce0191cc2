import EnvironmentKit
import Foundation

extension WorldFile {
  /// The variant's entry, with the text that describes it.
  ///
  /// - Parameter copy: the text to be read in the file's place; nil reads the file.
  /// - Throws: where it cannot be read, all its mistakes at once.
  public func entry(copy: String?) throws(DataWorldError) -> CatalogEntry {
    let text =
      copy ?? FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    guard let text else { return try entry() }
    let file = try DataWorldFile(text: text, path: path)
    let names = file.ids
    let wanted = variant ?? names.first ?? ""
    guard let index = names.firstIndex(of: wanted) else { return try entry() }
    var found = file.entries { $0 == names.first ? path : "\(path):\($0)" }[index]
    found.text = text
    return found
  }
}
