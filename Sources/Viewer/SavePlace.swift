import Glibc

/// Numbered names for what is saved, none of which is taken.
struct SavePlace {
  /// What comes before the number, folders included.
  let prefix: String
  private var count = 0

  init(prefix: String) { self.prefix = prefix }

  /// The next free name; its folder is made.
  mutating func next(_ ending: String) -> String {
    makeFolders()
    repeat { count += 1 } while access("\(prefix)-\(count).\(ending)", F_OK) == 0
    return "\(prefix)-\(count).\(ending)"
  }

  /// Makes the folders that lead to the names; where that fails, saving says so.
  private func makeFolders() {
    for end in prefix.indices where prefix[end] == "/" && end != prefix.startIndex {
      mkdir(String(prefix[..<end]), 0o777)
    }
  }
}
